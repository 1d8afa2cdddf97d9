import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { TraceIds } from '../../src/traces/trace-ids.ts';
import { pg } from './observed-pg.ts';
import { pgPatches } from './pg-patches.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

const require = createRequire(process.env.MONITORING_TEST_PG ?? import.meta.url);
const active = new AsyncLocalStorage<TraceIds>();
const calls: string[] = [];
const undo: ((() => void) | undefined)[] = [];
let server: PostgresServer | undefined;

before(async () => {
  server = await startPostgres();
  const fail = (_hook: string, error: unknown): void => {
    throw error;
  };
  const [query, client, pool] = pgPatches(
    ({ table, caller }) => void calls.push(`${table} in ${caller?.traceId ?? 'none'}`),
    fail,
    () => active.getStore(),
  );
  undo.push(
    query?.apply(require('pg/lib/query.js')),
    client?.apply(require('pg/lib/client.js')),
    pool?.apply(require('pg-pool')),
  );
  assert.ok(undo.every(step => step !== undefined));
});
after(async () => {
  for (const step of undo) step?.();
  await server?.stop();
});

const ids = (index: number): TraceIds => ({ traceId: `trace${index}`, spanId: `span${index}` });

/** Runs every piece of work in a trace of its own; the tables t0, t1 … tell which query was whose. */
const inTraces = async (count: number, work: (sql: string) => Promise<unknown>): Promise<void> => {
  calls.length = 0;
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      active.run(ids(index), () => work(`SELECT * FROM t${index}`)),
    ),
  );
  assert.equal(calls.length, count);
  for (const call of calls) {
    const [, table, trace] = /^t(\d+) in trace(\d+)$/.exec(call) ?? [];
    assert.ok(table !== undefined && table === trace, `${call} is another's trace`);
  }
};

const withTables = async (
  count: number,
  use: (pool: InstanceType<(typeof pg)['Pool']>) => Promise<void>,
): Promise<void> => {
  const pool = new pg.Pool({ connectionString: server?.url ?? '', max: 2 });
  // A server that is stopped says so to connections that are still closing.
  pool.on('error', () => {});
  pool.on('connect', client => void client.on('error', () => {}));
  try {
    for (let index = 0; index < count; index++)
      await pool.query(`CREATE TABLE IF NOT EXISTS t${index} (id int)`);
    await use(pool);
  } finally {
    await pool.end();
  }
};

test('a hundred callers on a pool of two clients: every query has the trace of its own caller', async t => {
  if (server === undefined) return t.skip('no PostgreSQL');
  await withTables(100, async pool => {
    await inTraces(100, sql => pool.query(sql));
    await inTraces(100, sql => new Promise(resolve => pool.query(sql, [], resolve)));
    await inTraces(50, async sql => {
      const client = await pool.connect();
      try {
        await client.query(sql);
      } finally {
        client.release();
      }
    });
    await inTraces(
      50,
      sql =>
        new Promise(resolve =>
          pool.connect((_error, client, release) =>
            client?.query(sql, (...results: unknown[]) => {
              release();
              resolve(results);
            }),
          ),
        ),
    );
  });
});

test('queries that wait for their turn on one client keep the trace of their caller', async t => {
  if (server === undefined) return t.skip('no PostgreSQL');
  await withTables(30, async pool => {
    const client = await pool.connect();
    await inTraces(30, sql => client.query(sql));
    await inTraces(30, sql => client.query({ text: sql, name: sql.slice(-60) }));
    client.release();
  });
});

test('without an active trace there is none, also right after one', async t => {
  if (server === undefined) return t.skip('no PostgreSQL');
  await withTables(1, async pool => {
    calls.length = 0;
    await active.run(ids(0), () => pool.query('SELECT * FROM t0'));
    await pool.query('SELECT * FROM t0');
    assert.deepEqual(calls, ['t0 in trace0', 't0 in none']);
  });
});

test('regression: a query that nobody asked for was put into the trace of whoever gave the client back', async t => {
  if (server === undefined) return t.skip('no PostgreSQL');
  await withTables(1, async pool => {
    calls.length = 0;
    const clients = [await pool.connect(), await pool.connect()];
    const waiting = pool.query('SELECT * FROM t0');
    const queued = active.run(ids(8), () => clients[0]?.query('SELECT pg_sleep(0.02)'));
    const background = clients[0]?.query('SELECT * FROM t0');
    await Promise.all([queued, background]);
    active.run(ids(9), () => {
      for (const client of clients) client.release();
    });
    await waiting;
    assert.deepEqual(calls, ['none in trace8', 't0 in none', 't0 in none']);
  });
});

test('whoever is active in the callback of `connect` is the caller', async t => {
  if (server === undefined) return t.skip('no PostgreSQL');
  await withTables(1, async pool => {
    calls.length = 0;
    await active.run(
      ids(1),
      () =>
        new Promise<void>(resolve =>
          pool.connect((_error, client, release) => {
            const done = (): void => {
              release();
              resolve();
            };
            active.run(ids(2), () => client?.query('SELECT * FROM t0', done));
          }),
        ),
    );
    assert.deepEqual(calls, ['t0 in trace2']);
  });
});

test("negative control: the context in which a pool submits is another caller's", async t => {
  if (server === undefined) return t.skip('no PostgreSQL');
  await withTables(20, async pool => {
    const seen: boolean[] = [];
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        active.run(
          ids(index),
          () =>
            new Promise<void>(resolve =>
              pool.connect((_error, _client, release) => {
                seen.push(active.getStore()?.traceId === `trace${index}`);
                setImmediate(() => {
                  release();
                  resolve();
                });
              }),
            ),
        ),
      ),
    );
    assert.ok(
      seen.includes(false),
      'the active context was right every time: the observer could read it there',
    );
  });
});
