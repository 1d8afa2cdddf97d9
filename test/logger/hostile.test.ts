import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import winston from 'winston';
import { memoryLogging } from './memory-logging.ts';

const throws = (): never => {
  throw new Error('hostile');
};

const nested = (depth: number): object => {
  let object: object = {};
  for (let level = 0; level < depth; level++) object = { object };
  return object;
};

const hostile: Readonly<Record<string, () => unknown>> = {
  circular: () => {
    const object: Record<string, unknown> = { a: 1 };
    object.self = object;
    return object;
  },
  'a BigInt': () => ({ a: 10n }),
  'a getter that throws': () => Object.defineProperty({ b: 1 }, 'a', { enumerable: true, get: throws }),
  'a getter of the message that throws': () => Object.defineProperty({}, 'message', { get: throws }),
  'a Proxy whose traps throw': () =>
    new Proxy({ a: 1 }, { get: throws, ownKeys: throws, has: throws, getPrototypeOf: throws }),
  'a Proxy that is revoked': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  '20,000 levels': () => nested(20_000),
  '200,000 keys': () => Object.fromEntries(Array.from({ length: 200_000 }, (_, key) => [`key${key}`, key])),
  'symbols as keys and values': () => ({ [Symbol('a')]: 1, b: Symbol('c') }),
  'a toJSON that throws': () => ({ toJSON: throws }),
  'frozen, with a message': () => Object.freeze({ message: 'frozen' }),
  'without a prototype': () => Object.assign(Object.create(null) as object, { a: 1 }),
  'a text that throws': () => ({ message: { toString: throws, [Symbol.toPrimitive]: throws } }),
};

const calls = {
  'as the only argument': (logger: Pick<winston.Logger, 'info' | 'log'>, value: unknown) =>
    logger.info(value),
  'after a text': (logger: Pick<winston.Logger, 'info' | 'log'>, value: unknown) =>
    logger.info('text', value),
  'within metadata': (logger: Pick<winston.Logger, 'info' | 'log'>, value: unknown) =>
    logger.info('text', { value }),
  'by log': (logger: Pick<winston.Logger, 'info' | 'log'>, value: unknown) => logger.log('info', value),
};

describe('hostile metadata: a line, and nothing is thrown', () => {
  for (const [name, make] of Object.entries(hostile)) {
    for (const [place, call] of Object.entries(calls)) {
      for (const loadWinston of [undefined, () => undefined]) {
        test(`${name} ${place}${loadWinston ? ', without winston' : ''}`, () => {
          const ours = memoryLogging({
            ...(loadWinston && { loadWinston }),
            settings: { logConsole: 'simple' },
          });
          const value = make();
          call(ours.logger() as never, value);
          const [combined = [], reported] = [ours.files.get('/logs/combined.log'), ours.reported];
          assert.equal(combined.length, 1, reported.join());
          assert.ok((combined[0]?.length ?? 0) < 100_000, 'a bounded line');
          assert.equal(ours.console.length, 1);
          assert.deepEqual(
            reported.filter(line => !line.includes('winston 3 is not installed')),
            [],
          );
        });
      }
    }
  }
});

test('control: stock winston throws at some of them', () => {
  const { combine, timestamp, errors, json } = winston.format;
  const thrown = Object.entries(hostile).filter(([, make]) =>
    Object.values(calls).some(call => {
      const logger = winston.createLogger({
        format: combine(timestamp(), errors({ stack: true }), json()),
        defaultMeta: { service: 'ykmake' },
        transports: [new winston.transports.Console({ silent: true })],
      });
      const value = make();
      try {
        call(logger, value);
        return false;
      } catch {
        return true;
      }
    }),
  );
  const names = thrown.map(([name]) => name);
  assert.ok(names.length >= 5, names.join());
});

test('metadata of a child that throws: its lines are there without them', () => {
  const ours = memoryLogging();
  const hostileMeta = Object.defineProperty({ b: 1 }, 'a', { enumerable: true, get: throws });
  ours.logger().child(hostileMeta).info('text', { c: 2 });
  const [line] = ours.lines();
  assert.equal(line?.message, 'text');
  assert.equal(line?.c, 2);
});

test('a format or a transport of the application that throws does not reach its code', () => {
  const ours = memoryLogging();
  const format = ours.createLogger({ format: { transform: throws } });
  format.info('text');
  const transport = new winston.transports.Console();
  transport.log = throws;
  const logger = ours.createLogger({ transports: transport });
  logger.info('text');
  assert.equal(ours.reported.length, 2, ours.reported.join('\n'));
  assert.match(ours.reported[0] ?? '', /failed: Error: hostile/);
  assert.equal(ours.lines().at(-1)?.message, 'text', 'our files have it all the same');
});

test('a line after the end of the logger ends nothing', async () => {
  const ours = memoryLogging();
  const logger = ours.logger();
  const finished = new Promise<void>(resolve => logger.once('finish', () => resolve()));
  logger.info('before');
  logger.end();
  await finished;
  logger.info('after');
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(ours.lines()[0]?.message, 'before');
});
