import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOtlpReceiver } from '../../otlp-receiver.ts';
import { scrapeJob, startPrometheus } from '../../real-prometheus/prometheus-server.ts';
import { collector, prometheus2, prometheus3 } from '../programs.ts';
import { eventually, overlay, startCollector } from './collectors.ts';
import { postSpans, traceOf } from './otlp.ts';

const quick = overlay({ connectors: { span_metrics: { metrics_flush_interval: '500ms' } } });

for (const [name, program] of Object.entries({ 'Prometheus 2': prometheus2, 'Prometheus 3': prometheus3 }))
  test(`${name} reads the pages of two gateways, tells them apart, and finds traces by exemplars`, {
    skip: collector.skip || program.skip,
  }, async t => {
    const backend = await startOtlpReceiver();
    t.after(() => backend.stop());
    const env = { OTELCOL_TEMPO: backend.url, OTELCOL_DECISION_WAIT: '1s' };
    const gateways = [
      await startCollector(t, ['gateway.yaml', quick], env),
      await startCollector(t, ['gateway.yaml', quick], env),
    ];
    const prometheus = await startPrometheus(
      program.path,
      gateways.flatMap(({ ownUrl, pushedUrl }, index) => [
        scrapeJob(`otel-collector-${index}`, ownUrl),
        scrapeJob(`pushed-${index}`, pushedUrl, { honor_labels: true }),
      ]),
    );
    t.after(() => prometheus.stop());
    const ids = new Set<string>();
    const exemplarIds = async (): Promise<readonly (string | undefined)[]> =>
      (await prometheus.queryExemplars('traces_span_metrics_duration_seconds_bucket'))
        .flatMap(({ exemplars }) => exemplars)
        .map(({ labels }) => labels.trace_id);
    await eventually(
      async () => {
        for (const { url } of gateways) {
          const [span] = traceOf(1);
          ids.add(span.traceId);
          await postSpans(url, [span]);
        }
        const found = await prometheus.query('traces_span_metrics_calls_total');
        return found.length === 2 && (await exemplarIds()).some(id => ids.has(id ?? ''));
      },
      () => prometheus.complaints().join('\n'),
    );
    const calls = await prometheus.query('traces_span_metrics_calls_total');
    assert.deepEqual(new Set(calls.map(({ metric }) => metric.job)), new Set(['other']));
    assert.equal(new Set(calls.map(({ metric }) => metric.instance)).size, 2);
    const targets = async (): Promise<string> =>
      (await prometheus.targets()).map(({ health, lastError }) => health + lastError).join();
    await eventually(async () => (await targets()) === 'up,up,up,up', targets);
    const accepted = 'count(otelcol_receiver_accepted_spans_total > 0) == 2';
    await eventually(async () => (await prometheus.query(accepted)).length === 1, targets);
    assert.deepEqual(prometheus.complaints(), []);
  });
