import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as contract from '../../src/catalog/metrics.ts';
import { createStore, type Store } from '../../src/metrics/store.ts';
import { expose, textFormat } from '../../src/prometheus/exposition.ts';
import { metric } from '../page.ts';

const newStore = (maxSeries = 2000): { store: Store; overflows: string[] } => {
  const overflows: string[] = [];
  const store = createStore({
    httpBuckets: contract.httpRequestDuration.buckets,
    dbBuckets: contract.dbQueryDuration.buckets,
    maxSeries,
    onFirstOverflow: name => void overflows.push(name),
  });
  return { store, overflows };
};

const pageOf = (store: Store): string => [...expose(store.read(), textFormat)].join('');

test('a value falls into the bucket whose bound it does not exceed', () => {
  const { store } = newStore();
  for (const seconds of [0, 0.005, 0.0051, 10, 10.1])
    store.httpRequestDuration.observe(seconds, undefined, 'GET', '/', '200');
  const page = pageOf(store);
  const bucket = (le: string): number | undefined =>
    metric(page, 'http_request_duration_seconds_bucket')[`{method="GET",path="/",status="200",le="${le}"}`];
  assert.deepEqual(
    [bucket('0.005'), bucket('0.01'), bucket('5'), bucket('10'), bucket('+Inf')],
    [2, 3, 3, 4, 5],
  );
  assert.deepEqual(metric(page, 'http_requests_total'), { '{method="GET",path="/",status="200"}': 5 });
});

test('the limit holds for the life of the process, sums stay exact, and it is told once', () => {
  const { store, overflows } = newStore(10);
  for (let scrape = 0; scrape < 3; scrape++) {
    for (let id = 0; id < 1000; id++)
      store.httpRequestDuration.observe(1, undefined, 'GET', `/${scrape}-${id}`, '200');
    const page = pageOf(store);
    const counts = metric(page, 'http_requests_total');
    assert.equal(Object.keys(counts).length, 10);
    assert.equal(
      Object.values(counts).reduce((sum, count) => sum + count, 0),
      1000 * (scrape + 1),
    );
    assert.equal(counts['{method="_OTHER",path="other",status="other"}'], 1000 * (scrape + 1) - 9);
    assert.deepEqual(metric(page, 'monitoring_dropped_label_sets_total'), {
      '{metric="http_request_duration_seconds"}': 1000 * (scrape + 1) - 9,
    });
  }
  assert.deepEqual(overflows, ['http_request_duration_seconds']);
});

test('a limit of one leaves the overflow set alone', () => {
  const { store } = newStore(1);
  store.dbQueryErrors.add(1, 'SELECT', 'users');
  store.dbQueryErrors.add(1, 'INSERT', 'users');
  assert.deepEqual(metric(pageOf(store), 'db_query_errors_total'), {
    '{operation="other",table="other"}': 2,
  });
});

test('label values that are names of Object.prototype are only values', () => {
  const { store } = newStore();
  for (const value of ['__proto__', 'constructor', 'toString', ''])
    store.dbQueryDuration.observe(1, undefined, value, value);
  const counts = metric(pageOf(store), 'db_query_duration_seconds_count');
  assert.equal(Object.keys(counts).length, 4);
});

test('whatever is recorded, count, sum and buckets agree', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.constantFrom('GET', 'PUT'),
          fc.constantFrom('/', '/a', '/b'),
          fc.double({ min: 0, max: 20, noNaN: true }),
        ),
      ),
      records => {
        const { store } = newStore(4);
        for (const [method, path, seconds] of records)
          store.httpRequestDuration.observe(seconds, undefined, method, path, '200');
        const page = pageOf(store);
        const total = (name: string): number =>
          Object.entries(metric(page, name))
            .filter(([labels]) => !labels.includes('le=') || labels.includes('+Inf'))
            .reduce((sum, [, value]) => sum + value, 0);
        assert.equal(total('http_requests_total'), records.length);
        assert.equal(total('http_request_duration_seconds_bucket'), records.length);
        const sum = records.reduce((all, [, , seconds]) => all + seconds, 0);
        assert.ok(Math.abs(total('http_request_duration_seconds_sum') - sum) < 1e-9 * (1 + sum));
      },
    ),
  );
});
