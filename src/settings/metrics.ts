import { dbQueryDuration, httpRequestDuration } from '../catalog/metrics.ts';
import { integer, milliseconds, token, userAndPassword } from './parse.ts';
import { buckets, wordsOrNone } from './parse-lists.ts';
import { host, port } from './parse-network.ts';
import { setting, type Table } from './setting.ts';

type MetricsExporter = 'prometheus' | 'otlp' | 'console';

export interface MetricsSettings {
  /** Empty: metrics are not exported at all. */
  readonly metricsExporters: readonly MetricsExporter[];
  readonly prometheusHost: string;
  readonly prometheusPort: number;
  readonly metricsToken: string | undefined;
  readonly metricsBasicAuth: string | undefined;
  readonly metricExportInterval: number;
  readonly metricExportTimeout: number;
  readonly httpBuckets: readonly number[];
  readonly dbBuckets: readonly number[];
  readonly maxSeries: number;
}

/** A guard that was asked for and cannot be used must not leave the endpoint open. */
const scrapesRefused = 'every scrape is refused, unless the other guard can be used';

export const metrics: Table<MetricsSettings> = {
  metricsExporters: setting(
    'OTEL_METRICS_EXPORTER',
    wordsOrNone(['prometheus', 'otlp', 'console']),
    ['prometheus'],
    'Where metrics go: `prometheus` serves them to be scraped, `otlp` and `console` push them.',
  ),
  prometheusHost: setting(
    'OTEL_EXPORTER_PROMETHEUS_HOST',
    host,
    '127.0.0.1',
    'Address that the metrics endpoint listens on; `0.0.0.0` opens it to the network, so set a guard with it.',
  ),
  prometheusPort: setting(
    'OTEL_EXPORTER_PROMETHEUS_PORT',
    port,
    9464,
    'Port of the metrics endpoint; `0` takes any free port, which is printed at start.',
  ),
  metricsToken: setting(
    'MONITORING_METRICS_TOKEN',
    token,
    undefined,
    'Guards the metrics endpoint: a scrape needs `Authorization: Bearer` with this token.',
    { secret: true, consequence: scrapesRefused },
  ),
  metricsBasicAuth: setting(
    'MONITORING_METRICS_BASIC_AUTH',
    userAndPassword,
    undefined,
    'Guards the metrics endpoint with a user and a password; with a token as well, either is accepted.',
    { secret: true, consequence: scrapesRefused },
  ),
  metricExportInterval: setting(
    'OTEL_METRIC_EXPORT_INTERVAL',
    milliseconds,
    60_000,
    'Time in milliseconds between two pushes to `otlp` or `console`.',
  ),
  metricExportTimeout: setting(
    'OTEL_METRIC_EXPORT_TIMEOUT',
    milliseconds,
    30_000,
    'Longest time in milliseconds for one push; never longer than the interval.',
  ),
  httpBuckets: setting(
    'MONITORING_HTTP_BUCKETS',
    buckets,
    httpRequestDuration.buckets,
    `Buckets of \`${httpRequestDuration.name}\` in seconds.`,
  ),
  dbBuckets: setting(
    'MONITORING_DB_BUCKETS',
    buckets,
    dbQueryDuration.buckets,
    `Buckets of \`${dbQueryDuration.name}\` in seconds.`,
  ),
  maxSeries: setting(
    'MONITORING_MAX_SERIES',
    integer(1, 1_000_000),
    2000,
    'Most label sets that one metric holds; the rest is counted in one overflow label set.',
  ),
};
