import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Logger } from 'winston';
import { prepared } from '../../src/logs/prepared.ts';
import type { LogRecord } from '../../src/logs/record.ts';
import { inTrace, linesTo, type Patched, patchedWinston, traceA, winstonFolders } from './loggers.ts';

type Options = Parameters<Patched['winston']['createLogger']>[0];

for (const [version, folder] of Object.entries(winstonFolders)) {
  describe(`the records of Winston ${version}`, () => {
    /** The records of some calls on one logger. */
    const recordsOf = (
      calls: (logger: Logger, winston: Patched['winston']) => unknown,
      options: (winston: Patched['winston']) => Options = () => ({}),
    ): readonly LogRecord[] => {
      const { winston, collected, failures } = patchedWinston(folder);
      const { transport } = linesTo(winston);
      calls(winston.createLogger({ transports: [transport], level: 'silly', ...options(winston) }), winston);
      assert.deepEqual(failures, []);
      return collected;
    };
    const recordOf = (...parameters: Parameters<typeof recordsOf>): LogRecord => {
      const [record, ...more] = recordsOf(...parameters);
      assert.ok(record);
      assert.deepEqual(more, []);
      return record;
    };

    test('say what was logged, when, where and how', () => {
      const record = inTrace(traceA, () =>
        recordOf(
          logger => logger.warn('hello', { user: 1, password: 'hunter2', nested: { a: [1] } }),
          ({ format }) => ({
            defaultMeta: { service: 'test' },
            format: format.combine(format.timestamp(), format.json()),
          }),
        ),
      );
      assert.deepEqual(record, {
        time: 1_700_000_000_000,
        severityNumber: 13,
        severityText: 'warn',
        body: 'hello',
        attributes: { service: 'test', user: 1, password: '[hidden]', nested: { a: [1] } },
        trace: traceA,
        scope: 'winston',
      });
    });

    test('have no trace outside of one', () => {
      assert.equal(recordOf(logger => logger.info('hello')).trace, undefined);
    });

    test('have the severity of npm, syslog, cli and other levels', () => {
      const severities = (levels: 'npm' | 'syslog' | 'cli' | Record<string, number>) => {
        const { winston, collected } = patchedWinston(folder);
        const named = typeof levels === 'string' ? winston.config[levels].levels : levels;
        const least = Object.keys(named).at(-1) ?? '';
        const logger = winston.createLogger({
          levels: named,
          level: least,
          transports: [linesTo(winston).transport],
        });
        for (const level of Object.keys(named)) logger.log(level, 'hello');
        return collected.map(({ severityText, severityNumber }) => [severityText, severityNumber]);
      };
      assert.deepEqual(severities('npm'), [
        ['error', 17],
        ['warn', 13],
        ['info', 9],
        ['http', 7],
        ['verbose', 6],
        ['debug', 5],
        ['silly', 1],
      ]);
      assert.deepEqual(severities('syslog'), [
        ['emerg', 23],
        ['alert', 22],
        ['crit', 21],
        ['error', 17],
        ['warning', 13],
        ['notice', 10],
        ['info', 9],
        ['debug', 5],
      ]);
      assert.deepEqual(
        severities('cli').map(([, number]) => number),
        [17, 13, 11, 10, 9, 5, 4, 6, 2, 1],
      );
      assert.deepEqual(severities({ fatal: 0, loud: 1, trace: 2 }), [
        ['fatal', 21],
        ['loud', 0],
        ['trace', 1],
      ]);
    });

    test('have the level and message without colours', () => {
      const record = recordOf(
        logger => logger.error('hello'),
        ({ format }) => ({ format: format.combine(format.colorize({ all: true }), format.simple()) }),
      );
      assert.deepEqual([record.severityText, record.body], ['error', 'hello']);
    });

    test('have what the formats have left: a message put together, a redacted field', () => {
      const record = recordOf(
        logger => logger.info('hello %s', 'you', { card: '4111', user: 1 }),
        ({ format }) => ({
          format: format.combine(
            format.splat(),
            format(info => Object.assign(info, { card: '***' }))(),
            format.json(),
          ),
        }),
      );
      assert.equal(record.body, 'hello you');
      assert.deepEqual(record.attributes, { card: '***', user: 1 });
    });

    test('are not made of what a format drops or fails with', () => {
      const dropping = ({ format }: Patched['winston']) => ({ format: format(() => false)() });
      assert.deepEqual(
        recordsOf(logger => logger.info('hello'), dropping),
        [],
      );
      const failing = ({ format }: Patched['winston']) => ({
        format: format(() => {
          throw new Error('format');
        })(),
      });
      assert.deepEqual(
        recordsOf(logger => assert.throws(() => logger.info('hello'), /format/), failing),
        [],
      );
    });

    test('are not made where nobody takes them', () => {
      const { winston } = patchedWinston(folder, { records: undefined });
      const { lines, transport } = linesTo(winston);
      winston.createLogger({ transports: [transport] }).info('hello');
      assert.equal(lines.length, 1);
    });

    describe('of errors', () => {
      const cause = Object.assign(new TypeError('inner'), { stack: 'TypeError: inner\n    at inside' });
      const error = Object.assign(new RangeError('outer hunter2', { cause }), {
        stack: 'RangeError: outer hunter2\n    at outside',
        code: 'E_OUTER',
      });
      const stacktrace =
        'RangeError: outer [hidden]\n    at outside {\n  [cause]: TypeError: inner\n      at inside\n}';
      const exception = {
        'exception.type': 'RangeError',
        'exception.message': 'outer [hidden]',
        'exception.stacktrace': stacktrace,
      };

      const places: Readonly<Record<string, (logger: Logger) => unknown>> = {
        'the info': logger => logger.error(error),
        'the message': logger => logger.log({ level: 'error', message: error as never }),
        'the second argument': logger => logger.error('failed', error),
        'a later argument': logger => logger.error('failed', { user: 1 }, error),
        err: logger => logger.error('failed', { err: error }),
        error: logger => logger.error('failed', { error }),
        'err of an info': logger => logger.error({ message: 'failed', err: error }),
        'an argument of splat': logger => logger.error('failed: %s', 'x', error),
        'the info of a child': logger => logger.child({ request: 1 }).error(error),
        'the second argument of a child': logger => logger.child({ request: 1 }).error('failed', error),
      };
      const formats: Readonly<Record<string, (winston: Patched['winston']) => Options>> = {
        default: () => ({}),
        'errors, splat and json': ({ format }) => ({
          format: format.combine(format.errors({ stack: true }), format.splat(), format.json()),
        }),
      };
      for (const [place, call] of Object.entries(places)) {
        for (const [format, options] of Object.entries(formats)) {
          test(`say it: ${place}, format ${format}`, () => {
            const { attributes } = recordOf(call, options);
            // Winston 3.8 keeps no cause of an error that a child is given.
            const withoutCause = version === '3.8' && place === 'the info of a child';
            const expected = withoutCause
              ? { ...exception, 'exception.stacktrace': stacktrace.slice(0, stacktrace.indexOf(' {')) }
              : exception;
            for (const [name, value] of Object.entries(expected)) assert.equal(attributes[name], value, name);
            const text = JSON.stringify(attributes);
            if (/^err|^the (info|second argument)/.test(place)) assert.match(text, /E_OUTER/);
            assert.equal(text.split('at outside').length, 2, `the stack trace once: ${text}`);
          });
        }
      }

      test('are none where there is no error', () => {
        const { attributes } = recordOf(logger =>
          logger.error('failed', { err: 'text', error: { code: 1 } }),
        );
        assert.deepEqual(attributes, { err: 'text', error: { code: 1 } });
      });

      test('show the errors of an AggregateError, and end where causes are a circle', () => {
        const many = new AggregateError([cause, 'text'], 'many');
        many.stack = 'AggregateError: many\n    at here';
        (cause as Error).cause = many;
        const { attributes } = recordOf(logger => logger.error('failed', { err: many }));
        delete (cause as Error).cause;
        assert.equal(
          attributes['exception.stacktrace'],
          'AggregateError: many\n    at here {\n  [errors]: [\n    TypeError: inner\n' +
            '        at inside {\n      [cause]: [Circular]\n    },\n    "text"\n  ]\n}',
        );
      });

      test('never fail, whatever an error is made of', () => {
        const hostile = new Error('hostile');
        Object.defineProperty(hostile, 'stack', {
          get: () => {
            throw new Error('stack');
          },
        });
        const deep = Array.from({ length: 10_000 }).reduce<Error>(
          inner => new Error('outer', { cause: inner }),
          new Error('innermost'),
        );
        for (const error of [hostile, deep, Object.assign(new Error('x'), { message: Symbol('m') })]) {
          recordOf(logger => logger.error('failed', { err: error }));
        }
      });
    });

    test('take body and attributes that are ready', () => {
      const { winston, collected } = patchedWinston(folder);
      const ready = { body: 'ready', attributes: { a: 1 } };
      const format = winston.format(info => Object.assign(info, { [prepared]: ready }))();
      const logger = winston.createLogger({ format, transports: [linesTo(winston).transport] });
      inTrace(traceA, () => logger.info('hello', { b: 2 }));
      logger.error('hello', new TypeError('inner'));
      assert.deepEqual([collected[0]?.body, collected[0]?.attributes], ['ready', { a: 1 }]);
      assert.equal(collected[0]?.trace, traceA);
      assert.equal(collected[1]?.attributes['exception.type'], 'TypeError');
    });

    test('tell of a failure of ours, and write the line', () => {
      const failures: string[] = [];
      const { winston } = patchedWinston(folder, {
        records: {
          emit: () => {
            throw new Error('emit');
          },
          redaction: { text: text => text, data: () => null, properties: () => ({}) },
        },
        onFailure: (hook, error) => failures.push(`${hook} ${error}`),
      });
      const { lines, transport } = linesTo(winston);
      winston.createLogger({ transports: [transport] }).info('hello');
      assert.equal(lines.length, 1);
      assert.deepEqual(failures, ['winston Error: emit']);
    });
  });
}
