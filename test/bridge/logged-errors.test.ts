import assert from 'node:assert/strict';
import path from 'node:path';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import type { Logger } from 'winston';
import type { BridgeOptions } from '../../src/logs/bridge-options.ts';
import { patchBunyan } from '../../src/logs/bunyan.ts';
import { bridgeConsole } from '../../src/logs/console.ts';
import type { LoggedError, OnLoggedError } from '../../src/logs/logged-error.ts';
import { patchPino } from '../../src/logs/pino.ts';
import { isSeen } from '../../src/logs/prepared.ts';
import { patchWinston } from '../../src/logs/winston/patch.ts';
import { root } from '../child.ts';
import {
  type Collected,
  collect,
  fresh,
  inTrace,
  linesTo,
  type Patched,
  patchedWinston,
  traceA,
  winstonFolders,
} from './loggers.ts';

type Seen = readonly [error: Error, logged: LoggedError];

const watch = (): { readonly seen: Seen[]; readonly onLoggedError: OnLoggedError } => {
  const seen: Seen[] = [];
  return { seen, onLoggedError: (error, logged) => seen.push([error, logged]) };
};

/** Exactly the same object, and once. */
const assertSeen = (seen: readonly Seen[], error: Error, name: string): void => {
  assert.equal(seen.length, 1, `${name}: seen ${seen.length} times`);
  assert.equal(seen[0]?.[0], error, `${name}: not the object that was logged`);
};

class OwnError extends TypeError {
  override name = 'OwnError';
  code = 'E_OWN';
}

const errors: Readonly<Record<string, () => Error>> = {
  plain: () => new Error('boom'),
  'of a class of its own, with a cause': () => new OwnError('boom', { cause: new Error('root') }),
  'of another realm': () => runInNewContext(`new RangeError('boom')`) as Error,
  frozen: () => Object.freeze(new Error('boom')),
};

