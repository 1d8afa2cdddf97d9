import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import type winston from 'winston';
import type { Logger } from 'winston';
import type { LogTrace } from '../../src/logs/record.ts';
import {
  idsA,
  inTrace,
  linesTo,
  patchedWinston,
  plainWinston,
  traceA,
  traceB,
  type Winston,
  winstonFolders,
} from './loggers.ts';

const level = Symbol.for('level');
const message = Symbol.for('message');

const failing = (text: string, options?: ErrorOptions): Error =>
  Object.assign(new RangeError(text, options), { stack: `RangeError: ${text}\n    at here`, code: 'E_ONE' });

/** Calls as applications make them, good and bad ones. */
const calls: Readonly<Record<string, (logger: Logger) => unknown>> = {
  text: logger => logger.info('hello'),
  nothing: logger => (logger as unknown as { info(): void }).info(),
  metadata: logger => logger.info('hello', { user: 1, nested: { a: [1, 2] } }),
  'several arguments': logger => logger.info('hello', { user: 1 }, { other: 2 }),
  splat: logger => logger.info('hello %s, %d%% of %j', 'you', 5, { such: 'json' }, { user: 1 }),
  'log(level, text)': logger => logger.log('warn', 'hello'),
  'log(level, text, metadata)': logger => logger.log('warn', 'hello', { user: 1 }),
  'log(info)': logger => logger.log({ level: 'error', message: 'hello', user: 1 }),
  'log(level, info)': logger => (logger.log as unknown as (...all: unknown[]) => void)('info', { user: 1 }),
  'write(info)': logger => logger.write({ level: 'info', [level]: 'info', message: 'written' }),
  'write without a level': logger => logger.write({ level: 'info', message: 'written' }),
  'an error': logger => logger.error(failing('one')),
  'text and error': logger => logger.error('failed', failing('one')),
  err: logger => logger.error('failed', { err: failing('one'), user: 1 }),
  error: logger => logger.error({ message: 'failed', error: failing('one') }),
  'an error as message': logger => logger.log({ level: 'error', message: failing('one') as never }),
  cause: logger => logger.error('failed', failing('one', { cause: failing('two') })),
  AggregateError: logger =>
    logger.error('failed', {
      err: Object.assign(new AggregateError([failing('one')], 'many'), { stack: 'AggregateError: many' }),
    }),
  child: logger => logger.child({ request: 'r1' }).info('hello', { user: 1 }),
  'error of a child': logger => logger.child({ request: 'r1' }).error(failing('one')),
  'child of a child': logger => logger.child({ a: 1 }).child({ b: 2 }).warn('hello'),
  number: logger => logger.info(5 as never),
  null: logger => logger.info(null as never),
  undefined: logger => logger.info(undefined as never),
  array: logger => logger.info([1, 2] as never),
  'null as metadata': logger => logger.info('hello', null),
  circular: logger => {
    const circular: Record<string, unknown> = { a: 1 };
    circular.self = circular;
    logger.info('hello', circular);
  },
  bigint: logger => logger.info('hello', { big: 1n }),
  'a getter': logger =>
    logger.info('hello', {
      get computed() {
        return 7;
      },
    }),
  'a throwing getter in metadata': logger =>
    logger.info('hello', {
      nested: {
        get bad() {
          throw new Error('getter');
        },
      },
    }),
  'a throwing getter': logger =>
    logger.write({
      level: 'info',
      [level]: 'info',
      message: 'hello',
      get bad() {
        throw new Error('getter');
      },
    }),
  'a throwing proxy': logger =>
    logger.write(
      new Proxy(
        { level: 'info', [level]: 'info', message: 'hello' },
        {
          ownKeys: () => {
            throw new Error('ownKeys');
          },
          getPrototypeOf: () => {
            throw new Error('getPrototypeOf');
          },
        },
      ),
    ),
  'an object without prototype': logger =>
    logger.write(Object.assign(Object.create(null), { level: 'info', [level]: 'info', message: 'hello' })),
  'an object of a class': logger => {
    class Entry {
      level = 'info';
      message = 'entry';
      [level] = 'info';
      get size() {
        return 3;
      }
      toJSON() {
        return { entry: this.message, level: this.level };
      }
    }
    logger.write(new Entry());
  },
  frozen: logger => logger.write(Object.freeze({ level: 'info', [level]: 'info', message: 'frozen' })),
  'frozen by log': logger => logger.log(Object.freeze({ level: 'info', message: 'frozen' })),
  sealed: logger =>
    logger.write(Object.seal({ level: 'info', [level]: 'info', message: 'sealed', [message]: '' })),
  symbols: logger => logger.info('hello', { [Symbol('own')]: 1, [Symbol.for('other')]: 2 }),
  'unknown level': logger => logger.log('unheard', 'hello'),
  'ids of its own': logger => logger.info('hello', { trace_id: 'mine' }),
  'not logged': logger => logger.silly('hello'),
};

const formats: Readonly<
  Record<string, (winston: Winston) => NonNullable<Parameters<Winston['createLogger']>[0]>['format']>
> = {
  default: () => undefined,
  json: ({ format }) => format.combine(format.errors({ stack: true }), format.splat(), format.json()),
  simple: ({ format }) => format.combine(format.splat(), format.simple()),
  printf: ({ format }) => format.printf(info => `${info.level}|${info.message}|${Object.keys(info)}`),
  inspected: ({ format }) => format.printf(info => inspect(info, { showHidden: false, depth: 4 })),
  prettyPrint: ({ format }) => format.prettyPrint(),
  logstash: ({ format }) => format.combine(format.metadata(), format.logstash()),
  coloured: ({ format }) =>
    format.combine(format.colorize({ all: true }), format.padLevels(), format.simple()),
  dropping: ({ format }) => format(() => false)(),
  throwing: ({ format }) =>
    format(() => {
      throw new Error('format');
    })(),
  'another object': ({ format }) =>
    format(info => ({
      level: 'info',
      message: 'other',
      [level]: 'info',
      [message]: `other of ${Object.isFrozen(info)}`,
    }))(),
};

