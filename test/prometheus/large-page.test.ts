import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as contract from '../../src/catalog/metrics.ts';
import { createStore } from '../../src/metrics/store.ts';
import { expose, textFormat } from '../../src/prometheus/exposition.ts';
import { createPage } from '../../src/prometheus/page.ts';

/** A store whose page has at least a hundred thousand series. */
const fill = () => {
  const store = createStore({
    httpBuckets: contract.httpRequestDuration.buckets,
    dbBuckets: contract.dbQueryDuration.buckets,
    maxSeries: 10_000,
    onFirstOverflow: () => {},
  });
  for (let id = 0; id < 7_200; id++)
    store.httpRequestDuration.observe(id / 1_000, undefined, 'GET', `/route/${id}`, '200');
  return store;
};

const pageOf = (store: ReturnType<typeof fill>) =>
  createPage({
    readOwn: store.read,
    collectSdk: async () => ({ resourceMetrics: { resource: {} as never, scopeMetrics: [] }, errors: [] }),
    isOurs: () => false,
    onShadowed: () => {},
  });

/** How often the event loop turned while `work` went on. */
const turnsDuring = async (work: Promise<unknown>): Promise<number> => {
  let turns = 0;
  let running = true;
  const turn = (): void => {
    turns++;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await work;
  running = false;
  return turns;
};

test('a page of a hundred thousand series lets the event loop turn while it is made', async () => {
  const store = fill();
  const page = pageOf(store);
  await page({});
  const turns = await turnsDuring(page({}));
  assert.ok(turns > 5, `${turns} turns`);
  const text = String((await page({})).body);
  const series = text.split('\n').filter(line => line !== '' && !line.startsWith('#')).length;
  assert.ok(series > 100_000, `${series} series`);
  assert.equal(text, [...expose(store.read(), textFormat)].join(''));
});

test('negative control: put together at once, the event loop does not turn', async () => {
  const store = fill();
  const atOnce = async (): Promise<string> => [...expose(store.read(), textFormat)].join('');
  assert.ok((await turnsDuring(atOnce())) <= 1);
});

test('series that are born while a page is made do no harm', async () => {
  const store = fill();
  const making = pageOf(store)({});
  for (let id = 0; id < 50; id++) {
    await new Promise(setImmediate);
    store.httpRequestDuration.observe(1, undefined, 'PUT', `/born/${id}`, '201');
  }
  const lines = String((await making).body)
    .trimEnd()
    .split('\n');
  assert.equal(
    new Set(lines.filter(line => !line.startsWith('#')).map(line => line.replace(/ \S+$/, ''))).size,
    lines.filter(line => !line.startsWith('#')).length,
  );
});

test('compressed on request, and the same inside', async () => {
  const page = pageOf(fill());
  const plain = await page({});
  const packed = await page({ acceptEncoding: 'gzip' });
  assert.equal(packed.encoding, 'gzip');
  assert.ok(packed.body.length < plain.body.length / 10);
  assert.deepEqual(gunzipSync(packed.body), plain.body);
});
