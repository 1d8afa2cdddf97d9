import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as catalog from '../../src/catalog/runtime.ts';
import { type App, register, root, startApp } from '../child.ts';
import { missing } from '../missing.ts';
import { metric, samplesOf } from '../page.ts';

const skipPromtool = missing(
  spawnSync('promtool', ['--version']).error === undefined,
  'promtool',
  'apt-get install prometheus',
);

const startFixture = (script: string, ...options: readonly string[]): Promise<App> =>
  startApp(script, {
    args: ['--import', register, path.join(root, 'test/fixtures/runtime', script), ...options],
  });

const names = (page: string): readonly string[] =>
  [...page.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);

describe('an application without prom-client', () => {
  let app: App;
  before(async () => {
    app = await startApp('http/raw.mjs');
  });
  after(() => app.stop());

  test('has all the runtime metrics on its page, and every scraper the same lag', async () => {
    await sleep(200);
    const [first, second] = [await app.scrape(), await app.scrape()];
    const expected = Object.values(catalog).map(({ name }) => name);
    assert.equal(expected.length, 31);
    for (const page of [first, second]) {
      const shown = names(page);
      // Elsewhere the four that only /proc tells are absent.
      const absent = expected.filter(name => !shown.includes(name));
      assert.equal(absent.length, process.platform === 'linux' ? 0 : 4, `${absent}`);
    }
    const max = (page: string): number => metric(page, 'nodejs_eventloop_lag_max_seconds')[''] ?? Number.NaN;
    assert.ok(max(second) >= max(first));
  });
});

for (const script of ['prom-client.mjs', 'prom-client.cjs', 'prom-client-13.cjs']) {
  describe(`an application that uses prom-client: ${script}`, () => {
    let app: App;
    before(async () => {
      app = await startFixture(script, 'defaults');
      await sleep(200);
    });
    after(() => app.stop());

    test('its own metrics are on the page, each once and with its values', async () => {
      const page = await app.scrape();
      assert.deepEqual(metric(page, 'orders_total'), {
        '{kind="book",size="1"}': 3,
        '{kind="a \\"rare\\"\\nbook",size="2"}': 1,
      });
      assert.deepEqual(metric(page, 'order_seconds_bucket'), {
        '{kind="book",le="0.5"}': 1,
        '{kind="book",le="1"}': 2,
        '{kind="book",le="2"}': 3,
        '{kind="book",le="+Inf"}': 4,
        '{kind="map",le="0.5"}': 1,
        '{kind="map",le="1"}': 1,
        '{kind="map",le="2"}': 1,
        '{kind="map",le="+Inf"}': 1,
      });
      assert.deepEqual(metric(page, 'order_seconds_sum'), { '{kind="book"}': 11.6, '{kind="map"}': 0.2 });
      assert.deepEqual(metric(page, 'order_seconds_count'), { '{kind="book"}': 4, '{kind="map"}': 1 });
      assert.deepEqual(metric(page, 'order_bytes'), { '{quantile="0.5"}': 50.5, '{quantile="0.9"}': 90.5 });
      assert.deepEqual(metric(page, 'order_bytes_sum'), { '': 5050 });
      assert.deepEqual(metric(page, 'order_bytes_count'), { '': 100 });
      assert.deepEqual(metric(page, 'queue_length'), { '': 71 });
      assert.match(page, /^# HELP orders_total Orders "taken"\n# TYPE orders_total counter$/m);
      assert.match(page, /^# TYPE order_bytes summary$/m);
      assert.deepEqual(
        names(page).filter((name, index, all) => all.indexOf(name) !== index),
        [],
      );
    });

    test('of a name that is ours as well, ours is shown, and one line says so for all', async () => {
      await (await fetch(app.url)).text();
      const [first, second] = [await app.scrape(), await app.scrape()];
      for (const page of [first, second]) {
        assert.equal(metric(page, 'http_requests_total')[''], undefined);
        assert.match(page, /^# HELP http_requests_total Total number of HTTP requests$/m);
        assert.ok(Object.keys(metric(page, 'http_requests_total')).length >= 1);
      }
      const told = app.stderr().match(/.*prom-client.*/g);
      assert.equal(told?.length, 1);
      assert.match(
        told[0] ?? '',
        /also made by the application's prom-client: http_requests_total, \d\d process_\* and nodejs_\* metrics; only ours are shown$/,
      );
    });

    test('its own page is as it was: ours neither changes nor resets it', async () => {
      await (await fetch(`${app.url}/block`)).text();
      await sleep(50);
      const ours = [await app.scrape(), await app.scrape()];
      const theirs = await (await fetch(`${app.url}/metrics`)).text();
      const lag = (page: string): number =>
        metric(page, 'nodejs_eventloop_lag_max_seconds')[''] ?? Number.NaN;
      assert.ok(lag(theirs) >= 0.24, `theirs ${lag(theirs)}`);
      // Since version 14 theirs is emptied by each of its own scrapes; ours is not.
      const again = await (await fetch(`${app.url}/metrics`)).text();
      if (script !== 'prom-client-13.cjs') assert.ok(!(lag(again) >= 0.24), `theirs ${lag(again)}`);
      for (const page of [...ours, await app.scrape()]) assert.ok(lag(page) >= 0.24, `ours ${lag(page)}`);
      assert.equal(metric(theirs, 'http_requests_total')[''], 999);
      assert.equal(metric(theirs, 'orders_total')['{kind="book",size="1"}'], 3);
    });

    test('Prometheus takes the page; its linter objects to the three names of prom-client', {
      skip: skipPromtool,
    }, async () => {
      const { stdout, stderr, status } = spawnSync('promtool', ['check', 'metrics'], {
        input: await app.scrape(),
        encoding: 'utf8',
      });
      assert.equal(status, 3, `${stdout}${stderr}`);
      assert.deepEqual(
        `${stdout}${stderr}`.trim().split('\n').sort(),
        ['handles', 'requests', 'resources'].map(
          what => `nodejs_active_${what}_total non-counter metrics should not have "_total" suffix`,
        ),
      );
    });

    test('OpenMetrics has the same samples', async () => {
      const response = await fetch(app.metricsUrl, { headers: { accept: 'application/openmetrics-text' } });
      const page = await response.text();
      assert.match(page, /\n# EOF\n$/);
      assert.match(page, /^# TYPE orders counter\norders_total\{kind="book",size="1"\} 3$/m);
      assert.match(page, /^# TYPE order_bytes summary\norder_bytes\{quantile="0.5"\} 50.5$/m);
      assert.equal(samplesOf(page).get('order_seconds_bucket{kind="book",le="1.0"}'), 2);
    });
  });
}
