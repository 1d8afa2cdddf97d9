import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readPool } from '../../src/database/pg/pool.ts';
import { createPoolMetrics } from '../../src/database/pools.ts';
import { register, root, startChild } from '../child.ts';
import { type Gauges, gauges } from './gauges.ts';
import { pg } from './observed-pg.ts';
import { pgPatches } from './pg-patches.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

let postgres: PostgresServer | undefined;
before(async () => {
  postgres = await startPostgres();
});
after(() => postgres?.stop());

const expected: readonly Gauges[] = [
  { used: 2, idle: 0, waiting: 3, max: 2 },
  { used: 0, idle: 2, waiting: 0, max: 2 },
  { used: 1, idle: 1, waiting: 0, max: 2 },
  { used: undefined, idle: undefined, waiting: undefined, max: undefined },
  { used: 0, idle: 0, waiting: 1, max: 1 },
];

for (const folder of ['databases', 'databases-older', 'databases-oldest'])
  test(`${folder}: the page tells what a pool does, without its user and password`, async t => {
    if (postgres === undefined) return t.skip('no PostgreSQL');
    const fixtures = path.join(root, 'test/fixtures');
    const child = startChild({
      args: [
        '--import',
        register,
        path.join(fixtures, 'databases/run.cjs'),
        'mjs',
        path.join(fixtures, folder),
        'pg-pool',
      ],
      cwd: path.join(fixtures, folder),
      env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', DATABASE_URL: postgres.url },
    });
    try {
      const [, port] = await child.output(/^listening (\d+)$/m);
      const [, page] = await child.output(/metrics at (http:\S+?);/);
      for (const [index, wanted] of expected.entries()) {
        const response = await fetch(`http://127.0.0.1:${port}/case?${index}`);
        const { answer: name } = (await response.json()) as { answer: string };
        const text = await (await fetch(String(page))).text();
        assert.deepEqual(gauges(text, name), wanted, `${index}: ${name}`);
        assert.ok(!text.includes('hunter2'));
      }
    } finally {
      await child.stop();
    }
  });

test('a pool that is not needed any more is forgotten', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const failures: unknown[] = [];
  const pools = createPoolMetrics(error => failures.push(error));
  const undo = pgPatches(
    () => {},
    (_hook, error) => failures.push(error),
    undefined,
    pools,
  ).map(({ apply, module }) => (module === 'pg-pool' ? apply(Object.getPrototypeOf(pg.Pool)) : undefined));
  const use = async (): Promise<void> => {
    // Nobody listens there.
    const pool = new pg.Pool({ host: '127.0.0.1', port: 9, database: 'none' });
    await assert.rejects(pool.query('SELECT 1'), { code: 'ECONNREFUSED' });
    assert.equal([...(pools.families()[0]?.series ?? [])].length, 2);
  };
  await use();
  for (let n = 0; n < 20 && pools.families().length > 0; n++) {
    await sleep(10);
    gc();
  }
  assert.deepEqual([...(pools.families()[0]?.series ?? [])], []);
  assert.deepEqual(failures, []);
  for (const step of undo) step?.();
});

test('what is no pool that is known has no gauges, and does not throw', () => {
  for (const pool of [{}, { _clients: 1 }, { _clients: [] }, { _clients: [{}], ended: true }])
    assert.equal(readPool(pool), undefined);
  assert.deepEqual(
    readPool({ _clients: [{ host: 'a', port: 1, database: 'b' }], totalCount: 1, options: {} }),
    {
      ...{ name: 'a:1/b', used: 1, idle: 0, waiting: 0, max: undefined },
    },
  );
});
