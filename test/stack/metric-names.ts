import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import * as metrics from '../../src/catalog/metrics.ts';
import * as runtime from '../../src/catalog/runtime.ts';

const rulesFolder = path.join(import.meta.dirname, '../../prometheus/rules');

/** Series that Prometheus makes itself. */
const madeByPrometheus = [
  'up',
  'ALERTS',
  'ALERTS_FOR_STATE',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
];

/** What an application's page has besides the catalogue, and dashboards use: what OpenTelemetry calls the application. */
const besidesTheCatalogue = ['target_info'];

/** What the programs of the stack say about themselves, by job. A test reads the pages of those it can start. */
export const stackNames: Readonly<Record<string, readonly string[]>> = {
  prometheus: [
    'prometheus_build_info',
    'prometheus_config_last_reload_successful',
    'prometheus_notifications_dropped_total',
    'prometheus_notifications_errors_total',
    'prometheus_notifications_sent_total',
    'prometheus_rule_evaluation_failures_total',
    'prometheus_rule_group_iterations_missed_total',
    'prometheus_rule_group_last_duration_seconds',
    'prometheus_tsdb_head_series',
  ],
  alertmanager: ['alertmanager_notifications_failed_total', 'alertmanager_notifications_total'],
  'otel-collector': [
    ...['log_records', 'metric_points', 'spans'].flatMap(signal => [
      `otelcol_exporter_sent_${signal}_total`,
      `otelcol_receiver_accepted_${signal}_total`,
    ]),
    'otelcol_process_memory_rss_bytes',
    'otelcol_exporter_enqueue_failed_log_records_total',
    'otelcol_exporter_enqueue_failed_metric_points_total',
    'otelcol_exporter_enqueue_failed_spans_total',
    'otelcol_exporter_queue_capacity',
    'otelcol_exporter_queue_size',
    'otelcol_exporter_send_failed_log_records_total',
    'otelcol_exporter_send_failed_metric_points_total',
    'otelcol_exporter_send_failed_spans_total',
    'otelcol_receiver_refused_log_records_total',
    'otelcol_receiver_refused_metric_points_total',
    'otelcol_receiver_refused_spans_total',
  ],
};

/** Names of the catalogue as Prometheus stores them: a histogram is three. */
export const catalogNames = (): Set<string> =>
  new Set(
    [...Object.values(metrics), ...Object.values(runtime)].flatMap(({ name, type }) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map(suffix => name + suffix) : [name],
    ),
  );

/** What the recording rules make. */
export const recordedNames = (): Set<string> =>
  new Set(
    globSync('*.yml', { cwd: rulesFolder }).flatMap(file => {
      const { groups } = parse(readFileSync(path.join(rulesFolder, file), 'utf8')) as {
        groups: readonly { rules: readonly { record?: string }[] }[];
      };
      return groups.flatMap(({ rules }) => rules.flatMap(({ record }) => record ?? []));
    }),
  );

/** Every name that rules and dashboards may use. */
export const knownNames = (): Set<string> =>
  new Set([
    ...madeByPrometheus,
    ...Object.values(stackNames).flat(),
    ...besidesTheCatalogue,
    ...catalogNames(),
    ...recordedNames(),
  ]);

/** Grafana's variables in the place of a duration or a number, which PromQL itself cannot parse. */
const withoutVariables = (promql: string): string =>
  promql
    .replace(/\$__(rate_interval|interval|range)\b/g, '5m')
    .replace(/\$__(interval_ms|range_s)\b/g, '300');

/**
 * Names of the metrics that a query selects.
 *
 * @throws where it is no PromQL, and where it selects without naming one metric
 */
export const metricNames = (promql: string): Set<string> => {
  const query = withoutVariables(promql);
  const names = new Set<string>();
  parser.parse(query).iterate({
    enter: ({ type, node, from, to }) => {
      if (type.isError) throw new Error(`no PromQL at character ${from}: ${query}`);
      if (type.name !== 'VectorSelector') return;
      const identifier = node.getChild('Identifier');
      const selector = query.slice(from, to);
      const name = identifier
        ? query.slice(identifier.from, identifier.to)
        : /[{,]\s*__name__\s*=\s*"([^"]+)"/.exec(selector)?.[1];
      if (name === undefined)
        throw new Error(`selects without the name of a metric: ${selector} in ${query}`);
      names.add(name);
    },
  });
  return names;
};
