import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { register, root, startApp, startChild } from '../../child.ts';
import { startOtlpReceiver } from '../../otlp-receiver.ts';
import { metric } from '../../page.ts';
import { collector } from '../programs.ts';
import { eventually, startCollector } from './collectors.ts';
import { postCounter, postLogs, postSpans, traceOf } from './otlp.ts';

const { skip } = collector;
const namesOf = (page: string): readonly string[] => [
  ...new Set(
    page
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
      .map(line => line.replace(/[{ ].*/, '')),
  ),
];

test("without an overlay traces and logs end where one sees them, in the Collector's log", {
  skip,
}, async t => {
  const one = await startCollector(t, ['config.yaml']);
  assert.equal(await postSpans(one.url, traceOf(3)), 200);
  assert.equal(await postLogs(one.url, [{ body: 'hello' }]), 200);
  await eventually(
    () => /Traces.*"spans": 3/.test(one.log()) && /Logs.*"log records": 1/.test(one.log()),
    one.log,
  );
});

test('with full.yaml traces go to Tempo and logs to Loki, and nothing to the log', { skip }, async t => {
  const [tempo, loki] = [await startOtlpReceiver(), await startOtlpReceiver()];
  t.after(() => [tempo, loki].forEach(receiver => void receiver.stop()));
  const env = { OTELCOL_TEMPO: tempo.url, OTELCOL_LOKI: loki.url };
  const one = await startCollector(t, ['config.yaml', 'full.yaml'], env);
  const spans = traceOf(3);
  assert.equal(await postSpans(one.url, spans), 200);
  assert.equal(await postLogs(one.url, [{ body: 'hello' }]), 200);
  await tempo.waitFor(received => received.length === 3);
  await loki.waitForLogs(1);
  assert.deepEqual(tempo.spans.map(span => span.spanId).sort(), spans.map(span => span.spanId).sort());
  assert.deepEqual(
    tempo.spans.map(({ attributes }) => attributes),
    [{}, {}, {}],
  );
  assert.equal(loki.logs()[0]?.body, 'hello');
  assert.equal(tempo.others.length + loki.spans.length, 0);
  assert.doesNotMatch(one.log(), /"spans": 3/);
});

test("the Collector's own metrics have the names that dashboards and alerts ask for", { skip }, async t => {
  const tempo = await startOtlpReceiver();
  t.after(() => tempo.stop());
  const one = await startCollector(t, ['config.yaml', 'full.yaml'], { OTELCOL_TEMPO: tempo.url });
  await postSpans(one.url, traceOf(7));
  await tempo.waitFor(received => received.length === 7);
  const page = await one.ownMetrics();
  const accepted = metric(page, 'otelcol_receiver_accepted_spans_total');
  assert.deepEqual(Object.values(accepted), [7], page);
  assert.deepEqual(Object.values(metric(page, 'otelcol_exporter_sent_spans_total')), [7], page);
  for (const name of ownNames) assert.ok(namesOf(page).includes(name), `${name} is not in\n${page}`);
});

/** Those that are there from the first export on. */
const ownNames = [
  'otelcol_exporter_queue_size',
  'otelcol_exporter_queue_capacity',
  'otelcol_process_uptime_seconds_total',
  'otelcol_process_memory_rss_bytes',
  'otelcol_process_cpu_seconds_total',
];

test('what a backend refuses for good is counted as failed', { skip }, async t => {
  const tempo = await startOtlpReceiver();
  t.after(() => tempo.stop());
  // Not tried again.
  tempo.behave({ status: 400 });
  const one = await startCollector(t, ['config.yaml', 'full.yaml'], { OTELCOL_TEMPO: tempo.url });
  await postSpans(one.url, traceOf(5));
  const failed = async (): Promise<number> =>
    Object.values(metric(await one.ownMetrics(), 'otelcol_exporter_send_failed_spans_total'))[0] ?? 0;
  await eventually(async () => (await failed()) === 5, one.ownMetrics);
});

test('each metric has one way to Prometheus: the page that it scrapes, or the Collector', {
  skip,
}, async t => {
  const one = await startCollector(t, ['config.yaml']);
  const env = {
    OTEL_METRICS_EXPORTER: 'prometheus,otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: one.url,
    OTEL_METRIC_EXPORT_INTERVAL: '300',
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  };
  const both = await startApp('traces/shop.mjs', { env });
  t.after(() => both.stop());
  await fetch(`${both.url}/stock`);
  const arrived = async (): Promise<number> =>
    Object.values(metric(await one.ownMetrics(), 'otelcol_receiver_accepted_metric_points_total'))[0] ?? 0;
  await eventually(async () => (await arrived()) > 0, one.ownMetrics);
  await postCounter(one.url, 'foreign.orders', 3, { 'service.name': 'foreign', 'service.instance.id': 'a' });
  await eventually(async () => /foreign_orders_total/.test(await one.pushedMetrics()), one.pushedMetrics);

  const ours = namesOf(await both.scrape());
  assert.ok(ours.includes('http_requests_total'));
  const pushed = await one.pushedMetrics();
  const twice = namesOf(pushed).filter(name => ours.includes(name) && name !== 'target_info');
  assert.deepEqual(twice, [], pushed);
  // Its labels are those of a target of its own: Prometheus keeps them by `honor_labels`.
  assert.deepEqual(metric(pushed, 'foreign_orders_total'), { '{instance="a",job="foreign"}': 3 });
  assert.doesNotMatch(pushed, /monitoring-fixtures|@ykmake/);
});

test('an application whose page nobody reads says so, and its metrics go by the Collector', {
  skip,
}, async t => {
  const one = await startCollector(t, ['config.yaml']);
  const start = async (instance: string): Promise<string> => {
    const env = {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: one.url,
      OTEL_METRIC_EXPORT_INTERVAL: '300',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_SERVICE_NAME: 'shop',
      OTEL_RESOURCE_ATTRIBUTES: `prometheus.scrape=false,service.instance.id=${instance}`,
    };
    const args = ['--import', register, path.join(root, 'test/fixtures/traces/shop.mjs')];
    const app = startChild({ args, env });
    t.after(() => app.stop());
    const [, port] = await app.output(/^listening (\d+)$/m);
    return `http://127.0.0.1:${port}/stock`;
  };
  // Without an id of their own the second one would overwrite what the first one said.
  const [first, second] = [await start('a'), await start('b')];
  await fetch(first);
  await fetch(second);
  await fetch(second);
  const requests = async (): Promise<readonly string[]> =>
    Object.entries(metric(await one.pushedMetrics(), 'http_requests_total'))
      .filter(([labels]) => labels.includes('path="/stock"') && labels.includes('job="shop"'))
      .map(([labels, count]) => `${/instance="\w+"/.exec(labels)} ${count}`)
      .filter(line => !line.endsWith(' 0'))
      .sort();
  await eventually(
    async () => isDeepStrictEqual(await requests(), ['instance="a" 1', 'instance="b" 2']),
    one.pushedMetrics,
  );
});
