import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { ErrorLine } from '../../src/logs/error-line.ts';
import type { Logging } from '../../src/logs/logger/logging.ts';
import { createPreloadLogging, type PreloadLoggingOptions } from '../../src/logs/preload-logging.ts';
import { type PreparedRecord, prepared } from '../../src/logs/prepared.ts';
import { register, root, startChild } from '../child.ts';
import { type MemoryLogging, memoryLogging, parsed } from './memory-logging.ts';

const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const ids = { trace_id: trace.traceId, span_id: trace.spanId, trace_flags: '01' };
const stack = 'TypeError: boom\n    at here';
const line: ErrorLine = {
  ...{ level: 'error', message: 'boom', trace },
  properties: { eventId: 'e1', route: '/users/:id', stack, context: { order: 1 } },
  exception: { type: 'TypeError', message: 'boom', stacktrace: stack },
};
const warning: ErrorLine = {
  ...{ level: 'warn', message: 'deprecated', trace: undefined },
  properties: { name: 'DeprecationWarning' },
};
const said = { level: 'error', message: 'boom', service: 'ykmake', ...line.properties, ...ids };
const record = {
  ...{ severityNumber: 17, severityText: 'error', body: 'boom', trace },
  attributes: {
    ...{ eventId: 'e1', route: '/users/:id', context: { order: 1 } },
    ...{ 'exception.type': 'TypeError', 'exception.message': 'boom', 'exception.stacktrace': stack },
  },
  ...{ scope: '@ykmake/monitoring', isOwn: true },
};

const withoutTime = (lines: readonly Record<string, unknown>[]): readonly object[] =>
  lines.map(({ timestamp, ...rest }) => {
    assert.ok(Math.abs(Date.parse(String(timestamp)) - Date.now()) < 60_000, String(timestamp));
    return rest;
  });
const emittedBy = (ours: MemoryLogging): readonly object[] =>
  ours.emitted.map(({ time: _, ...rest }) => rest);

describe('a line about an error', () => {
  test('goes to OpenTelemetry without a logger, and into no file', () => {
    const ours = memoryLogging({ settings: { logDirectory: undefined } });
    ours.logError(line);
    assert.deepEqual(emittedBy(ours), [record]);
    assert.deepEqual([ours.files.size, ours.console, ours.reported], [0, [], []]);
  });

  test('goes to the files that were asked for: errors into both, warnings into one', () => {
    const ours = memoryLogging();
    ours.logError(line);
    ours.logError(warning);
    const warned = { level: 'warn', message: 'deprecated', service: 'ykmake', name: 'DeprecationWarning' };
    assert.deepEqual(withoutTime(ours.lines()), [said, warned]);
    assert.deepEqual(withoutTime(ours.lines('error.log')), [said]);
    assert.deepEqual(ours.console, []);
    assert.equal(ours.emitted[1]?.severityNumber, 13);
  });

  test('goes nowhere where nobody wants it', () => {
    const ours = memoryLogging({ emit: undefined, settings: { logDirectory: undefined } });
    ours.logError(line);
    assert.deepEqual([ours.files.size, ours.console, ours.reported], [0, [], []]);
  });

  for (const [kind, winston] of [
    ['with winston', {}],
    ['without winston', { loadWinston: () => undefined }],
  ] as const) {
    test(`goes through our logger where the application uses it, ${kind}`, () => {
      const ours = memoryLogging({ ...winston, settings: { logConsole: 'json' } });
      ours.createLogger({ defaultMeta: { region: 'eu' } });
      ours.logError(line);
      ours.logError(warning);
      const [first] = withoutTime(ours.lines());
      assert.deepEqual(first, { ...said, region: 'eu' });
      assert.deepEqual([ours.lines().length, ours.lines('error.log').length], [2, 1]);
      const shown = ours.console.filter(text => text.startsWith('{')).map(parsed);
      assert.deepEqual(withoutTime(shown)[0], { ...said, region: 'eu' });
      // With winston its bridge brings them there.
      const expected = { ...record, attributes: { ...record.attributes, service: 'ykmake', region: 'eu' } };
      assert.deepEqual(emittedBy(ours).slice(0, 1), kind === 'with winston' ? [] : [expected]);
    });

    test(`minds the level of the logger, and that it is silent, ${kind}`, () => {
      const ours = memoryLogging(winston);
      const logger = ours.logger();
      logger.level = 'error';
      ours.logError(warning);
      assert.equal(ours.lines().length, 0);
      ours.logError(line);
      assert.equal(ours.lines().length, 1);
      logger.silent = true;
      ours.logError(line);
      assert.equal(ours.lines().length, 1);
    });

    test(`has the levels of the logger, ${kind}`, () => {
      const levelsOf = (levels: Readonly<Record<string, number>>): readonly unknown[] => {
        const ours = memoryLogging(winston);
        ours.createLogger({ levels, level: Object.keys(levels).at(-1) });
        ours.logError(line);
        ours.logError(warning);
        return ours.lines().map(({ level }) => level);
      };
      assert.deepEqual(levelsOf({ emerg: 0, error: 3, warning: 4, debug: 7 }), ['error', 'warning']);
      assert.deepEqual(levelsOf({ fatal: 0, loud: 1 }), ['fatal']);
    });

    test(`is of nobody's interest who wants logged errors, ${kind}`, () => {
      let told = 0;
      const ours = memoryLogging({ ...winston, onLoggedError: () => told++ });
      const logger = ours.logger();
      ours.logError(line);
      assert.equal(told, 0);
      logger.error(new Error('control'));
      assert.deepEqual([told, ours.lines().length], [1, 2]);
    });
  }

  test('comes to the bridge as it is, with the exception', () => {
    const seen: (PreparedRecord | undefined)[] = [];
    const ours = memoryLogging();
    ours.createLogger({
      format: {
        transform: info => {
          seen.push((info as { [prepared]?: PreparedRecord })[prepared]);
          return info;
        },
      },
    });
    ours.logError(line);
    const { stack: _, ...attributes } = line.properties;
    const { exception } = line;
    assert.deepEqual(seen, [
      { body: 'boom', attributes: { ...attributes, service: 'ykmake' }, exception, trace, isOwn: true },
    ]);
  });

  test('that cannot be written is said, and disturbs nobody', () => {
    const ours = memoryLogging({
      emit: () => {
        throw new Error('hostile');
      },
    });
    ours.logError(line);
    assert.match(ours.reported.join(), /failed: Error: hostile/);
  });
});

