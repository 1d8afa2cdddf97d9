import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as contract from '../../src/catalog/metrics.ts';
import { createPipeline } from '../../src/metrics/pipeline.ts';
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

type Page = ReturnType<typeof createPage>;

/** A clock of its own, one millisecond later with every look at it: how fast the machine is makes no difference. */
const steadyClock = () => {
  let time = 0;
  return () => time++;
};

const pageOf = (store: ReturnType<typeof fill>, now: () => number = steadyClock()): Page =>
  createPage({
    readOwn: store.read,
    collectSdk: async () => ({ resourceMetrics: { resource: {} as never, scopeMetrics: [] }, errors: [] }),
    isOurs: () => false,
    onShadowed: () => {},
    now,
  });

/** The page of an application that has recorded this many series through OpenTelemetry's API. */
const applicationPageOf = (instruments: number, seriesOfEach: number, now: () => number): Page => {
  const pipeline = createPipeline({
    resource: {},
    scope: { name: 'ours', version: '1' },
    families: () => [],
    limit: 200_000,
    onOverflow: () => {},
    onInvalid: () => {},
    onCallbackFailed: () => {},
  });
  const meter = pipeline.provider.getMeter('shop');
  for (let instrument = 0; instrument < instruments; instrument++) {
    const counter = meter.createCounter(`orders${instrument}`);
    for (let id = 0; id < seriesOfEach; id++) counter.add(1, { 'order.id': `${id}` });
  }
  return createPage({
    readOwn: () => [],
    collectSdk: pipeline.collect,
    isOurs: () => false,
    onShadowed: () => {},
    now,
  });
};

const countSeries = (text: string): number =>
  text.split('\n').filter(line => line !== '' && !line.startsWith('#')).length;

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
  const turns = await turnsDuring(page({}));
  assert.ok(turns > 50, `${turns} turns`);
  const text = String((await page({})).body);
  assert.ok(countSeries(text) > 100_000);
  assert.equal(text, [...expose(store.read(), textFormat)].join(''));
});

for (const [instruments, seriesOfEach] of [
  [50, 2_000],
  [1, 100_000],
] as const) {
  const name = `${instruments} instruments of the application's own with ${seriesOfEach} series each`;
  test(`${name}: the event loop turns while they are shown`, async () => {
    const page = applicationPageOf(instruments, seriesOfEach, steadyClock());
    const turns = await turnsDuring(page({}));
    // The text alone is not that long: labels are made in slices, too.
    assert.ok(turns > 150, `${turns} turns`);
    assert.equal(countSeries(String((await page({})).body)), 100_000);
  });
}

test('negative control: by a clock that stands still, there is one slice only', async () => {
  const still = () => 0;
  assert.ok((await turnsDuring(pageOf(fill(), still)({}))) <= 3);
  assert.ok((await turnsDuring(applicationPageOf(50, 2_000, still)({}))) <= 5);
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
