import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLabelSet } from '../../src/metrics/label-set.ts';
import { expose, textFormat } from '../../src/prometheus/exposition.ts';
import { startApp } from '../child.ts';
import { missing } from '../missing.ts';
import { checkPage, hasPromtool } from '../promtool.ts';
import { assertReadable } from '../readable.ts';

const skip = missing(hasPromtool(), 'promtool', 'apt-get install prometheus');

/** Prometheus' own parser and linter; returns what it objects to. */
const promtool = (page: string): string => {
  const { status, output } = checkPage(page);
  return status === 0 ? '' : output || `exit code ${status}`;
};

/** Gauges that are called so by prom-client, whose names they keep. */
const allowed = ['handles', 'requests', 'resources'].map(
  what => `nodejs_active_${what}_total non-counter metrics should not have "_total" suffix`,
);

test('the page of a running application passes the linter but for three names', { skip }, async () => {
  const app = await startApp('http/raw.mjs');
  try {
    for (const target of ['/ok', '/users/42', '/boom', '/nowhere'])
      await (await fetch(app.url + target)).text();
    await app.scrape();
    assert.deepEqual(
      promtool(await app.scrape())
        .trim()
        .split('\n')
        .sort(),
      allowed,
    );
  } finally {
    await app.stop();
  }
});

test('a page with thousands of hostile label values is parsed', { skip }, () => {
  const values = fc.sample(fc.string({ unit: 'binary', maxLength: 50 }), 5_000);
  const series = ['"', '\\', '\n', '\r', '\u0000', '\uD800', '', '{}', 'x'.repeat(10_000), ...values].map(
    (value, index) => ({
      labels: createLabelSet([
        ['v', value],
        ['n', String(index)],
      ]),
      value: index,
    }),
  );
  const page = expose([{ name: 'hostile', type: 'gauge', help: 'Hostile \\ \n values', series }], textFormat);
  assert.equal(promtool([...page].join('')), '');
});

test('negative control: promtool refuses a broken page', { skip }, () => {
  assert.notEqual(promtool('m{v="a"b"} 1\n'), '');
  assert.throws(() => assertReadable('m{v="a"b"} 1\n'), /promtool/);
  assert.notEqual(promtool('# HELP m_count x\n# TYPE m_count gauge\nm_count 1\n'), '');
});
