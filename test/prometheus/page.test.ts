import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { createCollector } from '../../src/metrics/application/collector.ts';
import { createObservables } from '../../src/metrics/application/observables.ts';
import { createLabelSet } from '../../src/metrics/label-set.ts';
import { createPage } from '../../src/prometheus/page.ts';

test("our name wins over the application's, which is told; its other metrics stay", async () => {
  const sdk = createCollector({
    observables: createObservables(),
    limit: 2000,
    timeoutMs: 1000,
    onError: () => {},
  });
  const meter = new MeterProvider({ readers: [sdk.reader] }).getMeter('application');
  meter.createCounter('http.requests').add(7);
  meter.createCounter('orders').add(3);
  const shadowed: string[] = [];
  const page = createPage({
    readOwn: () => [
      {
        name: 'http_requests_total',
        type: 'counter',
        help: 'ours',
        series: [{ labels: createLabelSet([]), value: 1 }],
      },
    ],
    collectSdk: sdk.collect,
    isOurs: name => name === 'http_requests_total',
    onShadowed: name => void shadowed.push(name),
    now: () => performance.now(),
  });
  assert.equal(
    String((await page({})).body),
    '# HELP http_requests_total ours\n# TYPE http_requests_total counter\nhttp_requests_total 1\n' +
      '# HELP orders_total \n# TYPE orders_total counter\norders_total 3\n',
  );
  assert.deepEqual(shadowed, ['http_requests_total']);
});

const nothing = { resourceMetrics: { resource: {} as never, scopeMetrics: [] }, errors: [] };

test('scrapes at once share one collection; the next one is new; a failure is not kept', async () => {
  let collections = 0;
  const page = createPage({
    readOwn: () => [],
    collectSdk: async () => {
      collections++;
      if (collections === 2) throw new Error('second fails');
      return nothing;
    },
    isOurs: () => false,
    onShadowed: () => {},
    now: () => performance.now(),
  });
  await Promise.all(Array.from({ length: 50 }, () => page({})));
  assert.equal(collections, 1);
  await assert.rejects(page({}), /second fails/);
  assert.equal(String((await page({})).body), '');
  assert.equal(collections, 3);
});

test('scrapes at once, each in another form, share the collection and the text of their format', async () => {
  let collections = 0;
  let readings = 0;
  const series = {
    *[Symbol.iterator]() {
      readings++;
      for (let id = 0; id < 1_000; id++) yield { labels: createLabelSet([['id', String(id)]]), value: id };
    },
  };
  const page = createPage({
    readOwn: () => [{ name: 'ids', type: 'gauge', help: '', series }],
    collectSdk: async () => {
      collections++;
      return nothing;
    },
    isOurs: () => false,
    onShadowed: () => {},
    now: () => performance.now(),
  });
  const forms = ['text/plain', 'application/openmetrics-text'].flatMap(accept =>
    ['identity', 'gzip', 'identity'].map(acceptEncoding => ({ accept, acceptEncoding })),
  );
  const pages = await Promise.all(forms.map(form => page(form)));
  assert.equal(collections, 1);
  assert.equal(readings, 2);
  const [text, packed] = pages;
  assert.equal(packed?.encoding, 'gzip');
  assert.deepEqual(gunzipSync(packed.body), text?.body);
  await page({});
  assert.equal(readings, 3);
});
