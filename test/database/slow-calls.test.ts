import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { createSlowCalls } from '../../src/database/slow-calls.ts';
import { type Child, register, root, startChild } from '../child.ts';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

const fixture = path.join(root, 'test/fixtures/databases');
const secret = /hunter2/;

test('a call that waits at the server for what may come is recorded, and never slow', () => {
  const recorded: boolean[] = [];
  const slow: string[] = [];
  const record = createSlowCalls<object>({
    record: ({ waits }) => {
      recorded.push(waits === true);
      return undefined;
    },
    slow: { fromSeconds: 1, isWanted: () => true, write: ({ operation }) => slow.push(operation) },
  });
  const call = {
    ...{ system: 'mongodb', operation: 'GETMORE', table: 'events', text: undefined, start: 0, seconds: 2 },
    ...{
      failed: false,
      error: undefined,
      code: undefined,
      shown: undefined,
      caller: undefined,
      database: undefined,
    },
  };
  record({ ...call, waits: true });
  assert.deepEqual([recorded, slow], [[true], []]);
  record(call);
  assert.deepEqual([recorded, slow], [[true, false], ['GETMORE']]);
});

describe('slow database calls', async () => {
  let postgres: PostgresServer | undefined;
  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres?.stop());

  const withCalls = async (
    env: Readonly<Record<string, string>>,
    run: (app: Child, folder: string) => Promise<void>,
  ): Promise<void> => {
    const folder = mkdtempSync(path.join(tmpdir(), 'slow-calls-'));
    const app = startChild({
      args: ['--import', register, path.join(fixture, 'run.cjs'), 'cjs', fixture, 'slow'],
      cwd: folder,
      env: {
        DATABASE_URL: postgres?.url ?? '',
        MONITORING_SLOW_QUERY_MS: '100',
        OTEL_EXPORTER_PROMETHEUS_PORT: '0',
        ...env,
      },
    });
    try {
      const [, port] = await app.output(/^listening (\d+)$/m);
      const url = `http://127.0.0.1:${port}`;
      for (const index of [0, 1, 2]) {
        const response = await fetch(`${url}/case?${index}`);
        assert.equal(response.status, 200, await response.text());
      }
      await fetch(`${url}/close`);
      await app.exit(10_000);
      await run(app, folder);
      assert.doesNotMatch(app.stdout() + app.stderr(), secret);
    } finally {
      await app.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  };

  const linesIn = (file: string): readonly Record<string, unknown>[] =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map(line => JSON.parse(line) as Record<string, unknown>)
      : [];

  const slowIn = (folder: string): readonly Record<string, unknown>[] =>
    linesIn(path.join(folder, 'logs/combined.log')).filter(({ message }) => message === 'Slow database call');

  const traces = async (use: (env: Readonly<Record<string, string>>) => Promise<void>): Promise<void> => {
    const receiver = await startOtlpReceiver();
    try {
      await use({
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      });
    } finally {
      receiver.stop();
    }
  };

  test('are a record each in the files that were asked for, without their literals', async () => {
    await traces(env =>
      withCalls({ ...env, OTEL_LOGS_EXPORTER: 'none', LOG_DIR: 'logs' }, async (_app, folder) => {
        const [first, second, ...more] = slowIn(folder);
        assert.deepEqual(more, []);
        const { timestamp, duration, service, trace_id, span_id, ...rest } = first ?? {};
        assert.deepEqual(rest, {
          level: 'warn',
          message: 'Slow database call',
          system: 'postgresql',
          operation: 'SELECT',
          table: 'users',
          statement: 'SELECT pg_sleep(?) FROM users WHERE name = ?',
          trace_flags: '01',
        });
        assert.ok(typeof duration === 'number' && duration >= 100 && duration < 60_000, String(duration));
        assert.ok(timestamp && service && span_id);
        assert.match(String(trace_id), /^[0-9a-f]{32}$/);
        assert.equal(second?.failed, true);
        assert.doesNotMatch(readFileSync(path.join(folder, 'logs/combined.log'), 'utf8'), secret);
        assert.deepEqual(linesIn(path.join(folder, 'logs/error.log')), []);
      }),
    );
  });

  test('go to OpenTelemetry', async () => {
    const receiver = await startOtlpReceiver();
    try {
      await withCalls(
        { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
        async (_app, folder) => {
          const records = receiver.logs().filter(({ body }) => body === 'Slow database call');
          assert.equal(records.length, 2, inspect(receiver.logs()));
          for (const { severityText, traceId, attributes } of records) {
            assert.equal(severityText, 'warn');
            assert.match(String(attributes.statement), /^SELECT pg_sleep\(\?\)/);
            assert.ok(receiver.spans.some(span => span.traceId === traceId && span.kind === 3));
          }
          assert.doesNotMatch(inspect(records, { depth: 9 }), secret);
          assert.ok(!existsSync(path.join(folder, 'logs')));
        },
      );
    } finally {
      receiver.stop();
    }
  });

  test('are told where nothing is measured, traced or logged of requests', async () => {
    const env = { LOG_DIR: 'logs', MONITORING_REQUEST_LOG: 'false', OTEL_METRICS_EXPORTER: 'none' };
    await withCalls(env, async (_app, folder) => assert.equal(slowIn(folder).length, 2));
  });

  test('are none below the limit, or with 0', async () => {
    for (const limit of ['10000', '0']) {
      const env = { LOG_DIR: 'logs', MONITORING_SLOW_QUERY_MS: limit };
      await withCalls(env, async (_app, folder) => assert.deepEqual(slowIn(folder), []));
    }
  });

  test('are not written to the console of an application that does not log with us', async () => {
    await withCalls({}, async app => assert.doesNotMatch(app.stdout() + app.stderr(), /Slow database call/));
  });
});
