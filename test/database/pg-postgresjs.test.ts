import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createModuleHooks } from '../../src/instrumentations/module-hooks.ts';
import { root } from '../child.ts';
import { observeAdapter } from './pg-adapters.ts';
import { startPostgres } from './postgres-server.ts';

/** As far as it is used here. */
interface Sql {
  (strings: TemplateStringsArray, ...values: unknown[]): Query;
  unsafe(text: string, values?: unknown[]): Query;
  end(options?: { timeout: number }): Promise<void>;
}
interface Query extends Promise<readonly Record<string, unknown>[]> {
  resolve: unknown;
  reject: unknown;
  state: unknown;
  cancel(): void;
  execute(): this;
  cursor(rows: number): AsyncIterable<readonly unknown[]>;
}
type Postgres = (url: string, options?: object) => Sql;

const active = new AsyncLocalStorage<object>();
const server = await startPostgres();
const { patches, take, takeCalls } = observeAdapter('postgres', () => active.getStore());
const hooks = createModuleHooks((_hook, error) => {
  throw error;
});
const load = createRequire(path.join(root, 'test/fixtures/databases/package.json'));
hooks.add(patches);
const postgres: Postgres = load('postgres');

describe('postgres.js', { skip: server === undefined }, () => {
  const connect = (options: object = {}): Sql =>
    postgres(server?.url ?? '', { max: 1, onnotice: () => {}, ...options });

  after(async () => {
    hooks.stop();
    await server?.stop();
  });

  const withSql = async (use: (sql: Sql) => Promise<void>, options?: object): Promise<void> => {
    const sql = connect(options);
    try {
      await use(sql);
    } finally {
      await sql.end({ timeout: 1 });
    }
  };

  it('gives a query that waits for the connection to who awaits it, or to nobody', () =>
    withSql(async sql => {
      const callers = [1, 2, 3].map(id => ({ id }));
      // Three in one go: the first on a connection that has to be made, the others behind it.
      await Promise.all([
        ...callers.map((caller, n) =>
          active.run(caller, async () => sql.unsafe(`SELECT * FROM pg_class LIMIT ${n}`)),
        ),
        sql`SELECT 1`,
      ]);
      const calls = takeCalls();
      assert.deepEqual(
        calls.map(({ text, caller }) => [text, caller]),
        [
          ...callers.map((caller, n) => [`SELECT * FROM pg_class LIMIT ${n}`, caller]),
          ['SELECT 1', undefined],
        ],
      );
    }));

  it('does not count the time in the queue', () =>
    withSql(
      async sql => {
        await sql`SELECT 1`;
        take();
        const start = performance.now();
        await Promise.all(Array.from({ length: 4 }, () => sql`SELECT pg_sleep(0.03)`));
        const elapsed = (performance.now() - start) / 1000;
        const calls = takeCalls();
        assert.equal(calls.length, 4);
        assert.ok(calls.every(({ seconds }) => seconds >= 0.029));
        assert.ok(calls.reduce((sum, { seconds }) => sum + seconds, 0) <= elapsed);
      },
      // The driver sends one after another only where it may not send more.
      { max_pipeline: 0 },
    ));

  it('ends all that was sent when the connection is lost', () =>
    withSql(async sql => {
      const [row] = await sql`SELECT pg_backend_pid() AS pid`;
      take();
      const lost = [sql`SELECT pg_sleep(5)`, sql`SELECT * FROM pg_class`].map(query => assert.rejects(query));
      await sleep(50);
      await withSql(async killer => void (await killer`SELECT pg_terminate_backend(${row?.pid})`));
      await Promise.all(lost);
      assert.deepEqual(take().sort(), ['SELECT none', 'SELECT none failed', 'SELECT pg_class failed']);
    }));

  it('ends when the server crashes', () =>
    withSql(async sql => {
      await sql`SELECT 1`;
      take();
      const lost = assert.rejects(sql`SELECT pg_sleep(30) FROM pg_class`);
      await sleep(50);
      await server?.crash();
      await lost;
      assert.deepEqual(take(), ['SELECT pg_class failed']);
      await server?.restart();
    }));

  it('counts a prepared statement once that the server wants to be prepared again', () =>
    withSql(async sql => {
      await sql.unsafe('CREATE TEMP TABLE changing (id int)');
      const all = () => sql`SELECT * FROM changing WHERE id > ${0}`;
      await all();
      await sql.unsafe('ALTER TABLE changing ADD name text');
      take();
      await all();
      assert.deepEqual(take(), ['SELECT changing']);
    }));

  const unsent: Readonly<Record<string, (sql: Sql) => Query>> = {
    'has a value that cannot be written': sql => sql`SELECT * FROM pg_class WHERE oid = ${undefined}`,
    'has too many values': sql => sql.unsafe('SELECT * FROM pg_class', Array(70_000).fill(1)),
    'is cancelled before': sql => {
      const query = sql`SELECT * FROM pg_class`;
      query.cancel();
      return query;
    },
  };
  for (const [what, ask] of Object.entries(unsent))
    for (const kind of ['new', 'open'])
      it(`does not count what ${what}, on a connection that is ${kind}`, () =>
        // A client of its own: after the second of these the driver answers nothing more.
        withSql(async sql => {
          if (kind === 'open') await sql`SELECT 1`;
          take();
          await assert.rejects(ask(sql));
          await sleep(30);
          assert.deepEqual(take(), []);
        }));

  it('leaves queries as they were', () =>
    withSql(async sql => {
      const shape = (query: Query) => Reflect.ownKeys(query).filter(key => typeof key === 'string');
      const unsent = sql`SELECT 1`;
      const keys = shape(unsent);
      const { resolve, reject } = unsent;
      await unsent;
      assert.deepEqual(shape(unsent).slice(0, keys.length), keys);
      assert.deepEqual([unsent.resolve, unsent.reject], [resolve, reject]);
      const state = Object.getOwnPropertyDescriptor(unsent, 'state');
      assert.ok(state !== undefined && 'value' in state && state.value !== null);
      const cursor = sql`SELECT * FROM generate_series(1, 5)`;
      for await (const rows of cursor.cursor(2)) assert.ok(rows.length <= 2);
      for (const name of ['resolve', 'reject'] as const)
        assert.equal(typeof Object.getOwnPropertyDescriptor(cursor, name)?.value, 'function');
    }));

  it('is not patched twice', () => {
    const view = {
      default: load(path.join(root, 'test/fixtures/databases/node_modules/postgres/cjs/src/connection.js')),
    };
    const { default: before } = view;
    const [, patch] = observeAdapter('postgres').patches;
    assert.equal(patch?.apply(view), undefined);
    assert.equal(view.default, before);
    for (const exports of [undefined, {}, { Query: 1 }, { Query: class {} }])
      assert.equal(observeAdapter('postgres').patches[0]?.apply(exports), undefined);
  });

  it('leaves alone what is no connection that it knows', () => {
    const made = { execute: 1 };
    const view: { default: unknown } = { default: () => made };
    const [, patch] = observeAdapter('postgres').patches;
    const undo = patch?.apply(view);
    assert.equal((view.default as () => unknown)(), made);
    assert.deepEqual(made, { execute: 1 });
    undo?.();
  });

  it('answers what is under way when it is undone, and counts nothing more', async () => {
    const sql = connect();
    await sql`SELECT 1`;
    take();
    const pending = sql`SELECT pg_sleep(0.05)`.execute();
    await sleep(10);
    hooks.stop();
    await pending;
    take();
    await sql`SELECT 1`;
    assert.deepEqual(take(), []);
    await sql.end();
  });
});
