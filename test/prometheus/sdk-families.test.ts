import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attributes, Meter } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { AggregationType, MeterProvider, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { type Collector, createCollector } from '../../src/metrics/application/collector.ts';
import { createObservables } from '../../src/metrics/application/observables.ts';
import { expose, textFormat } from '../../src/prometheus/exposition.ts';
import { createSdkFamilies } from '../../src/prometheus/sdk-families.ts';
import { createSlices } from '../../src/prometheus/slices.ts';

const newCollector = (): Collector =>
  createCollector({ observables: createObservables(), limit: 2000, timeoutMs: 1000, onError: () => {} });

const text = async (collected: ResourceMetrics): Promise<string> =>
  [
    ...expose(
      await createSdkFamilies()(
        collected,
        createSlices(() => performance.now()),
      ),
      textFormat,
    ),
  ].join('');

const pageOf = async (
  record: (meter: Meter, provider: MeterProvider) => void,
): Promise<{ ours: string; stock: string }> => {
  const { reader, collect } = newCollector();
  const provider = new MeterProvider({
    readers: [reader],
    views: [{ instrumentName: 'exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
  });
  record(provider.getMeter('test'), provider);
  const { resourceMetrics: collected } = await collect();
  // No scope labels, no target_info: the contract has neither.
  const stock = new PrometheusSerializer('', false, undefined, true, true).serialize(collected);
  return { ours: await text(collected), stock };
};

const samples = (page: string): readonly string[] =>
  page
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .sort();

test('what the stock serializer does right, ours does too', async () => {
  const { ours, stock } = await pageOf(meter => {
    meter.createCounter('jobs.done', { description: 'Jobs' }).add(3, { 'job.kind': 'a "b"', queue: 'mail' });
    meter.createUpDownCounter('queue.length').add(-2, { queue: 'mail' });
    meter
      .createHistogram('job.duration', { unit: 's', advice: { explicitBucketBoundaries: [0.1, 1] } })
      .record(0.4, { queue: 'mail' });
  });
  const named = (page: string): readonly string[] =>
    samples(
      page
        .replaceAll('job_duration{', 'job_duration_seconds{')
        .replaceAll(/job_duration_(bucket|sum|count)/g, 'job_duration_seconds_$1'),
    );
  assert.deepEqual(samples(ours), named(stock));
});

test('names and units by the compatibility rules', async () => {
  const { ours } = await pageOf(meter => {
    meter.createCounter('bytes.sent', { unit: 'By' }).add(1);
    meter.createCounter('already_total').add(1);
    meter.createCounter('ratio.of.nothing', { unit: '1' }).add(1);
    meter.createGauge('load', { unit: '1' }).record(0.5);
    meter.createGauge('speed', { unit: 'm/s' }).record(3);
    meter.createGauge('items', { unit: '{item}' }).record(3);
    meter.createGauge('wait_seconds', { unit: 's' }).record(3);
    meter.createGauge('a..b--c').record(1);
  });
  assert.deepEqual(samples(ours), [
    'a_b_c 1',
    'already_total 1',
    'bytes_sent_bytes_total 1',
    'items 3',
    'load_ratio 0.5',
    'ratio_of_nothing_total 1',
    'speed_meters_per_second 3',
    'wait_seconds 3',
  ]);
});

test('label keys that collide, start with a digit, are empty, reserved or hostile', async () => {
  const attributes = Object.fromEntries([
    ['a.b', 'first'],
    ['a_b', 'second'],
    ['9lives', 'x'],
    ['le', '5'],
    ['__proto__', 'y'],
    ['', 'z'],
    ['list', ['p', 'q']],
  ]) as Attributes;
  const { ours } = await pageOf(meter => {
    meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } }).record(0.5, attributes);
  });
  assert.match(ours, /h_count\{[^}]*a_b="first;second"/);
  assert.match(ours, /key_9lives="x"/);
  assert.match(ours, /key_le="5"/);
  assert.match(ours, /_proto_="y"/);
  assert.match(ours, /list="\[\\"p\\",\\"q\\"\]"/);
  assert.equal(ours.match(/[{,]le="/g)?.length, 2);
});

test('one metric in two scopes is one family, and equal series are added', async () => {
  const { ours } = await pageOf((meter, provider) => {
    meter.createCounter('same').add(1, { k: 'a' });
    const other = provider.getMeter('other').createCounter('same');
    other.add(5, { k: 'a' });
    other.add(7, { k: 'b' });
  });
  assert.equal(
    ours,
    '# HELP same_total \n# TYPE same_total counter\nsame_total{k="a"} 6\nsame_total{k="b"} 7\n',
  );
});

test('an exponential histogram becomes a classic one that loses nothing', async () => {
  const { ours } = await pageOf(meter => {
    const histogram = meter.createHistogram('exponential');
    for (const value of [0, 0.5, 1, 2, 4, 1000]) histogram.record(value);
  });
  assert.match(ours, /# TYPE exponential histogram/);
  assert.match(ours, /exponential_bucket\{le="0"\} 1/);
  assert.match(ours, /exponential_bucket\{le="\+Inf"\} 6/);
  assert.match(ours, /exponential_sum 1007.5\n/);
  const counts = samples(ours)
    .filter(line => line.includes('le="') && !line.includes('Inf'))
    .map(line => Number(line.split(' ')[1]));
  assert.equal(Math.max(...counts), 6);
});
