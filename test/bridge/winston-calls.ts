import { inspect } from 'node:util';
import type { Logger } from 'winston';
import type { Winston } from './loggers.ts';

const level = Symbol.for('level');
const message = Symbol.for('message');

const failing = (text: string, options?: ErrorOptions): Error =>
  Object.assign(new RangeError(text, options), { stack: `RangeError: ${text}\n    at here`, code: 'E_ONE' });

/** Calls as applications make them, good and bad ones. */
export const calls: Readonly<Record<string, (logger: Logger) => unknown>> = {
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

export const formats: Readonly<
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
