import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './ykmake.ts';

type Page = Map<string, unknown>;
interface Rates {
  increases(
    before: Page,
    after: Page,
    name: string,
    by?: string[],
  ): { labels: object; increase: number; value: number }[];
  sum(page: Page, name: string): number;
  histogramQuantile(q: number, buckets: { bound: number; count: number }[]): number;
  quantileBetween(
    q: number,
    before: Page,
    after: Page,
    name: string,
    labels?: Record<string, string>,
  ): number;
}

const { parsePage } = await load<{ parsePage(page: string): Page }>('start/scrape.js');
const { increases, sum, histogramQuantile, quantileBetween } = await load<Rates>('start/rates.js');

test('increases are summed by label; a new series and one that began again start at 0', () => {
  const before = parsePage('n{path="/a",status="200"} 10\nn{path="/b",status="200"} 90\n');
  const after = parsePage(
    'n{path="/a",status="200"} 14\nn{path="/a",status="500"} 3\nn{path="/b",status="200"} 5\nother 7\n',
  );
  assert.deepEqual(increases(before, after, 'n', ['path']), [
    { labels: { path: '/a' }, increase: 7, value: 17 },
    { labels: { path: '/b' }, increase: 5, value: 5 },
  ]);
  assert.deepEqual(increases(before, after, 'n'), [{ labels: {}, increase: 12, value: 22 }]);
});

test('a gauge is summed over its series', () => {
  assert.equal(sum(parsePage('g{method="GET"} 2\ng{method="POST"} 1\n'), 'g'), 3);
  assert.equal(sum(parsePage(''), 'g'), 0);
});

test('quantiles interpolate like histogram_quantile', () => {
  const buckets = [
    { bound: Infinity, count: 100 },
    { bound: 0.1, count: 50 },
    { bound: 0.5, count: 90 },
    { bound: 1, count: 100 },
  ];
  assert.equal(histogramQuantile(0.5, buckets), 0.1);
  assert.equal(histogramQuantile(0.25, buckets), 0.05, 'the first bucket begins at 0');
  assert.equal(histogramQuantile(0.95, buckets), 0.75);
});

test('what lies beyond the last bound is that bound; nothing observed is NaN', () => {
  const beyond = [
    { bound: 1, count: 10 },
    { bound: Infinity, count: 100 },
  ];
  assert.equal(histogramQuantile(0.95, beyond), 1);
  assert.equal(
    histogramQuantile(0.95, [
      { bound: 1, count: 0 },
      { bound: Infinity, count: 0 },
    ]),
    Number.NaN,
  );
  assert.equal(histogramQuantile(0.95, []), Number.NaN);
});

test('a quantile between two pages takes what came in between, for the series asked for', () => {
  const before = parsePage('h_bucket{t="x",le="1"} 100\nh_bucket{t="x",le="+Inf"} 100\n');
  const after = parsePage(
    [
      'h_bucket{t="x",le="1"} 100',
      'h_bucket{t="x",le="2"} 110',
      'h_bucket{t="x",le="+Inf"} 110',
      'h_bucket{t="y",le="1"} 990',
      'h_bucket{t="y",le="2"} 990',
      'h_bucket{t="y",le="+Inf"} 990',
    ].join('\n'),
  );
  assert.equal(quantileBetween(0.5, before, after, 'h', { t: 'y' }), 0.5);
  assert.ok(quantileBetween(0.5, before, after, 'h') < 1, 'without labels over all series');
});
