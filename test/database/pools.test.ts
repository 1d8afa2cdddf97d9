import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createPoolMetrics, type PoolMetrics, type PoolState } from '../../src/database/pools.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const state = (name: string, more: Partial<PoolState> = {}): PoolState => ({
  ...{ name, used: 2, idle: 3, waiting: 1, max: 10 },
  ...more,
});

const seriesOf = (pools: PoolMetrics): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    pools
      .families()
      .flatMap(({ name, series }) =>
        [...series].map(({ labels, value }) => [`${name}{${labels.text}}`, value]),
      ),
  );

const noFailure = (error: unknown): void => {
  throw error;
};

describe('pools', () => {
  test('have no metrics before there is one', () => {
    assert.deepEqual(createPoolMetrics(noFailure).families(), []);
  });

  test('are read when the metrics are, and added up where they have one name', () => {
    const pools = createPoolMetrics(noFailure);
    const one = { used: 1 };
    const other = {};
    pools.add(one, ({ used }) => state('db:5432/shop', { used }));
    pools.add(one, () => state('never'));
    pools.add(other, () => state('db:5432/shop', { max: undefined }));
    one.used = 7;
    assert.deepEqual(seriesOf(pools), {
      'db_client_connection_count{db_client_connection_pool_name="db:5432/shop",db_client_connection_state="used"}': 9,
      'db_client_connection_count{db_client_connection_pool_name="db:5432/shop",db_client_connection_state="idle"}': 6,
      'db_client_connection_pending_requests{db_client_connection_pool_name="db:5432/shop"}': 2,
    });
  });

  test('that cannot be read are told, and the others are shown', () => {
    const failures: unknown[] = [];
    const pools = createPoolMetrics(error => failures.push(error));
    const [broken, ended, well] = [{}, {}, {}];
    pools.add(broken, () => {
      throw new Error('no such property');
    });
    pools.add(ended, () => undefined);
    pools.add(well, () => state('a'));
    assert.equal(Object.keys(seriesOf(pools)).length, 4);
    assert.equal(failures.length, 1);
  });

  test('share a name when there are very many', () => {
    const pools = createPoolMetrics(noFailure);
    const tenants = Array.from({ length: 200 }, (_, index) => ({ index }));
    for (const tenant of tenants) pools.add(tenant, ({ index }) => state(`db/${index}`));
    const series = seriesOf(pools);
    assert.equal(Object.keys(series).length, 51 * 4);
    assert.equal(series['db_client_connection_max{db_client_connection_pool_name="other"}'], 1_500);
  });

  test('are not kept alive', async () => {
    const pools = createPoolMetrics(noFailure);
    const kept = {};
    pools.add(kept, () => state('kept'));
    (() => pools.add({}, () => state('gone')))();
    // A WeakRef holds until the end of the job in which it was made.
    await new Promise(resolve => setTimeout(resolve, 0));
    collectGarbage();
    assert.ok(Object.keys(seriesOf(pools)).every(name => name.includes('kept')));
    assert.ok(kept);
  });
});
