import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Attributes, Meter } from '@opentelemetry/api';
import { createPipeline, type Pipeline } from '../../src/metrics/pipeline.ts';
import { expose, textFormat } from '../../src/prometheus/exposition.ts';
import { createSdkFamilies } from '../../src/prometheus/sdk-families.ts';
import { createSlices } from '../../src/prometheus/slices.ts';
import { metric } from '../page.ts';

interface Application {
  readonly meter: Meter;
  readonly pipeline: Pipeline;
  readonly told: string[];
  page(): Promise<string>;
}

const startApplication = (limit: number): Application => {
  const told: string[] = [];
  const pipeline = createPipeline({
    resource: {},
    scope: { name: 'ours', version: '1' },
    families: () => [],
    limit,
    onOverflow: name => void told.push(`overflow ${name}`),
    onInvalid: name => void told.push(`invalid ${name}`),
    onCallbackFailed: error => void told.push(String(error)),
  });
  const families = createSdkFamilies();
  return {
    meter: pipeline.provider.getMeter('application'),
    pipeline,
    told,
    page: async () => {
      const { resourceMetrics } = await pipeline.collect();
      return [
        ...expose(
          await families(
            resourceMetrics,
            createSlices(() => performance.now()),
          ),
          textFormat,
        ),
      ].join('');
    },
  };
};

const sumOf = (samples: Readonly<Record<string, number>>): number =>
  Object.values(samples).reduce((sum, value) => sum + value, 0);

test('the limit on attribute sets holds for the life of the process, with exact totals', async () => {
  const { meter, page, told } = startApplication(10);
  const counter = meter.createCounter('jobs');
  const histogram = meter.createHistogram('sizes');
  for (let scrape = 1; scrape <= 3; scrape++) {
    for (let id = 0; id < 100; id++) {
      counter.add(2, { id: `${scrape}-${id}` });
      histogram.record(1, { id: `${scrape}-${id}` });
    }
    const text = await page();
    const jobs = metric(text, 'jobs_total');
    assert.equal(Object.keys(jobs).length, 10);
    assert.equal(sumOf(jobs), 200 * scrape);
    assert.equal(jobs['{otel_metric_overflow="true"}'], 2 * (100 * scrape - 9));
    assert.equal(sumOf(metric(text, 'sizes_count')), 100 * scrape);
  }
  assert.equal(told.filter(line => line === 'overflow jobs').length, 291);
});

test('the order in which attributes are written makes no difference, nor does the meter', async () => {
  const { meter, pipeline, page } = startApplication(3);
  const again = pipeline.provider.getMeter('application').createCounter('c');
  const counter = meter.createCounter('c');
  for (let round = 0; round < 10; round++) {
    counter.add(1, { a: '1', b: '2' });
    again.add(1, { b: '2', a: '1' });
    counter.add(1);
  }
  assert.deepEqual(metric(await page(), 'c_total'), { '{a="1",b="2"}': 20, '': 10 });
});

test("more than the SDK's own two thousand sets when the setting says so", async () => {
  const { meter, page } = startApplication(5_000);
  const counter = meter.createCounter('many');
  for (let id = 0; id < 4_500; id++) counter.add(1, { id });
  assert.equal(Object.keys(metric(await page(), 'many_total')).length, 4_500);
});

test('observable instruments: bounded, sums in the overflow set exact, gone when no longer observed', async () => {
  const { meter, page } = startApplication(4);
  let users = ['a', 'b', 'c', 'd', 'e'];
  const gauge = meter.createObservableGauge('load');
  gauge.addCallback(result => {
    for (const user of users.slice(0, 2)) result.observe(user.charCodeAt(0), { user });
  });
  meter.createObservableCounter('bytes').addCallback(result => {
    for (const user of users) result.observe(10, { user });
  });
  assert.deepEqual(metric(await page(), 'bytes_total'), {
    '{user="a"}': 10,
    '{user="b"}': 10,
    '{user="c"}': 10,
    '{otel_metric_overflow="true"}': 20,
  });
  users = ['b'];
  const later = await page();
  assert.deepEqual(metric(later, 'load'), { '{user="b"}': 98 });
  assert.deepEqual(metric(later, 'bytes_total'), { '{user="b"}': 10 });
});

test('a callback that hangs costs its own metric only, within a second, and is not piled up', async () => {
  const { meter, page, told } = startApplication(10);
  let calls = 0;
  let hang = false;
  meter.createObservableGauge('slow').addCallback(async result => {
    calls++;
    if (hang) await new Promise(() => {});
    result.observe(1);
  });
  meter.createCounter('good').add(1);
  assert.match(await page(), /^slow 1$/m);
  hang = true;
  for (let scrape = 0; scrape < 3; scrape++) {
    const started = performance.now();
    const text = await page();
    assert.ok(performance.now() - started < 5_000);
    assert.match(text, /^good_total 1$/m);
    assert.doesNotMatch(text, /^slow/m);
  }
  assert.equal(calls, 2);
  assert.equal(told.length, 3);
});

test('a callback that throws, one that is removed, and callbacks for several instruments', async () => {
  const { meter, page, told } = startApplication(10);
  meter.createObservableGauge('bad').addCallback(() => {
    throw new Error('callback broke');
  });
  const removed = meter.createObservableGauge('removed');
  const callback = (result: { observe(value: number): void }): void => result.observe(1);
  removed.addCallback(callback);
  const [first, second] = [meter.createObservableGauge('first'), meter.createObservableCounter('second')];
  meter.addBatchObservableCallback(
    result => {
      result.observe(first, 1, { k: 'v' });
      result.observe(second, 2);
    },
    [first, second],
  );
  assert.match(await page(), /^removed 1$/m);
  removed.removeCallback(callback);
  const text = await page();
  assert.doesNotMatch(text, /removed|bad/);
  assert.match(text, /^first\{k="v"\} 1$/m);
  assert.match(text, /^second_total 2$/m);
  assert.ok(told.every(line => line.includes('callback broke')));
});

test('measurements that the SDK throws for are dropped and told; the application goes on', async () => {
  const { meter, page, told } = startApplication(10);
  const counter = meter.createCounter('c');
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const throwing = Object.defineProperty({}, 'secret', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  for (const attributes of [{ big: 10n }, { circular }, throwing])
    counter.add(1, attributes as unknown as Attributes);
  counter.add(1, null as never);
  counter.add(1);
  assert.match(await page(), /^c_total 1$/m);
  assert.equal(told.length, 4);
  assert.ok(told.every(line => line === 'invalid c'));
});

test('collections at once share one', async () => {
  const { meter, pipeline } = startApplication(10);
  let calls = 0;
  meter.createObservableGauge('g').addCallback(async result => {
    calls++;
    await wait(20);
    result.observe(1);
  });
  await Promise.all(Array.from({ length: 50 }, pipeline.collect));
  assert.equal(calls, 1);
});
