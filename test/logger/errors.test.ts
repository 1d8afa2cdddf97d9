import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import type { Logger } from '../../src/logs/logger/logger.ts';
import { prepared } from '../../src/logs/prepared.ts';
import { memoryLogging } from './memory-logging.ts';

const lineOf = (call: (logger: Logger) => unknown): Record<string, unknown> => {
  const ours = memoryLogging();
  call(ours.logger());
  const [line] = ours.lines();
  assert.ok(line, 'a line');
  assert.deepEqual(ours.lines('error.log'), [line], 'error.log has it, too');
  return line;
};

const failure = (): Error => Object.assign(new TypeError('query failed'), { code: 'E_QUERY' });

describe('an error is on the line with message, stack, name and code', () => {
  const places: Readonly<Record<string, (logger: Logger, error: Error) => unknown>> = {
    'as the only argument': (logger, error) => logger.error(error),
    'after a text': (logger, error) => logger.error('saving:', error),
    'after a text with tokens': (logger, error) => logger.error('saving %s:', error),
    'before metadata': (logger, error) => logger.error(error, { user: 7 }),
    'as message of an entry': (logger, error) => logger.log({ level: 'error', message: error }),
    'by log': (logger, error) => logger.log('error', error),
    'by log after a text': (logger, error) => logger.log('error', 'saving:', error),
    'by a child': (logger, error) => logger.child({ request: 1 }).error(error),
  };
  for (const [name, call] of Object.entries(places)) {
    test(name, () => {
      const error = failure();
      const line = lineOf(logger => call(logger, error));
      assert.match(String(line.message), /query failed$/);
      assert.deepEqual([line.name, line.code, line.stack], ['TypeError', 'E_QUERY', error.stack]);
      assert.equal(line.level, 'error');
    });
  }
  for (const name of ['err', 'error', 'cause', 'reason']) {
    test(`in metadata, as ${name}`, () => {
      const error = failure();
      const line = lineOf(logger => logger.error('saving', { [name]: error }));
      const { message, stack, name: kind, code } = line[name] as Record<string, unknown>;
      assert.deepEqual(
        [line.message, message, kind, code, stack],
        [...['saving', 'query failed', 'TypeError', 'E_QUERY', error.stack]],
      );
    });
  }
});

test('the stack holds those of the causes, and each cause says its code', () => {
  const root = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const middle = new Error('no connection', { cause: root });
  const line = lineOf(logger => logger.error(new Error('fetch failed', { cause: middle })));
  assert.match(
    String(line.stack),
    /^Error: fetch failed\n.*\n\[cause\]: Error: no connection\n.*\n\[cause\]: Error: refused\n/s,
  );
  const cause = line.cause as Record<string, Record<string, unknown>>;
  assert.deepEqual([cause.message, cause.cause?.code], ['no connection', 'ECONNREFUSED']);
});

test('a cause that is no error is shown, and one that is the error itself ends', () => {
  assert.deepEqual(lineOf(logger => logger.error(new Error('a', { cause: { status: 7 } }))).cause, {
    status: 7,
  });
  const own = new Error('own');
  own.cause = own;
  assert.match(String(lineOf(logger => logger.error(own)).stack), /^Error: own\n(?!.*\[cause\])/s);
});

test('an AggregateError says all of its errors', () => {
  const error = new AggregateError([failure(), new RangeError('second')], 'both failed');
  const { message, errors } = lineOf(logger => logger.error(error));
  assert.equal(message, 'both failed');
  assert.deepEqual(
    (errors as Record<string, unknown>[]).map(({ name, message }) => [name, message]),
    [
      ['TypeError', 'query failed'],
      ['RangeError', 'second'],
    ],
  );
  for (const each of errors as Record<string, unknown>[]) assert.match(String(each.stack), /\n {4}at /);
});

test('an error of another realm, of a subclass, and one without a stack', () => {
  const foreign: unknown = runInNewContext("Object.assign(new TypeError('far'), { code: 'E_FAR' })");
  const far = lineOf(logger => logger.error(foreign));
  assert.deepEqual([far.message, far.name, far.code], ['far', 'TypeError', 'E_FAR']);
  class Refused extends Error {
    override name = 'Refused';
  }
  assert.equal(lineOf(logger => logger.error(new Refused('no'))).name, 'Refused');
  const bare = Object.assign(new Error('bare'), { stack: undefined });
  assert.equal(lineOf(logger => logger.error(bare)).stack, 'Error: bare');
});

test('neither the error nor the metadata of the application is changed', () => {
  const [error, metadata] = [Object.freeze(failure()), Object.freeze({ message: 'm', user: 1 })];
  const before = { ...error };
  const ours = memoryLogging();
  ours.logger().error(error).warn(metadata).info('text', metadata);
  assert.deepEqual({ ...error }, before);
  assert.equal(ours.lines().length, 3);
  assert.deepEqual(ours.reported, []);
});

test('secrets in messages, stacks, causes and properties of errors are hidden', () => {
  const secret = 'hunter2hunter2';
  const cause = Object.assign(new Error(`https://root:${secret}@db/`), { password: secret });
  const error = Object.assign(new Error(`Authorization: Bearer ${secret}`, { cause }), { token: secret });
  const ours = memoryLogging({ settings: { logConsole: 'simple' } });
  const logger = ours.logger();
  logger
    .error(error)
    .error('text', error)
    .error('text', { err: error })
    .error(new AggregateError([error], secret && 'm'));
  const written = [...ours.files.values()].flat().concat(ours.console);
  assert.equal(written.length, 12);
  for (const line of written) assert.ok(!line.includes(secret), line);
});

test('for OpenTelemetry the record is prepared once, the exception with it', () => {
  const ours = memoryLogging();
  const seen: unknown[] = [];
  const logger = ours.createLogger({
    format: {
      transform: info => {
        seen.push((info as { [prepared]?: unknown })[prepared]);
        return info;
      },
    },
  });
  const error = failure();
  logger.error('saving', error);
  logger.error('saving', { err: error, password: 'p' });
  logger.info('fine', { a: 1 });
  const exception = { type: 'TypeError', message: 'query failed', stacktrace: error.stack };
  const [first, second, third] = seen as Record<string, Record<string, unknown>>[];
  assert.deepEqual(first, {
    body: 'saving query failed',
    attributes: { service: 'ykmake', code: 'E_QUERY' },
    exception,
  });
  assert.deepEqual(second?.exception, exception);
  assert.deepEqual(second?.attributes, {
    ...{ service: 'ykmake', password: 'REDACTED' },
    err: { code: 'E_QUERY' },
  });
  assert.deepEqual(third, { body: 'fine', attributes: { service: 'ykmake', a: 1 } });
});