for (const [version, folder] of Object.entries(winstonFolders)) {
  describe(`errors that are logged with Winston ${version}`, () => {
    const calls: Readonly<Record<string, (logger: Logger, error: Error) => unknown>> = {
      alone: (logger, error) => logger.error(error),
      'after a text': (logger, error) => logger.error('saving:', error),
      'after a text with a token': (logger, error) => logger.error('saving %s', error),
      'after metadata': (logger, error) => logger.error('saving', { user: 1 }, error),
      'as err': (logger, error) => logger.error({ err: error }),
      'as error': (logger, error) => logger.error({ error }),
      'as err beside a message': (logger, error) => logger.error({ message: 'saving', err: error }),
      'as err after a text': (logger, error) => logger.error('saving', { err: error }),
      'as error after a text': (logger, error) => logger.error('saving', { error }),
      'by log': (logger, error) => logger.log('error', error as never),
      'by log after a text': (logger, error) => logger.log('error', 'saving', error),
      'by log, as a message': (logger, error) => logger.log({ level: 'error', message: error as never }),
      'by a child': (logger, error) => logger.child({ request: 1 }).error(error),
      'by a child of a child': (logger, error) => logger.child({ a: 1 }).child({ b: 2 }).error(error),
      'by a child after a text': (logger, error) => logger.child({ request: 1 }).error('saving', error),
      'by a child, as err': (logger, error) => logger.child({ request: 1 }).error({ err: error }),
    };
    const formats: Readonly<Record<string, (winston: Patched['winston']) => object>> = {
      default: ({ format }) => format.json(),
      'format.errors': ({ format }) =>
        format.combine(format.timestamp(), format.errors({ stack: true }), format.splat(), format.json()),
      simple: ({ format }) => format.combine(format.colorize(), format.simple()),
    };
    const logging = (
      call: (logger: Logger, winston: Patched['winston']) => unknown,
      options: Partial<BridgeOptions> = {},
      format: (winston: Patched['winston']) => object = ({ format }) => format.json(),
    ): { seen: readonly Seen[]; lines: readonly string[] } & Collected => {
      const { seen, onLoggedError } = watch();
      const { winston, ...collected } = patchedWinston(folder, { onLoggedError, ...options });
      const { lines, transport } = linesTo(winston);
      const logger = winston.createLogger({
        defaultMeta: { service: 'test' },
        format: format(winston) as never,
        transports: [transport],
      });
      call(logger, winston);
      return { seen, lines, ...collected };
    };

    for (const [how, call] of Object.entries(calls)) {
      test(`are seen: ${how}`, () => {
        for (const [format, made] of Object.entries(formats)) {
          for (const records of [undefined, collect().records]) {
            for (const [kind, create] of Object.entries(errors)) {
              // Winston itself writes into an error that is logged alone.
              if (kind === 'frozen' && /^(alone|by log)$|^by a child( of a child)?$/.test(how)) continue;
              // Of which its children keep nothing.
              if (kind === 'of another realm' && /^by a child( of a child)?$/.test(how)) continue;
              const error = create();
              const where = `${format}, ${records === undefined ? 'no records' : 'records'}, ${kind}`;
              const { seen, lines, failures } = logging(logger => call(logger, error), { records }, made);
              assertSeen(seen, error, where);
              assert.equal(seen[0]?.[1].logger, 'winston');
              assert.equal(lines.length, 1, where);
              assert.deepEqual(failures, []);
            }
          }
        }
      });
    }

    test('are seen beside the record that is made of them', () => {
      const error = new OwnError('boom');
      const { seen, collected } = logging(logger => inTrace(traceA, () => logger.error('saving', error)));
      assertSeen(seen, error, 'both');
      assert.equal(seen[0]?.[1].message, 'saving boom');
      assert.deepEqual([collected.length, collected[0]?.trace], [1, traceA]);
    });

    test('are seen of every level from error on, by its name', () => {
      const levelsSeen = (levels: Readonly<Record<string, number>>): readonly string[] => {
        const { seen, onLoggedError } = watch();
        const { winston } = patchedWinston(folder, { onLoggedError, records: undefined });
        const logger = winston.createLogger({
          ...{ levels, level: Object.keys(levels).at(-1) ?? '' },
          transports: [linesTo(winston).transport],
        });
        for (const level of Object.keys(levels)) logger.log(level, level, new Error('boom'));
        return seen.map(([, { message }]) => String(message).replace(' boom', ''));
      };
      const { config } = patchedWinston(folder).winston;
      assert.deepEqual(levelsSeen(config.npm.levels), ['error']);
      assert.deepEqual(levelsSeen(config.syslog.levels), ['emerg', 'alert', 'crit', 'error']);
      assert.deepEqual(levelsSeen({ fatal: 0, loud: 1, trace: 2 }), ['fatal']);
    });

    const notSeen: Readonly<Record<string, (logger: Logger, winston: Patched['winston']) => unknown>> = {
      'of level warn': logger => logger.warn(new Error('boom')),
      'what only looks like one': logger => logger.error({ message: 'boom', stack: 'Error: boom\n    at x' }),
      'what only looks like one, by a child': logger =>
        logger.child({}).error({ message: 'boom', stack: 'Error: boom\n    at x' } as never),
      'a text': logger => logger.error('boom'),
      'under a name of no error': logger => logger.error('boom', { reason: new Error('boom') }),
      'of a silent logger': logger => {
        logger.silent = true;
        logger.error(new Error('boom'));
      },
      'that no transport writes': logger => {
        for (const transport of logger.transports) transport.silent = true;
        logger.error(new Error('boom'));
      },
      'that a format drops': (logger, winston) => {
        logger.format = winston.format(() => false)();
        logger.error(new Error('boom'));
      },
      'of what is seen already': logger =>
        logger.write({ level: 'error', message: 'Failed', error: new Error('boom'), [isSeen]: true }),
    };
    for (const [what, call] of Object.entries(notSeen)) {
      test(`are not seen: ${what}`, () => {
        for (const records of [undefined, collect().records]) {
          const { seen, failures } = logging(call, { records });
          assert.deepEqual(seen, []);
          assert.deepEqual(failures, []);
        }
      });
    }

    test('are not seen where nobody wants to know, and nothing is watched for them', () => {
      const isWatched = (onLoggedError: OnLoggedError | undefined): boolean => {
        const Logger = fresh(folder, 'winston').inner('lib/winston/logger.js') as {
          readonly prototype: Readonly<Record<string, unknown>>;
        };
        const { _addDefaultMeta: before } = Logger.prototype;
        assert.equal(typeof before, 'function');
        patchWinston(Logger, { ...collect(), onLoggedError, silently: undefined });
        return Logger.prototype._addDefaultMeta !== before;
      };
      assert.deepEqual([isWatched(undefined), isWatched(() => {})], [false, true]);
      const { seen, collected } = logging(logger => logger.error(new Error('boom')), {
        onLoggedError: undefined,
      });
      assert.deepEqual([seen.length, collected.length], [0, 1]);
    });

    test('are seen once when a logger passes them on', () => {
      for (const records of [undefined, collect().records]) {
        for (const isMarked of [false, true]) {
          const { seen, onLoggedError } = watch();
          const { winston } = patchedWinston(folder, { onLoggedError, records });
          const inner = winston.createLogger({ transports: [linesTo(winston).transport] });
          const outer = winston.createLogger({ transports: [linesTo(winston).transport] });
          outer.pipe(inner as unknown as Writable);
          const error = new Error('boom');
          if (isMarked) outer.write({ level: 'error', message: 'boom', error, [isSeen]: true });
          else outer.error('saving', { error });
          assert.equal(seen.length, isMarked ? 0 : 1);
          // The control: by itself the inner one's are seen.
          inner.error('again', { error });
          assert.equal(seen.length, isMarked ? 1 : 2);
        }
      }
    });

    test("are seen where OpenTelemetry's transport sends the records", () => {
      const { seen, onLoggedError } = watch();
      const { winston, collected } = patchedWinston(folder, { onLoggedError });
      const { Transport } = winston as unknown as { Transport: new (options: object) => object };
      class OpenTelemetryTransportV3 extends Transport {}
      const transport = new OpenTelemetryTransportV3({ log: (_info: unknown, done: () => void) => done() });
      const error = new Error('boom');
      winston.createLogger({ transports: [transport as never] }).error(error);
      assertSeen(seen, error, 'by the transport alone');
      assert.deepEqual(collected, []);
    });

    test('do no harm when whoever is told throws', () => {
      const { lines, collected, failures } = logging(logger => logger.error(new Error('boom')), {
        onLoggedError: () => {
          throw new Error('the hook');
        },
      });
      assert.deepEqual([lines.length, collected.length], [1, 1]);
      assert.deepEqual(failures, ['winston: Error: the hook']);
    });

    test('do no harm when they cannot be read', () => {
      const hostile = Object.defineProperty(new Error('boom'), 'stack', {
        get: () => {
          throw new Error('a getter');
        },
      });
      const { seen, lines } = logging(logger => logger.error('saving', { err: hostile }), {
        records: undefined,
      });
      assertSeen(seen, hostile, 'as err');
      assert.equal(lines.length, 1);
    });

    test('are seen outside of traces, too, where records are made within traces alone', () => {
      const { emit, redaction } = collect().records ?? assert.fail();
      const made: unknown[] = [];
      const records = {
        emit: (record: never) => [emit(record), made.push(record)],
        redaction,
        onlyInTraces: true,
      };
      const { seen } = logging(
        logger => {
          logger.error(new Error('outside'));
          logger.info('outside');
          inTrace(traceA, () => logger.info('inside'));
        },
        { records: records as never },
      );
      assert.deepEqual([seen.length, made.length], [1, 1]);
    });
  });
}

