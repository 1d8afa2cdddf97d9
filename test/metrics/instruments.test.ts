import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Attributes, diag, type Meter, ValueType } from '@opentelemetry/api';
import { MeterProvider, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { createCollector } from '../../src/metrics/application/collector.ts';
import { createObservables } from '../../src/metrics/application/observables.ts';
import { createPipeline, type Pipeline } from '../../src/metrics/pipeline.ts';

const newPipeline = (): Pipeline =>
  createPipeline({
    resource: {},
    scope: { name: 'ours', version: '1' },
    families: () => [],
    limit: 1_000,
    onOverflow: () => {},
    onInvalid: () => {},
    onCallbackFailed: () => {},
  });

/** What a meter holds, without times and without the order of its metrics. */
const contentsOf = ({ scopeMetrics }: ResourceMetrics): unknown =>
  scopeMetrics
    .filter(({ scope }) => scope.name !== 'ours')
    .map(({ scope, metrics }) => ({
      scope: { name: scope.name, version: scope.version },
      metrics: metrics
        .map(contentOf)
        .toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1)),
    }));

const contentOf = ({ descriptor, dataPoints, ...rest }: MetricData): unknown => {
  const { name, description, unit, valueType } = descriptor;
  const points = dataPoints.map(({ attributes, value }) => ({ attributes, value }));
  return { ...rest, descriptor: { name, description, unit, valueType }, points };
};

/** What we hold and what the SDK itself holds after the same calls, with a collection in the middle. */
const both = async (record: (meter: Meter) => void): Promise<{ ours: unknown; stock: unknown }> => {
  const { reader, collect } = createCollector({
    observables: createObservables(),
    limit: 1_000,
    timeoutMs: 1_000,
    onError: () => {},
  });
  const sdk = new MeterProvider({ readers: [reader] });
  const pipeline = newPipeline();
  for (let time = 0; time < 2; time++) {
    record(sdk.getMeter('shop', '2.0'));
    record(pipeline.provider.getMeter('shop', '2.0'));
    await Promise.all([collect(), pipeline.collect()]);
  }
  const ours = contentsOf((await pipeline.producer.collect()).resourceMetrics);
  return { ours, stock: contentsOf((await collect()).resourceMetrics) };
};

const attributes = fc.dictionary(
  fc.constantFrom('a', 'b', 'a.b', '__proto__', ''),
  fc.oneof(fc.constantFrom('1', '', 'x'), fc.constantFrom(1, 2.5), fc.boolean(), fc.constant(['p', 'q'])),
  { maxKeys: 3, noNullPrototype: true },
) as fc.Arbitrary<Attributes>;
const number = fc.oneof(
  fc.integer({ min: -5, max: 20_000 }),
  fc.constantFrom(0.25, 0.5, 1e6, -0.5, Number.NaN),
);
const calls = fc.array(
  fc.record({
    kind: fc.constantFrom('createCounter', 'createUpDownCounter', 'createHistogram', 'createGauge'),
    // One letter, so that kinds, units and types meet under one name.
    name: fc.constantFrom('m', 'n'),
    unit: fc.constantFrom('', 's'),
    valueType: fc.constantFrom(ValueType.INT, ValueType.DOUBLE),
    description: fc.constantFrom('', 'short', 'a longer one'),
    bounds: fc.constantFrom(undefined, [1, 10]),
    value: number,
    attributes: fc.option(attributes, { nil: undefined }),
  }),
  { minLength: 1, maxLength: 30 },
);

test("the application's instruments hold what the SDK's would hold", async () => {
  diag.disable();
  const property = fc.asyncProperty(calls, async made => {
    // The SDK begins a histogram of nothing for it.
    const recorded = made.filter(({ kind, value }) => kind !== 'createHistogram' || !Number.isNaN(value));
    const { ours, stock } = await both(meter => {
      for (const call of recorded) {
        const { kind, name, unit, valueType, description, bounds } = call;
        // Bounds belong to a metric's name here: whoever makes an instrument first decides about them.
        const advice = name === 'm' && bounds !== undefined ? { explicitBucketBoundaries: [10, 1] } : {};
        const instrument = meter[kind as 'createHistogram'](name, {
          unit,
          valueType,
          description,
          advice,
        }) as unknown as {
          add?(value: number, attributes?: Attributes): void;
          record?(value: number, attributes?: Attributes): void;
        };
        (instrument.add ?? instrument.record)?.call(instrument, call.value, call.attributes);
      }
    });
    assert.deepEqual(ours, stock);
  });
  await fc.assert(property, { numRuns: 500 });
});

test('negative control: other calls, other contents', async () => {
  const { ours } = await both(meter => meter.createCounter('c').add(1));
  const { stock } = await both(meter => meter.createCounter('c').add(2));
  assert.notDeepEqual(ours, stock);
});

test('values that only look alike are different attribute sets', async () => {
  const sets: readonly Attributes[] = [
    { a: '1' },
    { a: 1 },
    { a: true },
    { a: 'true' },
    { a: ['b', 'c'] },
    { a: 'b,c' },
    { a: '["b","c"]' },
    { a: 'x', b: 'y' },
    { a: 'x\u0001b\u0000y' },
    { a: 'x1:b=1:y' },
    { 'a=1:x1:b': 'y' },
    {},
    { a: '' },
    { '': 'a' },
  ];
  const { ours, stock } = await both(meter => {
    for (const set of sets) meter.createCounter('c').add(1, set);
  });
  assert.deepEqual(ours, stock);
  assert.ok(JSON.stringify(ours).match(/"value":/g)?.length === sets.length);
});

test('a collection for the page copies nothing; what an exporter gets does not change any more', async () => {
  const { provider, collect, producer } = newPipeline();
  const meter = provider.getMeter('shop');
  const counter = meter.createCounter('orders');
  const histogram = meter.createHistogram('sizes');
  counter.add(1);
  histogram.record(7);
  const pointsOf = (collected: ResourceMetrics): readonly unknown[] =>
    collected.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ dataPoints }) => dataPoints));
  const [first, second] = [await collect(), await collect()];
  for (const [place, points] of pointsOf(first.resourceMetrics).entries())
    assert.equal(points, pointsOf(second.resourceMetrics)[place]);

  const sent = (await producer.collect()).resourceMetrics;
  const before = structuredClone(pointsOf(sent));
  counter.add(1);
  histogram.record(7);
  assert.deepEqual(pointsOf(sent), before);
  assert.notDeepEqual(pointsOf((await producer.collect()).resourceMetrics), before);
});