interface Run {
  readonly winston: Winston;
  readonly format: keyof typeof formats;
  readonly call: keyof typeof calls;
  readonly trace?: LogTrace;
  /** Ids that the application sets by itself, before any other format. */
  readonly ownIds?: object;
}

/** Everything that a call writes and throws. */
const run = ({ winston, format: name, call, trace, ownIds }: Run): object => {
  const written: string[] = [];
  const original = console.error;
  console.error = (...parts: unknown[]) => written.push(parts.map(part => inspect(part)).join(' '));
  const { lines, transport } = linesTo(winston);
  const own = linesTo(winston, { format: winston.format.json() });
  const format = formats[name]?.(winston) ?? winston.format.json();
  const adding = winston.format(info => Object.assign(info, ownIds))();
  const logger = winston.createLogger({
    level: 'debug',
    defaultMeta: { service: 'test' },
    format: ownIds === undefined ? format : winston.format.combine(adding, format),
    transports: [transport, own.transport],
  });
  let thrown: unknown;
  try {
    inTrace(trace, () => calls[call]?.(logger));
  } catch (error) {
    thrown = error;
  } finally {
    console.error = original;
  }
  return { lines, own: own.lines, written, thrown: thrown === undefined ? undefined : String(thrown) };
};

/** A format cannot add fields to these; nor do we, but for what is frozen or sealed. */
const unchangeable: ReadonlySet<string> = new Set([
  'frozen',
  'frozen by log',
  'sealed',
  'a throwing getter',
  'a throwing proxy',
  'ids of its own',
]);

const showsIds = (result: object): boolean => JSON.stringify(result).includes(idsA.trace_id);

for (const [version, folder] of Object.entries(winstonFolders)) {
  describe(`the lines of Winston ${version}`, () => {
    for (const format of Object.keys(formats)) {
      test(`are those of Winston alone but for the ids: ${format}`, () => {
        const { winston, failures, undo } = patchedWinston(folder);
        for (const call of Object.keys(calls)) {
          const plain = plainWinston(folder);
          const expected = run({ winston: plain, format, call });
          assert.deepEqual(run({ winston, format, call }), expected, `${call} outside of a trace`);
          const traced = run({ winston, format, call, trace: traceA });
          if (unchangeable.has(call)) {
            if (!/^(frozen|sealed)/.test(call)) assert.deepEqual(traced, expected, call);
            continue;
          }
          assert.deepEqual(traced, run({ winston: plain, format, call, ownIds: idsA }), call);
        }
        assert.deepEqual(failures, []);
        const hello = { winston, format, call: 'text', trace: traceA } as const;
        assert.equal(showsIds(run(hello)), !['dropping', 'throwing', 'another object'].includes(format));
        undo();
        assert.ok(!showsIds(run(hello)));
      });
    }

    test('have the ids of the trace in which they were written, behind a transport that is slow', async () => {
      const { winston, collected } = patchedWinston(folder);
      const lines: Record<string, unknown>[] = [];
      type Constructor = new (options: object) => winston.transport;
      const slow = new (winston as unknown as { Transport: Constructor }).Transport({
        log: (info: Record<symbol, string>, done: () => void) => {
          lines.push(JSON.parse(info[message] ?? ''));
          setTimeout(done, 1);
        },
      });
      const logger = winston.createLogger({ transports: [slow] });
      for (let number = 0; number < 100; number++)
        inTrace(number % 2 === 0 ? traceA : traceB, () => logger.info('hello', { number }));
      assert.ok(lines.length < 100, 'nothing waits');
      while (lines.length < 100) await new Promise(resolve => setTimeout(resolve, 5));
      for (const { number, trace_id } of lines)
        assert.equal(trace_id, Number(number) % 2 === 0 ? traceA.traceId : traceB.traceId, String(number));
      assert.deepEqual(
        collected.map(({ attributes, trace }) => [attributes.number, trace?.traceId]),
        lines.map(({ number, trace_id }) => [number, trace_id]),
      );
    });

    test('have no ids of an earlier trace, whatever object is logged again', () => {
      const { winston } = patchedWinston(folder);
      const { lines, transport } = linesTo(winston);
      const logger = winston.createLogger({ transports: [transport] });
      const info = { level: 'info', message: 'again' };
      const error = new Error('again');
      for (const log of [
        () => logger.log(info),
        () => logger.log('info', 'text', info),
        () => logger.info(info),
        () => logger.child({}).info(info as never),
        () => logger.error(error),
        () => logger.error('text', error),
        () => logger.child({}).error(error),
      ]) {
        lines.length = 0;
        inTrace(traceA, log);
        inTrace(undefined, log);
        inTrace(traceB, log);
        const ids = lines.map(line => JSON.parse(line).trace_id);
        assert.deepEqual(ids, [traceA.traceId, undefined, traceB.traceId], `${log}\n${lines.join('\n')}`);
      }
      assert.ok(!('trace_id' in info) && !('trace_id' in error));
    });

    test('are marked when the first is logged before anything traces', () => {
      const { winston } = patchedWinston(folder, { records: undefined });
      const { lines, transport } = linesTo(winston);
      const logger = winston.createLogger({ transports: [transport] });
      logger.info('before');
      inTrace(traceA, () => logger.info('after'));
      assert.deepEqual(
        lines.map(line => JSON.parse(line)),
        [
          { level: 'info', message: 'before' },
          { level: 'info', message: 'after', ...idsA },
        ],
      );
    });
  });
}