interface PinoLogger {
  readonly error: (...values: readonly unknown[]) => void;
  readonly warn: (...values: readonly unknown[]) => void;
  readonly fatal: (...values: readonly unknown[]) => void;
  readonly child: (bindings: object) => PinoLogger;
}

/** Keeps what is written to it. */
const sink = (): { readonly lines: string[]; readonly stream: Writable } => {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk, _, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, stream };
};

for (const folder of ['loggers', 'pino-9']) {
  describe(`errors that are logged with pino (${folder})`, () => {
    const logging = (
      call: (logger: PinoLogger, error: Error) => unknown,
      error: Error = new OwnError('boom'),
      { options = {}, ...more }: Partial<BridgeOptions> & { readonly options?: object } = {},
    ): { seen: readonly Seen[]; lines: readonly string[]; failures: readonly unknown[] } => {
      const { exports: pino, inner } = fresh<(options: object, stream: Writable) => PinoLogger>(
        path.join(root, 'test/fixtures', folder),
        'pino',
      );
      const { seen, onLoggedError } = watch();
      const collected = { ...collect(), onLoggedError, ...more };
      const undo = patchPino(inner('lib/proto.js'), collected);
      assert.ok(undo);
      const { lines, stream } = sink();
      call(pino(options, stream), error);
      undo();
      return { seen, lines, failures: collected.failures };
    };
    const calls: Readonly<Record<string, (logger: PinoLogger, error: Error) => unknown>> = {
      alone: (logger, error) => logger.error(error),
      'before a text': (logger, error) => logger.error(error, 'saving'),
      'as err': (logger, error) => logger.error({ err: error }),
      'as err before a text': (logger, error) => logger.error({ err: error, user: 1 }, 'saving'),
      'as error before a text': (logger, error) => logger.error({ error }, 'saving'),
      fatal: (logger, error) => logger.fatal(error),
      'by a child': (logger, error) => logger.child({ request: 1 }).error(error),
    };
    for (const [how, call] of Object.entries(calls)) {
      test(`are seen: ${how}`, () => {
        for (const records of [undefined, collect().records]) {
          for (const [kind, create] of Object.entries(errors)) {
            // Pino itself writes into errors.
            if (kind === 'frozen') continue;
            const error = create();
            const { seen, lines, failures } = logging(call, error, { records });
            assertSeen(seen, error, kind);
            assert.equal(seen[0]?.[1].logger, 'pino');
            assert.deepEqual([lines.length, failures], [1, []]);
          }
        }
      });
    }
    test('are seen under a key of its own, and through a mixin', () => {
      const error = new Error('boom');
      const options = { errorKey: 'failure', mixin: () => ({ mixed: 1 }) };
      assertSeen(logging(logger => logger.error(error), error, { options }).seen, error, 'alone');
      const named = logging(logger => logger.error({ failure: error }, 'saving'), error, { options });
      assertSeen(named.seen, error, 'under the key');
      assert.equal(named.seen[0]?.[1].message, 'saving');
    });
    test('are not seen: warnings, what only looks like one, what is not written, or nobody wants', () => {
      const like = { message: 'boom', stack: 'Error: boom\n    at x' };
      for (const call of [
        logger => logger.warn(new Error('boom')),
        logger => logger.error({ err: like }),
        logger => logger.error(like),
        logger => logger.error('boom'),
      ] satisfies ((logger: PinoLogger) => unknown)[]) {
        const { seen, lines } = logging(call);
        assert.deepEqual([seen.length, lines.length], [0, 1], String(call));
      }
      const silent = logging(logger => logger.error(new Error('boom')), undefined, {
        options: { level: 'silent' },
      });
      assert.deepEqual([silent.seen.length, silent.lines.length], [0, 0]);
      const off = logging(logger => logger.error(new Error('boom')), undefined, { onLoggedError: undefined });
      assert.deepEqual([off.seen.length, off.lines.length], [0, 1]);
    });
  });
}

