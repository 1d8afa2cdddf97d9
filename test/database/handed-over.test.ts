import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { PatchClient } from '../../src/database/adapter.ts';
import { clientFiles, type DatabaseClient } from '../../src/database/client-files.ts';
import { createPatch as mariadbPatch } from '../../src/database/clients/mariadb.ts';
import { createPatch as mysql2Patch } from '../../src/database/clients/mysql2.ts';
import { root } from '../child.ts';
import { startMariadb } from './mariadb-server.ts';
import { observeClient } from './observed-client.ts';
import type { DatabaseServer } from './postgres-server.ts';

interface Connection {
  readonly release: () => unknown;
}

interface Pool {
  readonly getConnection: () => Promise<Connection>;
  readonly query: (sql: string) => Promise<unknown>;
  readonly end: () => Promise<unknown>;
}

const folder = path.join(root, 'test/fixtures/databases');
const require = createRequire(path.join(folder, 'package.json'));
const active = new AsyncLocalStorage<{ readonly name: string }>();
const observed = {
  mysql2: observeClient(mysql2Patch, { active: () => active.getStore() }),
  mariadb: observeClient(mariadbPatch, { active: () => active.getStore() }),
};

/** Loads those of the client's files that this version has, and patches them. */
const patchFiles = async (
  client: DatabaseClient,
  patch: PatchClient,
  load: (file: string) => Promise<unknown>,
): Promise<void> => {
  for (const { client: name, module, file = '' } of clientFiles) {
    if (name !== client || file.endsWith('.cjs')) continue;
    const exports = await load(path.join(folder, 'node_modules', module, file)).catch(() => undefined);
    if (exports !== undefined) patch({ module, file, exports, folder: undefined });
  }
};

let server: DatabaseServer | undefined;
before(async () => {
  server = await startMariadb();
  await patchFiles('mysql2', observed.mysql2.patch, async file => require(file));
  await patchFiles('mariadb', observed.mariadb.patch, file => import(file));
});
after(() => server?.stop());

const poolsOfOne: Readonly<Record<keyof typeof observed, (url: URL) => Promise<Pool>>> = {
  mysql2: async ({ href }) =>
    require(path.join(folder, 'node_modules/mysql2/promise.js')).createPool({
      uri: href,
      connectionLimit: 1,
    }),
  mariadb: async ({ hostname: host, port, username: user, password, pathname }) => {
    const { createPool } = await import(path.join(folder, 'node_modules/mariadb/promise.js'));
    return createPool({
      ...{ host, port: Number(port), user, password, database: pathname.slice(1) },
      connectionLimit: 1,
    });
  },
};

for (const [client, { takeCalls, takeFailures }] of Object.entries(observed))
  test(`regression: a query of ${client} that nobody asked for was put into the trace of whoever gave the connection back`, async t => {
    if (server === undefined) return t.skip('no MariaDB');
    const pool = await poolsOfOne[client as keyof typeof observed](new URL(server.url));
    try {
      const held = await pool.getConnection();
      const waiting = [
        pool.query('SELECT 1'),
        active.run({ name: 'asked' }, () => pool.query('SELECT 2')),
        pool.query('SELECT 3'),
      ];
      takeCalls();
      active.run({ name: 'gave back' }, () => void held.release());
      await Promise.all(waiting);
      const callers = takeCalls().map(({ text, caller }) => [text, (caller as { name?: string })?.name]);
      assert.deepEqual(callers, [
        ['SELECT 1', undefined],
        ['SELECT 2', 'asked'],
        ['SELECT 3', undefined],
      ]);
      assert.deepEqual(takeFailures(), []);
    } finally {
      await pool.end();
    }
  });
