import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createPromClient } from '../../src/instrumentations/prom-client/prom-client.ts';
import { expose, openMetricsFormat, textFormat } from '../../src/prometheus/exposition.ts';
import { samplesOf } from '../page.ts';

interface Observed {
  readonly page: (format?: typeof textFormat) => Promise<string>;
  readonly remove: () => void;
  readonly shadowed: (readonly string[])[];
  readonly skipped: (readonly string[])[];
  readonly errors: string[];
}

/** What the page has of registries that the application holds in as many copies of prom-client. */
const observe = (registries: readonly unknown[], timeoutMs = 100): Observed => {
  const shadowed: (readonly string[])[] = [];
  const skipped: (readonly string[])[] = [];
  const errors: string[] = [];
  const { patches, collect } = createPromClient({
    isOurs: name => name === 'http_requests_total' || name.startsWith('monitoring_'),
    timeoutMs,
    onShadowed: names => void shadowed.push(names),
    onSkipped: names => void skipped.push(names),
    onError: error => void errors.push(String(error)),
  });
  const undo = registries.flatMap(globalRegistry => patches.map(({ apply }) => apply({ globalRegistry })));
  return {
    page: async (format = textFormat) => [...expose(await collect(), format)].join(''),
    remove: () => {
      for (const one of undo) one?.();
    },
    shadowed,
    skipped,
    errors,
  };
};

test('a collect that fails or hangs costs its own metric, is told, and is not called again while it hangs', async () => {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: 'fine_total', help: 'x', registers }).inc(2);
  const fail = (): never => {
    throw new Error('no database');
  };
  new Gauge({ name: 'failing', help: 'x', registers, collect: fail });
  let calls = 0;
  let release = (): void => {};
  new Gauge({
    name: 'hanging',
    help: 'x',
    registers,
    collect() {
      calls++;
      this.set(5);
      return calls > 1 ? undefined : new Promise<void>(resolve => (release = resolve));
    },
  });
  const { page, errors } = observe([registry]);
  const startedAt = performance.now();
  assert.deepEqual([...samplesOf(await page()).keys()], ['fine_total']);
  const waited = performance.now() - startedAt;
  assert.ok(waited >= 99 && waited < 1_000, `${waited} ms`);
  await page();
  assert.equal(calls, 1);
  assert.deepEqual(errors, [
    'Error: no database',
    'Error: collect of hanging takes longer than 100 ms',
    'Error: collect of hanging has not ended since an earlier page',
    'Error: no database',
  ]);
  release();
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(samplesOf(await page()).get('hanging'), 5);
});

test('the collect of a metric whose name is ours is not even run; each name is told once', async () => {
  const registry = new Registry();
  const registers = [registry];
  let collected = 0;
  const collect = (): void => void collected++;
  new Counter({ name: 'http_requests_total', help: 'x', registers, collect });
  new Gauge({ name: 'monitoring_build_info', help: 'x', registers, collect });
  const { page, shadowed } = observe([registry]);
  assert.equal(await page(), '');
  new Counter({ name: 'monitoring_late_total', help: 'x', registers });
  await page();
  await page();
  assert.equal(collected, 0);
  assert.deepEqual(shadowed, [['http_requests_total', 'monitoring_build_info'], ['monitoring_late_total']]);
});

test('a registry in OpenMetrics mode takes _total off its names: they stay what they were', async () => {
  const registry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  const registers = [registry];
  new Counter({ name: 'orders_total', help: 'x', registers }).inc();
  new Counter({ name: 'http_requests_total', help: 'x', registers }).inc();
  const { page, shadowed } = observe([registry]);
  const before = await page();
  await registry.metrics();
  assert.equal(await page(), before);
  assert.deepEqual([...samplesOf(before)], [['orders_total', 1]]);
  assert.deepEqual(shadowed, [['http_requests_total']]);
});

test('a counter that OpenMetrics would print under our name is left out', async () => {
  const registry = new Registry();
  new Counter({ name: 'http_requests', help: 'x', registers: [registry] }).inc();
  const { page, shadowed } = observe([registry]);
  assert.equal(await page(openMetricsFormat), '# EOF\n');
  assert.deepEqual(shadowed, [['http_requests']]);
});

test('default labels are on every series; names that Prometheus would refuse are made valid', async () => {
  const registry = new Registry();
  registry.setDefaultLabels({ app: 'shop', 'bad-label': 1 });
  const registers = [registry];
  new Counter({ name: 'a_total', help: 'x', registers, labelNames: ['app'] }).inc({ app: 'own' });
  new Histogram({ name: 'h', help: 'x', registers, buckets: [1] }).observe(2);
  assert.deepEqual(
    [...samplesOf(await observe([registry]).page()).keys()],
    [
      'a_total{app="own",bad_label="1"}',
      'h_bucket{app="shop",bad_label="1",le="1"}',
      'h_bucket{app="shop",bad_label="1",le="+Inf"}',
      'h_sum{app="shop",bad_label="1"}',
      'h_count{app="shop",bad_label="1"}',
    ],
  );
});

test('of two copies of prom-client with one name, the first is shown', async () => {
  const [one, other] = [new Registry(), new Registry()];
  new Gauge({ name: 'both', help: 'x', registers: [one] }).set(1);
  new Gauge({ name: 'both', help: 'x', registers: [other] }).set(2);
  new Gauge({ name: 'second', help: 'x', registers: [other] }).set(3);
  const { page, skipped, remove } = observe([one, other]);
  assert.deepEqual(
    [...samplesOf(await page())],
    [
      ['both', 1],
      ['second', 3],
    ],
  );
  await page();
  assert.deepEqual(skipped, [['both']]);
  remove();
  assert.equal(await page(), '');
});

test('whatever else a registry holds costs nothing but itself', async () => {
  const get = (name: string, type: string, values: unknown = []) => ({
    name,
    get: async () => ({ name, type, help: 'x', values }),
  });
  const strange = {
    getMetricsAsArray: () => [
      get('of_no_type', 'info'),
      get('not a name', 'gauge'),
      get('no_values', 'gauge', undefined),
      get('fine', 'gauge', [{ value: 1, labels: { a: undefined, b: null } }]),
    ],
  };
  const { page, errors } = observe([strange, undefined, { getMetricsAsArray: 5 }]);
  assert.deepEqual([...samplesOf(await page())], [['fine{a="undefined",b="null"}', 1]]);
  assert.deepEqual(errors, [
    'TypeError: of_no_type is of an unknown type, info',
    'TypeError: not a name is not a name of a metric',
  ]);
  const broken = observe([
    {
      getMetricsAsArray: () => {
        throw new Error('broken');
      },
    },
  ]);
  assert.equal(await broken.page(), '');
  assert.deepEqual(broken.errors, ['Error: broken']);
});
