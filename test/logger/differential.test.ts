import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Logger } from '../../src/logs/logger/logger.ts';
import { memoryLogging, parsed } from './memory-logging.ts';
import { flowing, stockLogger } from './stock.ts';

type Call = (logger: Logger) => unknown;

const stack = 'TypeError: failed\n    at work (file.js:1:1)';
/** A new one for each logger: stock winston writes into the errors that it gets. */
const failed = (message = 'failed'): Error =>
  Object.assign(new TypeError(message), { stack, code: 'E_FAILED', attempts: 3 });

/** Calls as applications make them; what both write must be the same. */
const same: Readonly<Record<string, Call>> = {
  text: logger => logger.info('text'),
  'text and metadata': logger => logger.info('text', { a: 1, b: 'two', c: [1, { d: null }], e: true }),
  'no argument': logger => (logger.info as unknown as () => void)(),
  undefined: logger => logger.info(undefined),
  null: logger => logger.info(null),
  'a number': logger => logger.info(42),
  'an object': logger => logger.info({ a: 1 }),
  'an object with a message': logger => logger.info({ message: 'text', a: 1 }),
  'an object with an empty message': logger => logger.info({ message: '', a: 1 }),
  'the default metadata, overridden': logger => logger.info('text', { service: 'other' }),
  'the default metadata, in an object': logger => logger.info({ message: 'text', service: 'other' }),
  'metadata with level and message': logger => logger.info('text', { level: 'silly', message: 'more' }),
  'metadata with a timestamp': logger => logger.info('text', { timestamp: '2001-01-01T00:00:00.000Z' }),
  'a primitive beside the text': logger => logger.info('text', 5),
  'two objects': logger => logger.info('text', { a: 1 }, { b: 2 }),
  'null beside the text': logger => logger.info('text', null),
  'undefined metadata': logger => logger.info('text', { a: undefined, b: 1 }),
  'log with a level': logger => logger.log('warn', 'text'),
  'log with metadata': logger => logger.log('warn', 'text', { a: 1 }),
  'log with an entry': logger => logger.log({ level: 'info', message: 'text', ...{ a: 1 } }),
  'log with a level and an object': logger => logger.log('info', { message: 'text', a: 1 }),
  'a level that is not written': logger => logger.silly('text'),
  'a child': logger => logger.child({ request: 7 }).info('text', { a: 1 }),
  'a child of a child': logger => logger.child({ a: 1 }).child({ b: 2 }).info('text'),
  'a child whose metadata are overridden': logger => logger.child({ a: 1 }).info('text', { a: 2 }),
  'a child with the name of a default': logger => logger.child({ service: 'other' }).info('text'),
  'a write into the stream': logger =>
    (logger as unknown as { write(info: object): void }).write({
      ...{ level: 'info', message: 'text', a: 1 },
    }),
  'a date': logger => logger.info('text', { at: new Date(0) }),
  'an object with toJSON': logger => logger.info('text', { at: { toJSON: () => 'json' } }),
  unicode: logger => logger.info('größer ✓ 🎉', { ключ: 'значение' }),
  'quotes and backslashes': logger => logger.info('a "b" \\c', { d: '"\\' }),
  'escapes of JSON': logger => logger.info('a\nb\tc\u0000', { d: '\r' }),
  'a level changed later': logger => {
    logger.level = 'error';
    logger.info('text');
    logger.level = 'debug';
  },
  silence: logger => {
    logger.silent = true;
    logger.error('text');
    logger.silent = false;
  },
  'metadata replaced later': logger => {
    const before = logger.defaultMeta;
    logger.defaultMeta = { service: 'later' };
    logger.info('text');
    logger.defaultMeta = before;
  },
  'metadata changed in place': logger => {
    (logger.defaultMeta as Record<string, unknown>).tenant = 9;
    logger.info('text');
    delete (logger.defaultMeta as Record<string, unknown>).tenant;
  },
};

