import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { register, root, startChild } from '../child.ts';
import { startMariadb } from './mariadb-server.ts';
import type { DatabaseServer } from './postgres-server.ts';
import { startRedis } from './redis-server.ts';

const servers: Record<string, DatabaseServer | undefined> = {};
before(async () => {
  servers.redis = await startRedis();
  servers.mariadb = await startMariadb();
});
after(async () => {
  for (const server of Object.values(servers)) await server?.stop();
});

interface Client {
  readonly server: 'redis' | 'mariadb';
  /** Makes `fail`, whose call is refused by the server, and `end`. */
  readonly script: string;
}

const clients: Readonly<Record<string, Client>> = {
  ioredis: {
    server: 'redis',
    script: `
      const { default: Redis } = await import('ioredis');
      const redis = new Redis(url, { disconnectTimeout: 20 });
      await redis.set('text', 'a');
      const fail = () => redis.incr('text');
      const end = () => redis.quit();`,
  },
  'ioredis, in a pipeline by itself': {
    server: 'redis',
    script: `
      const { default: Redis } = await import('ioredis');
      const redis = new Redis(url, { disconnectTimeout: 20, enableAutoPipelining: true });
      await redis.set('text', 'a');
      const fail = () => redis.incr('text');
      const end = () => redis.quit();`,
  },
  redis: {
    server: 'redis',
    script: `
      const { createClient } = await import('redis');
      const redis = await createClient({ url }).connect();
      await redis.set('text', 'a');
      const fail = () => redis.incr('text');
      const end = () => redis.quit();`,
  },
  mysql2: {
    server: 'mariadb',
    script: `
      const { createPool } = await import('mysql2/promise');
      const pool = createPool(url);
      const fail = () => pool.query('SELECT * FROM nowhere');
      const end = () => pool.end();`,
  },
  mariadb: {
    server: 'mariadb',
    script: `
      const { createPool } = await import('mariadb');
      const pool = createPool(url.replace('mysql:', 'mariadb:'));
      const fail = () => pool.query('SELECT * FROM nowhere');
      const end = () => pool.end();`,
  },
};

/** Each of these calls fails: one is handled at once, one later in the same turn, two are not. */
const told = `
  let unhandled = 0;
  process.on('unhandledRejection', () => unhandled++);
  fail().catch(() => {});
  const later = fail();
  await Promise.resolve();
  later.then(undefined, () => {});
  fail();
  fail().then(() => {});
  await new Promise(resolve => setTimeout(resolve, 300));
  console.log('unhandled ' + unhandled);
  await end();
  process.exit();`;

const unhandledBy = async (
  { server, script }: Client,
  preload: readonly string[],
): Promise<string | undefined> => {
  const folder = path.join(root, 'test/fixtures/databases');
  const url = JSON.stringify(servers[server]?.url);
  const child = startChild({
    args: [...preload, '--input-type=module', '--eval', `const url = ${url};${script}${told}`],
    cwd: folder,
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0' },
  });
  try {
    return (await child.output(/^unhandled (\d+)$/m))[1];
  } finally {
    await child.stop();
  }
};

describe('a rejection that nobody handles is as unhandled as without us', () => {
  for (const [name, client] of Object.entries(clients))
    test(name, async t => {
      if (servers[client.server] === undefined) return t.skip(`no ${client.server}`);
      assert.equal(await unhandledBy(client, []), '2');
      assert.equal(await unhandledBy(client, ['--import', register]), '2');
    });
});
