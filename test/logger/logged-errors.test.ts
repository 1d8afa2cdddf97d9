import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LoggedError, OnLoggedError } from '../../src/logs/logged-error.ts';
import type { Logger } from '../../src/logs/logger/logger.ts';
import type { LoggerOptions } from '../../src/logs/logger/options.ts';
import type { Winston } from '../../src/logs/logger/winston.ts';
import { linesTo, patchedWinston } from '../bridge/loggers.ts';
import { type MemoryLogging, memoryLogging } from './memory-logging.ts';

interface Watched {
  readonly seen: readonly (readonly [error: Error, logged: LoggedError])[];
  readonly ours: MemoryLogging;
}

type Kind = (onLoggedError: OnLoggedError) => MemoryLogging;

/** Our logger with all that may see its errors. */
const kinds: Readonly<Record<string, Kind>> = {
  'with winston, bridged': onLoggedError => {
    const { winston } = patchedWinston(undefined, { onLoggedError });
    return memoryLogging({ onLoggedError, loadWinston: () => winston as unknown as Winston });
  },
  'with winston, bridged, without records': onLoggedError => {
    const { winston } = patchedWinston(undefined, { onLoggedError, records: undefined });
    return memoryLogging({
      ...{ onLoggedError, emit: undefined },
      loadWinston: () => winston as unknown as Winston,
    });
  },
  'with winston that is not bridged': onLoggedError => memoryLogging({ onLoggedError }),
  'without winston': onLoggedError => memoryLogging({ onLoggedError, loadWinston: () => undefined }),
};

const places: Readonly<Record<string, (logger: Logger, error: Error) => unknown>> = {
  'as the only argument': (logger, error) => logger.error(error),
  'after a text': (logger, error) => logger.error('saving:', error),
  'after a text with tokens': (logger, error) => logger.error('saving %s:', error),
  'before metadata': (logger, error) => logger.error(error, { user: 7 }),
  'after metadata': (logger, error) => logger.error('saving', { user: 7 }, error),
  'as message of an entry': (logger, error) => logger.log({ level: 'error', message: error }),
  'by log': (logger, error) => logger.log('error', error),
  'by log after a text': (logger, error) => logger.log('error', 'saving:', error),
  'by a child': (logger, error) => logger.child({ request: 1 }).error(error),
  'by a child after a text': (logger, error) => logger.child({ request: 1 }).error('saving', error),
  'as err': (logger, error) => logger.error({ err: error }),
  'as err after a text': (logger, error) => logger.error('saving', { err: error }),
  'as error after a text': (logger, error) => logger.error('saving', { error }),
};

for (const [kind, create] of Object.entries(kinds)) {
  describe(`errors that are logged with our logger ${kind}`, () => {
    const logging = (call: (logger: Logger) => unknown, options: LoggerOptions = {}): Watched => {
      const seen: [Error, LoggedError][] = [];
      const ours = create((error, logged) => seen.push([error, logged]));
      call(ours.createLogger(options));
      assert.deepEqual(
        ours.reported.filter(line => /failed/.test(line)),
        [],
      );
      return { seen, ours };
    };

    for (const [how, call] of Object.entries(places)) {
      test(`are seen once, as the same object: ${how}`, () => {
        for (const format of [undefined, { transform: (info: object) => info }]) {
          const error = Object.assign(new TypeError('boom'), { code: 'E_OWN' });
          const { seen, ours } = logging(logger => call(logger, error), { ...(format && { format }) });
          assert.equal(seen.length, 1);
          assert.equal(seen[0]?.[0], error);
          assert.equal(seen[0]?.[1].logger, '@ykmake/monitoring');
          assert.equal(ours.files.get('/logs/combined.log')?.length, 1);
        }
      });
    }

    test('are seen when their line is written', () => {
      let lines: number | undefined;
      const ours: MemoryLogging = create(() => {
        lines = ours.lines().length;
      });
      ours.logger().error(new Error('boom'));
      assert.equal(lines, 1);
    });

    const notSeen: Readonly<Record<string, (logger: Logger) => unknown>> = {
      'of level warn': logger => logger.warn(new Error('boom')),
      'what only looks like one': logger => logger.error({ message: 'boom', stack: 'Error: boom\n    at x' }),
      'a text': logger => logger.error('boom'),
      'of a silent logger': logger => {
        logger.silent = true;
        logger.error(new Error('boom'));
      },
      'that the logger does not write': logger => {
        logger.level = 'none';
        logger.error(new Error('boom'));
      },
    };
    for (const [what, call] of Object.entries(notSeen)) {
      test(`are not seen: ${what}`, () => assert.deepEqual(logging(call).seen, []));
    }

    test('are seen of the levels that are errors by their names', () => {
      const levels = { fatal: 0, error: 1, loud: 2 };
      const { seen } = logging(
        logger => {
          for (const level of Object.keys(levels)) logger.log(level, new Error(level));
        },
        { levels, level: 'loud' },
      );
      assert.deepEqual(
        seen.map(([{ message }]) => message),
        ['fatal', 'error'],
      );
    });

    test('do no harm when whoever is told throws, or logs', () => {
      const ours: MemoryLogging = create(error => {
        if (error.message === 'boom') throw new Error('the hook');
      });
      ours.logger().error(new Error('boom'));
      assert.equal(ours.lines().length, 1);
      const within: MemoryLogging = create(() =>
        within.logError({ level: 'error', message: 'by the hook', properties: {}, trace: undefined }),
      );
      within.logger().error(new Error('first'));
      within.logger().error(new Error('second'));
      assert.deepEqual(
        within.lines().map(({ message }) => message),
        ['first', 'by the hook', 'second', 'by the hook'],
      );
    });
  });
}

test('the line of a request about an error of the server is not seen, whoever sees it', () => {
  for (const create of Object.values(kinds)) {
    let told = 0;
    const ours = create(() => told++);
    ours.logger();
    ours.logRequest({
      ...{ method: 'GET', target: '/', route: '/', status: 500, seconds: 1, aborted: false },
      ...{ userAgent: undefined, address: undefined, trace: undefined },
    });
    assert.deepEqual([told, ours.lines().length], [0, 1]);
  }
});

test("an error that the application's own winston logger hands to ours is seen once", () => {
  const seen: Error[] = [];
  const onLoggedError: OnLoggedError = error => seen.push(error);
  const { winston } = patchedWinston(undefined, { onLoggedError });
  const ours = memoryLogging({ onLoggedError, loadWinston: () => winston as unknown as Winston });
  const theirs = winston.createLogger({ transports: [linesTo(winston).transport] });
  theirs.pipe(ours.logger() as never);
  const error = new Error('boom');
  theirs.error('saving', { error });
  assert.deepEqual([seen, ours.lines().length], [[error], 1]);
});