/** What is better than stock winston: what ours says beside or in place of what stock says. */
const improved: Readonly<Record<string, { readonly call: Call; readonly ours: Record<string, unknown> }>> = {
  'an error, with its name': { call: logger => logger.error(failed()), ours: { name: 'TypeError' } },
  'text and error, with its name': {
    call: logger => logger.error('text', failed()),
    ours: { name: 'TypeError' },
  },
  'an error and metadata': { call: logger => logger.error(failed(), { a: 1 }), ours: { name: 'TypeError' } },
  'log with an error': { call: logger => logger.log('error', failed()), ours: { name: 'TypeError' } },
  'an entry with an error as message': {
    call: logger => logger.log({ level: 'error', message: failed() }),
    ours: { name: 'TypeError' },
  },
  'metadata beside a text with tokens': { call: logger => logger.info('%s', { a: 1 }), ours: { a: 1 } },
  'an error in metadata, which stock winston shows without message and stack': {
    call: logger => logger.error('text', { err: failed() }),
    ours: {
      err: { name: 'TypeError', message: 'failed', stack, code: 'E_FAILED', attempts: 3 },
    },
  },
  'an error without a message, of which stock winston makes an object': {
    call: logger => logger.error(failed('')),
    ours: { message: '', name: 'TypeError' },
  },
  'the stack in a write of an error': {
    call: logger => logger.child({ request: 7 }).error(failed()),
    ours: { name: 'TypeError', stack },
  },
  'a number that JSON does not have': {
    call: logger => logger.info('text', { a: Number.NaN }),
    ours: { a: 'NaN' },
  },
  'a secret': { call: logger => logger.info('text', { password: 'p' }), ours: { password: 'REDACTED' } },
};

const loggers = () => {
  const stock = stockLogger();
  const ours = memoryLogging({ settings: { nodeEnv: undefined, logConsole: 'none' } });
  return { stock, ours, logger: ours.logger() };
};

for (const [name, call] of Object.entries(same)) {
  test(`the same lines as stock winston: ${name}`, async () => {
    const { stock, ours, logger } = loggers();
    call(stock.logger as unknown as Logger);
    call(logger);
    await flowing();
    assert.deepEqual(ours.lines().map(comparable), stock.combined.map(parsed).map(comparable));
    assert.deepEqual(ours.lines('error.log').map(comparable), stock.errors.map(parsed).map(comparable));
    assert.deepEqual(ours.reported, []);
  });
}

for (const [name, { call, ours: better }] of Object.entries(improved)) {
  test(`more than stock winston: ${name}`, async () => {
    const { stock, ours, logger } = loggers();
    call(stock.logger as unknown as Logger);
    call(logger);
    await flowing();
    const [line] = ours.lines();
    assert.ok(line);
    const { timestamp: _, ...said } = line;
    for (const [key, value] of Object.entries(better)) assert.deepEqual(said[key], value, key);
    const [stockLine = '{}'] = stock.combined;
    const { timestamp: __, ...stockSaid } = JSON.parse(stockLine) as Record<string, unknown>;
    assert.notDeepEqual(said, stockSaid, 'control: stock winston says something else');
    const common = Object.keys(stockSaid).filter(key => !(key in better));
    for (const key of common) assert.deepEqual(said[key], stockSaid[key], key);
  });
}

test('the timestamp is that of the call, in ISO 8601', () => {
  const ours = memoryLogging();
  const before = Date.now();
  ours.logger().info('text');
  const { timestamp } = ours.lines()[0] ?? {};
  assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const time = Date.parse(String(timestamp));
  assert.ok(time >= before && time <= Date.now(), String(timestamp));
});

test('without winston the lines are the same', () => {
  for (const [name, call] of Object.entries(same)) {
    const withIt = memoryLogging({ settings: { nodeEnv: undefined, logConsole: 'none' } });
    const without = memoryLogging({
      loadWinston: () => undefined,
      settings: { nodeEnv: undefined, logConsole: 'none' },
    });
    call(withIt.logger());
    call(without.logger());
    assert.deepEqual(without.lines().map(comparable), withIt.lines().map(comparable), name);
  }
});

/** Without the time of the call. */
function comparable({ timestamp, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return String(timestamp).startsWith('2001') ? { ...rest, timestamp } : rest;
}
