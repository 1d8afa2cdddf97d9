import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import winston from 'winston';
import { jsonLine, printable, printableInColour } from '../../src/logs/logger/one-line.ts';
import { memoryLogging } from './memory-logging.ts';

/** All that ends a line or moves a cursor somewhere, and what turns text around. */
const controls = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
  ...[0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
].map(code => String.fromCharCode(code));
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const anyControl = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

const forged =
  '\r\n{"level":"error","message":"forged"}\u2028next\u0085next\u000bnext\u000cnext\u001b[2J\u009b31m\u0000';

test('JSON with every control character is one line and means the same', () => {
  for (const control of controls) {
    const value = { [`key${control}`]: `a${control}b`, list: [control] };
    const line = jsonLine(value);
    assert.doesNotMatch(line, anyControl, JSON.stringify(control));
    assert.deepEqual(JSON.parse(line), value);
  }
});

test('texts are printable, and all else stays as it is', () => {
  for (const control of controls) assert.doesNotMatch(printable(`a${control}b`), anyControl);
  assert.equal(printable('a\r\n\t\u001b[31mb'), 'a\\r\\n\\t\\u001b[31mb');
  const plain = 'größer ✓ 🎉 👩‍👩‍👧 \\n "quoted"';
  assert.equal(printable(plain), plain);
});

test('of a format of the application only colours are kept', () => {
  const coloured = '\u001b[1;31merror\u001b[39m: text';
  assert.equal(printableInColour(coloured), coloured);
  assert.equal(printableInColour(`${coloured}\n\u001b[2Jnext`), `${coloured}\\n\\u001b[2Jnext`);
});

describe('one physical line per record, whatever is logged', () => {
  const calls = (logger: Pick<winston.Logger, 'info' | 'error' | 'child'>): void => {
    logger.info(forged);
    logger.info('text', { [forged]: forged, list: [forged] });
    logger.error(new Error(forged));
    logger.child({ forged }).info('text');
  };
  const settings = { nodeEnv: undefined } as const;
  for (const console of ['simple', 'json'] as const) {
    test(`files and the ${console} console`, () => {
      const ours = memoryLogging({ settings });
      calls(ours.createLogger({ console }) as never);
      const colours = ['\u001b[32minfo\u001b[39m', '\u001b[31merror\u001b[39m'];
      assert.equal(ours.lines().length, 4);
      assert.equal(ours.console.length, 4);
      for (const line of ours.files.get('/logs/combined.log') ?? []) assert.doesNotMatch(line, anyControl);
      for (const line of ours.console) {
        const text = colours.reduce((rest, colour) => rest.replace(colour, ''), line);
        assert.doesNotMatch(text, anyControl);
      }
    });
  }
  test('a format of the application, which has no say in it', () => {
    const ours = memoryLogging({ settings });
    const { printf } = winston.format;
    calls(
      ours.createLogger({ format: printf(info => `${info.level}: ${info.message}\n${info.stack}`) }) as never,
    );
    const lines = [...(ours.files.get('/logs/combined.log') ?? []), ...ours.console];
    assert.equal(lines.length, 8);
    for (const line of lines) assert.doesNotMatch(line, anyControl);
  });
  test('control: in the simple format of stock winston a record can be forged', () => {
    const lines: string[] = [];
    const transport = new winston.transports.Console();
    transport.log = (info: object, next: () => void) => {
      lines.push((info as { [key: symbol]: string })[Symbol.for('message')] ?? '');
      next();
    };
    const logger = winston.createLogger({ format: winston.format.simple(), transports: transport });
    logger.info(forged);
    return new Promise<void>(resolve => setImmediate(resolve)).then(() => {
      assert.match(lines.join('\n'), /\n\{"level":"error","message":"forged"\}/);
    });
  });
});
