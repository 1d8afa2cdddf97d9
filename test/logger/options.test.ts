import assert from 'node:assert/strict';
import { test } from 'node:test';
import winston from 'winston';
import type { Logger } from '../../src/logs/logger/logger.ts';
import { memoryLogging } from './memory-logging.ts';

const MESSAGE = Symbol.for('message');
/** Of which the types of winston speak by another name. */
const { Transport } = winston as unknown as { readonly Transport: new () => winston.transport };

/** A transport of the application's that keeps what it gets. */
const keeping = () => {
  const infos: Record<string | symbol, unknown>[] = [];
  const transport = new Transport();
  transport.log = (info: Record<string, unknown>, next: () => void) => {
    infos.push(info);
    next();
  };
  return { infos, transport };
};

test('the logger is one of winston, with three transports by name', () => {
  const logger = memoryLogging({ settings: { nodeEnv: undefined } }).logger() as unknown as winston.Logger;
  assert.ok(logger instanceof winston.Logger);
  assert.deepEqual(
    logger.transports.map(transport => [(transport as { name?: string }).name, transport.level]),
    [
      ['error.log', 'error'],
      ['combined.log', undefined],
      ['console', undefined],
    ],
  );
  assert.ok(logger.transports.every(transport => transport instanceof Transport));
});

test('a transport can be silenced, and have another level', () => {
  const ours = memoryLogging();
  const logger = ours.logger() as unknown as winston.Logger;
  const [errors, combined] = logger.transports;
  assert.ok(errors && combined);
  errors.level = 'warn';
  combined.silent = true;
  logger.warn('text');
  assert.deepEqual([ours.lines('error.log').length, ours.lines().length], [1, 0]);
});

test('level, service, directory, console and defaultMeta by option', () => {
  const ours = memoryLogging({ settings: { logLevel: 'silly' } });
  const logger = ours.createLogger({
    ...{ level: 'warn', service: 'worker', directory: '/var/log', console: 'json' },
    defaultMeta: { region: 'eu' },
  });
  logger.warn('text');
  logger.info('not this');
  const [line = ''] = ours.files.get('/var/log/combined.log') ?? [];
  const { timestamp: _, ...said } = JSON.parse(line);
  assert.deepEqual(said, { level: 'warn', message: 'text', service: 'worker', region: 'eu' });
  assert.deepEqual(ours.console, [line]);
  assert.equal(ours.lines().length, 0);
});

test('a bad level by option is said, and the default is used', () => {
  const ours = memoryLogging();
  assert.equal(ours.createLogger({ level: 'loud' }).level, 'info');
  assert.match(ours.reported[0] ?? '', /^createLogger: level="loud" is none of the levels error, warn, /);
});

test('levels of its own', () => {
  const ours = memoryLogging();
  const levels = { fatal: 0, minor: 1, chatter: 2 };
  const logger = ours.createLogger({ levels }) as Logger & Record<keyof typeof levels, Logger['info']>;
  assert.equal(logger.level, 'chatter');
  logger.fatal('a');
  logger.minor('b');
  logger.chatter('c');
  assert.deepEqual(
    ours.lines().map(({ level }) => level),
    ['fatal', 'minor', 'chatter'],
  );
  assert.deepEqual(
    ours.lines('error.log').map(({ level }) => level),
    ['fatal'],
  );
  const syslog = ours.createLogger({ levels: winston.config.syslog.levels, directory: '/syslog' });
  (syslog as unknown as winston.Logger).crit('d').warning('e');
  assert.equal(ours.files.get('/syslog/error.log')?.length, 1);
});

test('transports of its own are added, and get no secrets', () => {
  const ours = memoryLogging();
  const { infos, transport } = keeping();
  const logger = ours.createLogger({ transports: [transport] });
  logger.info('text', { password: 'p', user: 7 });
  const added = keeping();
  logger.add(added.transport);
  logger.error('failed', new Error('why'));
  const [info] = infos;
  assert.deepEqual(
    [info?.message, info?.user, info?.password, info?.service],
    ['text', 7, 'REDACTED', 'ykmake'],
  );
  assert.equal(JSON.parse(String(info?.[MESSAGE])).user, 7);
  assert.deepEqual([infos.length, added.infos.length, ours.lines().length], [2, 1, 2]);
  logger.remove(added.transport);
  logger.info('text');
  assert.deepEqual([infos.length, added.infos.length], [3, 1]);
});