describe('the preload alone', () => {
  const start = (
    given: { readonly logDirectory?: string; readonly emit?: () => void } = {},
  ): { loads: () => number; lines: readonly ErrorLine[] } & ReturnType<typeof createPreloadLogging> => {
    const lines: ErrorLine[] = [];
    let loads = 0;
    const logging = { logError: (one: ErrorLine) => lines.push(one) } as unknown as Logging;
    const started = createPreloadLogging({
      settings: { logDirectory: given.logDirectory, requestLog: false } as PreloadLoggingOptions['settings'],
      ...{ service: 'test', emit: given.emit, report: () => {}, reportOnce: () => {} },
      processEnd: { add: () => () => {} },
      onUsed: () => {},
      load: () => {
        loads++;
        return { startLogger: () => logging } as never;
      },
    });
    return { ...started, lines, loads: () => loads };
  };

  test('reads no logger to know that nobody wants the line', () => {
    for (const given of [{}, { logDirectory: 'none' }]) {
      const { errorLog, loads } = start(given);
      assert.deepEqual([errorLog.isWanted(), loads()], [false, 0]);
    }
  });
  test('reads it with the first line that somebody wants', () => {
    for (const given of [{ emit: () => {} }, { logDirectory: 'logs' }]) {
      const { errorLog, loads, lines } = start(given);
      assert.deepEqual([errorLog.isWanted(), loads()], [true, 0]);
      errorLog.write(line);
      errorLog.write(line);
      assert.deepEqual([loads(), lines.length], [1, 2]);
    }
  });
  test('writes where the application has begun to log with us', () => {
    const { errorLog, logging } = start();
    logging();
    assert.equal(errorLog.isWanted(), true);
  });
});

describe('a process that ends at once has the line on disk', () => {
  const die = async (
    how: string,
    env: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number | null; readonly lines: readonly unknown[]; readonly said: string }> => {
    const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-dying-'));
    const child = startChild({
      args: ['--import', register, path.join(root, 'test/fixtures/logger/dying.cjs'), how],
      cwd: folder,
      env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', NODE_ENV: 'production', ...env },
    });
    try {
      const { code } = await child.exit();
      const file = path.join(folder, 'logs', 'error.log');
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const lines = text.split('\n').filter(Boolean).map(parsed);
      return { code, lines: lines.map(({ message }) => message), said: child.stderr() };
    } finally {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  };
  for (const env of [{ WITH: 'logger' }, { LOG_DIR: 'logs' }]) {
    const [name] = Object.keys(env);
    for (const [how, code] of [
      ['exit', 3],
      ['throw', 1],
    ] as const) {
      test(`by ${how}, ${name}`, async () => {
        const died = await die(how, env);
        // Once by the fixture, and where it is thrown once more by what reports it.
        const lines = how === 'throw' ? ['the last one', 'the last one'] : ['the last one'];
        assert.deepEqual([died.code, died.lines], [code, lines], died.said);
      });
    }
    test(`control: a process that is killed has nothing written, ${name}`, async () => {
      assert.deepEqual((await die('kill', env)).lines, []);
    });
  }
});