describe('errors that are logged with bunyan', () => {
  interface Bunyan {
    readonly createLogger: (options: object) => BunyanLogger;
    readonly stdSerializers: Readonly<Record<string, unknown>>;
  }
  interface BunyanLogger extends PinoLogger {
    readonly child: (options: object, simple?: boolean) => BunyanLogger;
  }
  const logging = (
    call: (logger: BunyanLogger) => unknown,
    optionsOf: (bunyan: Bunyan) => object = () => ({}),
    more: Partial<BridgeOptions> = {},
  ): { seen: readonly Seen[]; lines: readonly string[]; failures: readonly unknown[] } => {
    const { exports: bunyan } = fresh<Bunyan>(path.join(root, 'test/fixtures/loggers'), 'bunyan');
    const { seen, onLoggedError } = watch();
    const collected = { ...collect(), onLoggedError, ...more };
    assert.ok(patchBunyan(bunyan, collected));
    const { lines, stream } = sink();
    call(bunyan.createLogger({ name: 'test', streams: [{ stream, level: 'info' }], ...optionsOf(bunyan) }));
    return { seen, lines, failures: collected.failures };
  };
  const calls: Readonly<Record<string, (logger: BunyanLogger, error: Error) => unknown>> = {
    alone: (logger, error) => logger.error(error),
    'before a text': (logger, error) => logger.error(error, 'saving'),
    'as err': (logger, error) => logger.error({ err: error }),
    'as err before a text': (logger, error) => logger.error({ err: error, user: 1 }, 'saving'),
    'as error before a text': (logger, error) => logger.error({ error }, 'saving'),
    fatal: (logger, error) => logger.fatal(error),
    'by a child': (logger, error) => logger.child({ request: 1 }).error(error),
    'by a child with serializers': (logger, error) =>
      logger
        .child({ serializers: { req: (value: unknown) => value } })
        .child({ a: 1 }, true)
        .error(error),
  };
  const serializers: Readonly<Record<string, (bunyan: Bunyan) => object>> = {
    none: () => ({}),
    standard: ({ stdSerializers }) => ({ serializers: stdSerializers }),
    'of its own': () => ({ serializers: { err: ({ message }: Error) => ({ message }) } }),
  };
  for (const [how, call] of Object.entries(calls)) {
    test(`are seen: ${how}`, () => {
      for (const [kind, options] of Object.entries(serializers)) {
        for (const records of [undefined, collect().records]) {
          const error = new OwnError('boom');
          const { seen, lines, failures } = logging(logger => call(logger, error), options, { records });
          assertSeen(seen, error, `serializers: ${kind}`);
          assert.equal(seen[0]?.[1].logger, 'bunyan');
          assert.deepEqual([lines.length, failures], [1, []]);
        }
      }
    });
  }
  test('leave the lines as they are', () => {
    const stable = (lines: readonly string[]): readonly string[] =>
      lines.map(line => line.replace(/"(time|pid|hostname)":("[^"]*"|\d+),?/g, ''));
    const error = new OwnError('boom');
    for (const options of Object.values(serializers)) {
      for (const call of Object.values(calls)) {
        const withHook = logging(logger => call(logger, error), options);
        const without = logging(logger => call(logger, error), options, { onLoggedError: undefined });
        assert.deepEqual(stable(withHook.lines), stable(without.lines));
        assert.deepEqual(without.seen, []);
      }
    }
  });
  test('say where they were logged, as bunyan says it: no call of ours is in between', () => {
    const { lines } = logging(
      logger => logger.error(new Error('boom')),
      () => ({ src: true }),
    );
    assert.match(JSON.parse(lines[0] ?? '').src.file, /logged-errors\.test\.ts$/);
  });
  test('are not seen: warnings, what only looks like one, a text, what no stream takes', () => {
    const like = { message: 'boom', stack: 'Error: boom\n    at x' };
    for (const [call, count] of [
      [logger => logger.warn(new Error('boom')), 1],
      [logger => logger.error({ err: like }), 1],
      [logger => logger.error('boom'), 1],
    ] satisfies [(logger: BunyanLogger) => unknown, number][]) {
      const { seen, lines } = logging(call);
      assert.deepEqual([seen.length, lines.length], [0, count], String(call));
    }
    const none = logging(
      logger => logger.error(new Error('boom')),
      () => ({ streams: [] }),
    );
    assert.deepEqual(none.seen, []);
  });
});

describe('errors that are printed with console', () => {
  const printing = (
    call: (console: Console) => unknown,
    more: Partial<BridgeOptions> = {},
  ): { seen: readonly Seen[]; printed: readonly unknown[][]; collected: readonly unknown[] } => {
    const printed: unknown[][] = [];
    const print = (...parameters: unknown[]): void => void printed.push(parameters);
    const console = { log: print, info: print, warn: print, error: print, debug: print, dir: print };
    const { seen, onLoggedError } = watch();
    const options = { ...collect(), onLoggedError, ...more };
    bridgeConsole(console, options);
    call(console as never);
    assert.deepEqual(options.failures, []);
    return { seen, printed, collected: options.collected };
  };
  test('are seen by error alone, records or not', () => {
    const error = new OwnError('boom');
    for (const records of [undefined, collect().records]) {
      const { seen, printed } = printing(
        console => {
          console.error('saving:', error);
          console.warn(error);
          console.log(error);
          console.error('boom');
          console.error({ message: 'boom', stack: 'Error: boom\n    at x' });
        },
        { records },
      );
      assertSeen(seen, error, 'console.error');
      assert.deepEqual(seen[0]?.[1], { message: 'saving:', logger: 'console' });
      assert.equal(printed.length, 5);
    }
  });
  test('are not seen when whoever is told prints them itself', () => {
    const error = new Error('boom');
    let told = 0;
    const { printed } = printing(
      console => {
        Object.assign(globalThis, { consoleUnderTest: console });
        console.error(error);
      },
      {
        onLoggedError: () => {
          told++;
          (globalThis as unknown as { consoleUnderTest: Console }).consoleUnderTest.error(error);
        },
      },
    );
    assert.deepEqual([told, printed.length], [1, 2]);
  });
});
