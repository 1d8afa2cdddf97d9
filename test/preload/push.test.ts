import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { freePort } from './ports.ts';
import { pointsOf, type Receiver, startReceiver } from './receiver.ts';
import { assertLines, reported } from './reported.ts';

const start = async (
  url: string,
  env: Readonly<Record<string, string>> = {},
  script = 'preload/serve.mjs',
): Promise<App> => {
  const app = await startApp(script, {
    env: {
      OTEL_METRICS_EXPORTER: 'prometheus,otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      ...env,
    },
  });
  for (const method of ['GET', 'GET', 'POST']) await (await fetch(app.url, { method })).text();
  return app;
};

/** Waits for one export more than there are, and for the one after it: that was collected later. */
const nextExport = async ({ received }: Receiver) => {
  const wanted = received.length + 2;
  for (const deadline = performance.now() + 20_000; received.length < wanted; await pause(50)) {
    assert.ok(performance.now() < deadline, `${received.length} exports within 20 s`);
  }
  return received.at(-1) ?? assert.fail();
};

const dropped = async (app: App): Promise<number> =>
  metric(await app.scrape(), 'monitoring_dropped_total')['{signal="metrics",reason="export_failed"}'] ?? 0;

describe('metrics sent by OTLP', { concurrency: 2 }, () => {
  test('have the values of the page', async () => {
    const receiver = await startReceiver();
    const app = await start(receiver.url);
    try {
      const sent = await nextExport(receiver);
      assert.deepEqual([sent.path, sent.contentType], ['/v1/metrics', 'application/json']);
      const page = await app.scrape();
      for (const name of ['http_requests_total', 'http_requests_in_flight', 'monitoring_build_info']) {
        assert.notDeepEqual(metric(page, name), {}, page);
        assert.deepEqual(pointsOf(sent, name), metric(page, name));
      }
      assertLines(reported(app), [/ metrics at .* OTLP to http:\/\/127\.0\.0\.1:\d+; off/]);
    } finally {
      await app.stop();
      receiver.stop();
    }
  });

  test('prom-client is sent, too, from every registry; names of ours are ours', async () => {
    const receiver = await startReceiver();
    const app = await start(receiver.url, {}, 'runtime/own-registries.cjs');
    try {
      const sent = await nextExport(receiver);
      const page = await app.scrape();
      assert.equal(Object.keys(metric(page, 'orders_total')).length, 2, page);
      for (const name of ['orders_total', 'visits_total'])
        assert.deepEqual(pointsOf(sent, name), metric(page, name));
      assert.equal(Object.keys(pointsOf(sent, 'process_start_time_seconds')).length, 1);
      assert.equal(sent.body.split('"process_start_time_seconds"').length, 2);
    } finally {
      await app.stop();
      receiver.stop();
    }
  });

  test('are protobuf by default', async () => {
    const receiver = await startReceiver();
    const app = await start(receiver.url, { OTEL_EXPORTER_OTLP_PROTOCOL: '' });
    try {
      const sent = await nextExport(receiver);
      assert.equal(sent.contentType, 'application/x-protobuf');
      assert.match(sent.body, /http_requests_total/);
      assertLines(reported(app), [/ metrics at /]);
    } finally {
      await app.stop();
      receiver.stop();
    }
  });

  for (const failure of ['refuses', 'hangs', 'answers 500', 'answers 503'] as const) {
    test(`a receiver that ${failure} costs one line, and one when it is back`, async () => {
      const port = await freePort();
      const status = failure === 'hangs' ? 'hang' : Number(failure.slice(-3));
      const broken = failure === 'refuses' ? undefined : await startReceiver(status, port);
      const app = await start(`http://127.0.0.1:${port}`);
      let working: Receiver | undefined;
      try {
        await app.output(/metrics cannot be sent to 127\.0\.0\.1:\d+, trying again with every export: \w/);
        while ((await dropped(app)) < 4) await pause(200);
        broken?.stop();
        working = await startReceiver(200, port);
        await app.output(/^\[monitoring\] metrics are sent again$/m);
        const before = await dropped(app);
        const sent = await nextExport(working);
        assert.equal(await dropped(app), before, 'nothing is dropped any more');
        const labels = '{method="GET",path="/",status="200"}';
        assert.equal(pointsOf(sent, 'http_requests_total')[labels], 2, 'nothing is lost');
        assertLines(reported(app), [/ metrics at /, / metrics cannot be sent /, / metrics are sent again$/]);
      } finally {
        await app.stop();
        broken?.stop();
        working?.stop();
      }
    });
  }
});
