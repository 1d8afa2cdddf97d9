import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type App, register, root, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { assertLines, reported } from './reported.ts';

const fixture = (name: string): string => path.join(root, 'test/fixtures/preload', name);

/** Runs the fixture, sends it a request and hands on its answer and its page. */
const shop = async (
  { before = [], way = '' }: { readonly before?: readonly string[]; readonly way?: string },
  run: (app: App, answer: unknown, page: string) => void,
): Promise<void> => {
  const app = await startApp('', {
    args: [...before, '--import', register, fixture('own-meter.mjs'), way],
  });
  try {
    const answer = await (await fetch(app.url)).json();
    await app.scrape();
    run(app, answer, await app.scrape());
  } finally {
    await app.stop();
  }
};

describe("the application's own OpenTelemetry meter", { concurrency: 2 }, () => {
  test('is on the page under its Prometheus names', () =>
    shop({}, (app, answer, page) => {
      assert.equal(answer, 'none');
      assert.deepEqual(metric(page, 'orders_created_total'), { '{payment_method="card"}': 2 });
      assert.deepEqual(metric(page, 'parcel_weight_grams_bucket'), {
        '{le="1"}': 0,
        '{le="10"}': 1,
        '{le="+Inf"}': 1,
      });
      assert.match(page, /^# HELP orders_created_total Orders created$/m);
      assertLines(reported(app), [/ metrics at /]);
    }));

  test('may not take the place of a metric of the contract', () =>
    shop({ way: 'contract' }, (app, _answer, page) => {
      assert.deepEqual(metric(page, 'http_requests_total'), { '{method="GET",path="/",status="200"}': 1 });
      assert.match(page, /^# HELP http_requests_total Total number of HTTP requests$/m);
      assert.deepEqual(metric(page, 'orders_created_total'), { '{payment_method="card"}': 2 });
      assertLines(reported(app), [
        / metrics at /,
        /^\[monitoring\] http_requests_total is also made by the application: only ours is shown$/,
      ]);
    }));

  test('stays with an SDK that the application has registered before', () =>
    shop({ before: ['--import', fixture('own-sdk.mjs')] }, (app, answer, page) => {
      assert.deepEqual(answer, ['orders.created', 'parcel.weight']);
      assert.deepEqual(metric(page, 'orders_created_total'), {});
      assert.deepEqual(metric(page, 'http_requests_total'), { '{method="GET",path="/",status="200"}': 1 });
      assertLines(reported(app), [
        /^\[monitoring\] another OpenTelemetry SDK is registered: metrics made through its API stay with it$/,
        / metrics at /,
      ]);
    }));
});
