import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readPool } from '../../src/database/pg/pool.ts';
import { createPoolMetrics } from '../../src/database/pools.ts';
import { pg } from './observed-pg.ts';
import { pgPatches } from './pg-patches.ts';
import { testPoolStates } from './pool-states.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

let postgres: PostgresServer | undefined;
before(async () => {
  postgres = await startPostgres();
});
after(() => postgres?.stop());

testPoolStates({ client: 'pg', cases: 'pg-pool', server: () => postgres, secrets: ['hunter2'] });

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
