import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { register, root, startChild } from '../child.ts';
import { temporaryFolder } from '../package/packed.ts';
import { parsed } from './memory-logging.ts';

interface Run {
  readonly folder: string;
  readonly stdout: string;
  /** What is neither ours nor what the fixture tells. */
  readonly reported: readonly string[];
  readonly stderr: string;
  readonly told: readonly Record<string, unknown>[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: (name?: string) => readonly Record<string, unknown>[];
}

interface RunOptions {
  readonly calls: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly preload?: boolean;
  readonly folder?: string;
  readonly script?: string;
}

const fixture = path.join(root, 'test/fixtures/logger/calls.mjs');

const run = async (t: { after(end: () => void): void }, options: RunOptions): Promise<Run> => {
  const folder = options.folder ?? temporaryFolder(t);
  const child = startChild({
    args: [...(options.preload ? ['--import', register] : []), options.script ?? fixture],
    cwd: folder,
    env: { TEST_CALLS: options.calls, OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...options.env },
  });
  const { code, signal } = await child.exit(30_000);
  const all = child.stderr().split('\n').filter(Boolean);
  return {
    ...{ folder, code, signal, stdout: child.stdout(), stderr: child.stderr() },
    reported: all.filter(
      line => line.startsWith('[monitoring]') && !/ metrics at | in this container /.test(line),
    ),
    told: all.filter(line => line.startsWith('told ')).map(line => JSON.parse(line.slice(5))),
    lines: (name = 'combined.log') => {
      const file = path.join(folder, options.env?.LOG_DIR ?? 'logs', name);
      return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map(parsed) : [];
    },
  };
};

for (const preload of [true, false]) {
  describe(preload ? 'under the preload' : 'without the preload', () => {
    test('importing and looking makes nothing and loads nothing', async t => {
      const { told, stdout, folder, reported } = await run(t, { preload, calls: 'nothing+look' });
      assert.deepEqual(told, [
        {
          types: ['object', 'function', 'function', false],
          ...{ keys: [], symbol: 'undefined', promise: true },
        },
        { winston: false, logs: false, listeners: 0 },
      ]);
      assert.deepEqual([stdout, existsSync(path.join(folder, 'logs')), reported], ['', false, []]);
    });

    test('outside production: coloured lines on the console, and the files', async t => {
      const { stdout, lines, reported } = await run(t, { preload, calls: 'log' });
      const [info = '', error = ''] = stdout.trimEnd().split('\n');
      assert.ok(info.startsWith('\u001b[32minfo\u001b[39m: text {'), info);
      assert.match(info, /"password":"REDACTED"/);
      assert.ok(error.startsWith('\u001b[31merror\u001b[39m: failed why {'), error);
      assert.match(error, /"stack":"Error: why\\n/);
      assert.deepEqual(
        lines().map(({ level, message }) => [level, message]),
        [
          ['info', 'text'],
          ['error', 'failed why'],
        ],
      );
      assert.equal(lines('error.log').length, 1);
      assert.deepEqual(reported, []);
    });

    test('in production: files only, from info on', async t => {
      const { stdout, lines } = await run(t, { preload, calls: 'log', env: { NODE_ENV: 'production' } });
      assert.equal(stdout, '');
      assert.equal(lines().length, 2);
    });

    test('JSON on the console by choice, and no files by choice', async t => {
      const env = {
        NODE_ENV: 'production',
        MONITORING_LOG_CONSOLE: 'json',
        LOG_DIR: 'none',
        OTEL_SERVICE_NAME: 'shop',
      };
      const { stdout, folder } = await run(t, { preload, calls: 'log', env });
      const [info, error] = stdout.trim().split('\n').map(parsed);
      assert.deepEqual([info?.message, info?.service, info?.password], ['text', 'shop', 'REDACTED']);
      assert.equal(error?.name, 'Error');
      assert.equal(existsSync(path.join(folder, 'none')), false);
      assert.equal(existsSync(path.join(folder, 'logs')), false);
    });

    test('LOG_LEVEL and LOG_DIR', async t => {
      const env = { LOG_LEVEL: 'ERROR', LOG_DIR: 'var/log' };
      const { lines } = await run(t, { preload, calls: 'log', env });
      assert.deepEqual(
        lines().map(({ level }) => level),
        ['error'],
      );
    });

    test('MONITORING_REDACT_KEYS', async t => {
      const { lines } = await run(t, { preload, calls: 'log', env: { MONITORING_REDACT_KEYS: 'colour' } });
      assert.equal(lines()[0]?.colour, 'REDACTED');
    });

    test('a LOG_LEVEL that winston does not have costs one line', async t => {
      const env = { LOG_LEVEL: 'trace' };
      const { lines, reported } = await run(t, { preload, calls: 'log+both', env });
      assert.equal(reported.length, 1, reported.join('\n'));
      assert.match(reported[0] ?? '', /LOG_LEVEL="trace" is none of the levels error, .*: using debug$/);
      assert.equal(lines().length, 5);
    });

    test('logger, createLogger and a second import write the same files in turn', async t => {
      const { lines, told } = await run(t, { preload, calls: 'both' });
      assert.equal(told[0]?.same, true);
      assert.deepEqual(
        lines().map(({ message, service }) => [message, service === 'other']),
        [
          ['from logger', false],
          ['from createLogger', true],
          ['from require', false],
        ],
      );
    });

    for (const [calls, code, signal] of [
      ['exit', 3, null],
      ['uncaught', 1, null],
      ['signal', null, 'SIGTERM'],
    ] as const) {
      test(`the last lines are written at the end by ${calls}`, async t => {
        const env = { MONITORING_LOG_CONSOLE: 'none' };
        const { lines, ...end } = await run(t, { preload, calls, env });
        assert.deepEqual([end.code, end.signal], [code, signal], end.stderr);
        // Under the preload the error that ends it has a line as well; of the main module Node.js calls it so.
        const isReported = calls === 'uncaught' && preload;
        assert.deepEqual(
          lines().map(({ line, source }) => line ?? source),
          [
            ...Array.from({ length: 10_000 }, (_, line) => line),
            ...(isReported ? ['unhandledRejection'] : []),
          ],
        );
      });
    }

    test('a directory that cannot be made: one line, and the lines on stderr', async t => {
      const folder = temporaryFolder(t);
      writeFileSync(path.join(folder, 'logs'), 'a file');
      const env = { NODE_ENV: 'production' };
      const { stderr, reported, code } = await run(t, { preload, calls: 'broken', env, folder });
      assert.equal(code, 0);
      assert.equal(reported.length, 1, stderr);
      assert.match(reported[0] ?? '', /log files in .*logs cannot be written/);
      const fallback = stderr
        .split('\n')
        .filter(line => line.startsWith('{'))
        .map(parsed);
      assert.deepEqual(
        fallback.map(({ message }) => message),
        ['first', 'second'],
      );
    });

    test('the same where the console shows them anyway: one line, and no line twice', async t => {
      const folder = temporaryFolder(t);
      writeFileSync(path.join(folder, 'logs'), 'a file');
      const { stdout, stderr, reported } = await run(t, { preload, calls: 'broken', folder });
      assert.equal(reported.length, 1, stderr);
      assert.doesNotMatch(stderr, /^\{/m);
      assert.equal(stdout.trim().split('\n').length, 2);
    });
  });
}

test('after shutdown() every line is written at once', async t => {
  const { lines, stderr } = await run(t, { preload: true, calls: 'shutdown' });
  assert.deepEqual(
    lines().map(({ message }) => message),
    ['before', 'after'],
    stderr,
  );
});

test('control: of stock winston nothing arrives when the process ends in the same tick', async t => {
  const folder = temporaryFolder(t);
  const script = path.join(folder, 'stock.cjs');
  const winston = path.join(root, 'node_modules/winston');
  writeFileSync(
    script,
    `const winston = require(${JSON.stringify(winston)});
    const logger = winston.createLogger({ transports: new winston.transports.File({ filename: 'logs/combined.log' }) });
    for (let line = 0; line < 10000; line++) logger.info('last words', { line });
    process.exit(3);`,
  );
  const { lines, code } = await run(t, { calls: '', folder, script });
  assert.equal(code, 3);
  assert.equal(lines().length, 0);
});

describe('where winston is not installed', () => {
  const installed = (t: { after(end: () => void): void }): { folder: string; script: string } => {
    const folder = temporaryFolder(t);
    mkdirSync(path.join(folder, 'app'));
    const script = path.join(folder, 'app/calls.mjs');
    writeFileSync(script, readFileSync(fixture));
    return { folder, script };
  };
  const api = path.join(root, 'dist/index.js');

  for (const preload of [true, false]) {
    test(`the same lines, and one that says what to install${preload ? ', under the preload' : ''}`, async t => {
      const { lines, reported, stdout, told } = await run(t, {
        ...{ preload, calls: 'log+both', env: { TEST_API: api } },
        ...installed(t),
      });
      assert.equal(reported.length, 1, reported.join('\n'));
      assert.match(reported[0] ?? '', /winston 3 is not installed .* npm install winston$/);
      assert.deepEqual(
        lines().map(({ message }) => message),
        [...['text', 'failed why', 'from logger', 'from createLogger', 'from require']],
      );
      assert.equal(lines('error.log').length, 1);
      assert.equal(lines()[0]?.password, 'REDACTED');
      assert.equal(stdout.trim().split('\n').length, 5);
      assert.equal(told.at(-1)?.winston, false);
    });
  }
  test('the last lines are written at the end', async t => {
    const env = { TEST_API: api, MONITORING_LOG_CONSOLE: 'none' };
    const { lines } = await run(t, { calls: 'exit', env, ...installed(t) });
    assert.equal(lines().length, 10_000);
  });
});
