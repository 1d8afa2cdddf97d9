import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { table, topics } from '../../src/settings/table.ts';

const otlp = ['ENDPOINT', 'HEADERS', 'TIMEOUT', 'COMPRESSION', 'PROTOCOL'];
const certificates = ['CERTIFICATE', 'CLIENT_KEY', 'CLIENT_CERTIFICATE'];
const otlpNames = (scope: string, suffixes: readonly string[]): string[] =>
  suffixes.map(suffix => `OTEL_EXPORTER_OTLP_${scope}${suffix}`);

const names = [
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_SDK_DISABLED',
  'OTEL_LOG_LEVEL',
  'OTEL_METRICS_EXPORTER',
  'OTEL_METRIC_EXPORT_INTERVAL',
  'OTEL_METRIC_EXPORT_TIMEOUT',
  ...otlpNames('', [...otlp, ...certificates]),
  ...otlpNames('METRICS_', [...otlp, ...certificates]),
  ...otlpNames('TRACES_', [...otlp, ...certificates]),
  ...otlpNames('LOGS_', [...otlp, ...certificates]),
  'OTEL_LOGS_EXPORTER',
  'OTEL_BLRP_MAX_QUEUE_SIZE',
  'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
  'OTEL_BLRP_SCHEDULE_DELAY',
  'OTEL_BLRP_EXPORT_TIMEOUT',
  'OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_TRACES_EXPORTER',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_PROPAGATORS',
  'OTEL_BSP_MAX_QUEUE_SIZE',
  'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
  'OTEL_BSP_SCHEDULE_DELAY',
  'OTEL_BSP_EXPORT_TIMEOUT',
  'OTEL_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_SPAN_EVENT_COUNT_LIMIT',
  'OTEL_SPAN_LINK_COUNT_LIMIT',
  'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
  'MONITORING_TRUST_PROXY',
  'MONITORING_TRUST_PARENT_SAMPLING',
  'MONITORING_REDACT_KEYS',
  'LOG_LEVEL',
  'LOG_DIR',
  'MONITORING_LOG_CONSOLE',
  'MONITORING_REQUEST_LOG',
  'MONITORING_BRIDGE_CONSOLE',
  'OTEL_CONFIG_FILE',
  'OTEL_EXPORTER_PROMETHEUS_HOST',
  'OTEL_EXPORTER_PROMETHEUS_PORT',
  'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
  'OTEL_NODE_ENABLED_INSTRUMENTATIONS',
  'MONITORING_INSTRUMENTATION_OPTIONS',
  'NODE_ENV',
  'MONITORING_METRICS_TOKEN',
  'MONITORING_METRICS_BASIC_AUTH',
  'MONITORING_HTTP_BUCKETS',
  'MONITORING_DB_BUCKETS',
  'MONITORING_MAX_SERIES',
  'MONITORING_SHUTDOWN_TIMEOUT',
  'MONITORING_STRICT',
  'SENTRY_DSN',
  'SENTRY_ENVIRONMENT',
  'SENTRY_RELEASE',
  'SLACK_TOKEN',
  'SLACK_CHANNEL',
  'SLACK_WEBHOOK_URL',
  'SLACK_API_URL',
  'MONITORING_CAPTURE_LOGGED_ERRORS',
  'MONITORING_TRACE_URL',
  'MONITORING_DASHBOARD_URL',
  'MONITORING_SENTRY_TRACES',
  'MONITORING_ALERT_MIN_SEVERITY',
  'MONITORING_ALERT_THRESHOLDS',
  'MONITORING_ALERT_TITLE',
  'MONITORING_ALERT_WINDOW',
  'MONITORING_RUNBOOK_URL',
  'MONITORING_SLOW_QUERY_MS',
];

const rows = Object.values(table);

test('the table holds every variable of the design and no other, each once', () => {
  assert.deepEqual(rows.map(({ name }) => name).sort(), [...names].sort());
  assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
});

test('every variable belongs to one topic', () => {
  assert.deepEqual(
    topics.flatMap(topic => Object.keys(topic.settings)),
    Object.keys(table),
  );
});

test('every variable is explained by a sentence, with a unit where it is a time', () => {
  for (const { name, help } of rows) {
    assert.match(help, /^[A-Z`].*\.$/, name);
    if (/_(?:TIMEOUT|INTERVAL|MS)$/.test(name)) assert.match(help, /milliseconds/, name);
    if (/_BUCKETS$/.test(name)) assert.match(help, /seconds/, name);
  }
});

test('defaults would be accepted if a user wrote them', () => {
  for (const { name, kind, fallback } of rows) {
    const isWritten = ['string', 'number', 'boolean'].includes(typeof fallback) || Array.isArray(fallback);
    if (!isWritten || String(fallback) === '') continue;
    assert.deepEqual(kind.parse(String(fallback)), fallback, name);
  }
});

test('only environment.ts touches the environment of the process', () => {
  const folder = new URL('../../src/settings/', import.meta.url);
  const guilty = readdirSync(folder).filter(file =>
    readFileSync(new URL(file, folder), 'utf8').includes('process.env'),
  );
  assert.deepEqual(guilty, ['environment.ts']);
});