test('a Console transport of its own takes the place of ours, unless console is given', () => {
  const ours = memoryLogging({ settings: { nodeEnv: undefined } });
  const own = new winston.transports.Console({ silent: true });
  ours.createLogger({ transports: own }).info('text');
  assert.equal(ours.console.length, 0);
  ours.createLogger({ transports: own, console: 'json' }).info('text');
  assert.equal(ours.console.length, 1);
});

test('a format of its own makes the lines, of records without secrets', () => {
  const ours = memoryLogging();
  const { combine, timestamp, splat, printf } = winston.format;
  const format = combine(
    timestamp({ format: () => 'now' }),
    splat(),
    printf(info => `${info.timestamp} ${info.level} ${info.message} ${info.password ?? ''}`),
  );
  const logger = ours.createLogger({ format, console: 'simple' });
  logger.info('hello %s', 'Ada');
  logger.info('text', { password: 'p' });
  const lines = ['now info hello Ada ', 'now info text REDACTED'];
  assert.deepEqual(ours.files.get('/logs/combined.log'), lines);
  assert.deepEqual(ours.console, lines);
});

test('a format of its own may leave records out', () => {
  const ours = memoryLogging();
  const format = winston.format(info => (info.private ? false : info))();
  const logger = ours.createLogger({ format: winston.format.combine(format, winston.format.json()) });
  logger.info('secret', { private: true }).info('open');
  assert.deepEqual(
    ours.lines().map(({ message }) => message),
    ['open'],
  );
});

test("who listens to winston's stream still gets its records", async () => {
  const ours = memoryLogging();
  const logger = ours.logger() as unknown as winston.Logger;
  const heard: unknown[] = [];
  logger.on('data', info => heard.push(info.message));
  logger.info('one');
  await new Promise(resolve => setImmediate(resolve));
  assert.deepEqual(heard, ['one']);
  assert.equal(ours.lines().length, 1);
});

test('with nowhere to write to winston does not complain', t => {
  const complaints = t.mock.method(console, 'error', () => {});
  const ours = memoryLogging({ settings: { logDirectory: 'none' } });
  ours.logger().error('text');
  assert.equal(complaints.mock.callCount(), 0);
  assert.equal(ours.files.size, 0);
});

test('silent, and uncaught exceptions by option', () => {
  const ours = memoryLogging();
  const logger = ours.createLogger({ silent: true, handleExceptions: true }) as unknown as winston.Logger;
  try {
    logger.error('text');
    assert.equal(ours.lines().length, 0);
    assert.ok(logger.transports.every(transport => transport.handleExceptions === true));
    assert.equal(process.listeners('uncaughtException').includes(logger.exceptions.catcher as never), true);
  } finally {
    logger.close();
  }
});

test('two loggers share their files', () => {
  const ours = memoryLogging();
  ours.logger().info('a');
  ours.createLogger({ service: 'other' }).info('b');
  ours.createLogger({ directory: '/logs/../logs' }).info('c');
  assert.deepEqual(
    ours.lines().map(({ message }) => message),
    ['a', 'b', 'c'],
  );
  assert.equal(ours.files.size, 2);
});

test('the stand-in goes to OpenTelemetry itself, with the trace', () => {
  const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
  const ours = memoryLogging({ loadWinston: () => undefined, activeTrace: () => ids });
  ours.logger().child({ request: 1 }).error('failed', new TypeError('why'));
  const [record] = ours.emitted;
  assert.equal(record?.severityNumber, 17);
  assert.equal(record?.body, 'failed why');
  assert.deepEqual(record?.trace, { ...ids, traceFlags: 1 });
  assert.equal(record?.attributes['exception.type'], 'TypeError');
  assert.equal(record?.attributes.request, 1);
  assert.deepEqual([ours.lines()[0]?.trace_id, ours.lines()[0]?.trace_flags], [ids.traceId, '01']);
});

test('the stand-in has the shape of a logger, and its children the level of their parent', () => {
  const ours = memoryLogging({ loadWinston: () => undefined });
  const logger = ours.logger();
  const child = logger.child({ a: 1 });
  logger.level = 'error';
  assert.deepEqual(
    [child.level, child.isLevelEnabled('info'), child.isErrorEnabled()],
    ['error', false, true],
  );
  child.info('not this');
  logger.level = 'info';
  logger.add({}).remove({}).clear().close().info('text');
  logger.on('finish', () => {});
  logger.end();
  assert.equal(logger.startTimer().done({ message: 'timed' }), true);
  assert.deepEqual(
    ours.lines().map(({ message }) => message),
    ['text', 'timed'],
  );
});
