import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dbQueryDuration, httpRequestDuration } from '../../src/catalog/metrics.ts';
import type { OtlpTarget } from '../../src/otlp/post.ts';
import { environment } from '../../src/settings/environment.ts';
import { onByDefault } from '../../src/settings/instrumentation-names.ts';
import { otlpMetricsTarget, otlpTracesTarget, tracesExporters } from '../../src/settings/otlp-target.ts';
import { readSettings } from '../../src/settings/read.ts';
import type { Settings } from '../../src/settings/table.ts';

/** Reads settings that are all good. */
function read(given: Record<string, string>): Settings {
  const { settings, complaints } = readSettings(given);
  assert.deepEqual(complaints, []);
  return settings;
}

test('nothing set: the defaults of the contract and of OpenTelemetry, no word', () => {
  const { settings, complaints } = readSettings({});
  assert.deepEqual(complaints, []);
  assert.equal(settings.serviceName, undefined);
  assert.deepEqual(settings.metricsExporters, ['prometheus']);
  assert.equal(settings.prometheusHost, '127.0.0.1');
  assert.equal(settings.prometheusPort, 9464);
  assert.equal(settings.metricExportInterval, 60_000);
  assert.equal(settings.metricExportTimeout, 30_000);
  assert.equal(settings.maxSeries, 2000);
  assert.equal(settings.shutdownTimeout, 5000);
  assert.equal(settings.strict, false);
  assert.deepEqual(settings.httpBuckets, httpRequestDuration.buckets);
  assert.deepEqual(settings.dbBuckets, dbQueryDuration.buckets);
  assert.deepEqual(settings.enabledInstrumentations, onByDefault);
  assert.deepEqual(settings.instrumentationOptions, {});
});

test('good values in the forms that people write', () => {
  assert.equal(read({ OTEL_EXPORTER_PROMETHEUS_PORT: ' 0 ' }).prometheusPort, 0);
  assert.equal(read({ OTEL_EXPORTER_PROMETHEUS_PORT: '65535' }).prometheusPort, 65535);
  for (const [given, used] of [
    ['0.0.0.0', '0.0.0.0'],
    ['::', '::'],
    ['[::1]', '::1'],
    ['localhost', 'localhost'],
    ['metrics.internal_net', 'metrics.internal_net'],
  ] as const) {
    assert.equal(read({ OTEL_EXPORTER_PROMETHEUS_HOST: given }).prometheusHost, used);
  }
  for (const yes of ['true', 'TRUE', '1']) assert.equal(read({ MONITORING_STRICT: yes }).strict, true);
  for (const no of ['false', 'False', '0'])
    assert.equal(read({ MONITORING_REQUEST_LOG: no }).requestLog, false);
  assert.equal(read({ OTEL_LOG_LEVEL: 'DEBUG' }).diagnosticLevel, 'debug');
  assert.deepEqual(read({ OTEL_METRICS_EXPORTER: 'none' }).metricsExporters, []);
  assert.deepEqual(read({ OTEL_METRICS_EXPORTER: 'otlp, Prometheus,otlp' }).metricsExporters, [
    'prometheus',
    'otlp',
  ]);
  assert.deepEqual(read({ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'pg,' }).disabledInstrumentations, ['pg']);
  assert.deepEqual(read({ MONITORING_HTTP_BUCKETS: '.1, .5,1,2.,5' }).httpBuckets, [0.1, 0.5, 1, 2, 5]);
  assert.equal(read({ OTEL_TRACES_SAMPLER_ARG: '0.25' }).tracesSamplerArgument, 0.25);
  assert.equal(read({ MONITORING_METRICS_BASIC_AUTH: 'scraper:a:b c' }).metricsBasicAuth, 'scraper:a:b c');
  assert.equal(
    read({ MONITORING_TRACE_URL: 'https://t/{traceId}?s={spanId}' }).traceUrl,
    'https://t/{traceId}?s={spanId}',
  );
});

test('instrumentations are known by all their official names, and by those of their packages', () => {
  const list = 'mongodb, runtime-node,@opentelemetry/instrumentation-graphql,FS,router';
  for (const name of ['ENABLED', 'DISABLED']) {
    const settings = read({ [`OTEL_NODE_${name}_INSTRUMENTATIONS`]: list });
    const given = name === 'ENABLED' ? settings.enabledInstrumentations : settings.disabledInstrumentations;
    assert.deepEqual([...given].sort(), ['express', 'fs', 'graphql', 'mongodb', 'runtime-node']);
  }
});

test('options of instrumentations are JSON', () => {
  const given = {
    MONITORING_INSTRUMENTATION_OPTIONS: ' {"graphql":{"depth":2},"fs":{"requireParentSpan":true}} ',
  };
  const { instrumentationOptions } = read(given);
  assert.deepEqual(instrumentationOptions, { graphql: { depth: 2 }, fs: { requireParentSpan: true } });
});

test('an empty or blank variable counts as one that is not set', () => {
  const settings = read({ OTEL_EXPORTER_PROMETHEUS_PORT: '', OTEL_SERVICE_NAME: '  ', LOG_LEVEL: '\t' });
  assert.deepEqual(settings, readSettings({}).settings);
});

test('lists of pairs are percent-decoded and split at their first equals sign', () => {
  assert.deepEqual(
    read({ OTEL_RESOURCE_ATTRIBUTES: 'a%3D=b%2Cc, d = e ,__proto__=f,empty=,' }).resourceAttributes,
    {
      'a=': 'b,c',
      d: 'e',
      ['__proto__']: 'f',
      empty: '',
    },
  );
  assert.deepEqual(read({ OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20YTpi==' }).otlpHeaders, {
    Authorization: 'Basic YTpi==',
  });
});

test('the environment is not changed, and neither are the defaults', () => {
  const given = Object.freeze({ MONITORING_HTTP_BUCKETS: '1,2' });
  readSettings(given);
  assert.equal(Object.isFrozen(httpRequestDuration.buckets), false);
  process.env.MONITORING_TEST_SNAPSHOT = 'before';
  const snapshot = environment();
  process.env.MONITORING_TEST_SNAPSHOT = 'after';
  assert.equal(snapshot.MONITORING_TEST_SNAPSHOT, 'before');
  delete process.env.MONITORING_TEST_SNAPSHOT;
});

test('one push never takes longer than the interval between two', () => {
  assert.equal(read({ OTEL_METRIC_EXPORT_INTERVAL: '1000' }).metricExportTimeout, 1000);
  const { settings, complaints } = readSettings({ OTEL_METRIC_EXPORT_TIMEOUT: '60001' });
  assert.equal(settings.metricExportTimeout, 60_000);
  assert.deepEqual(complaints, [
    'OTEL_METRIC_EXPORT_TIMEOUT="60001" is longer than OTEL_METRIC_EXPORT_INTERVAL (60000 ms): using 60000',
  ]);
  const both = readSettings({ OTEL_METRIC_EXPORT_TIMEOUT: '30000', OTEL_METRIC_EXPORT_INTERVAL: '10' });
  assert.equal(both.complaints.length, 1);
});

test('a guard that cannot be used closes the endpoint', () => {
  const broken = { MONITORING_METRICS_BASIC_AUTH: 'nopassword' };
  const { metricsAreClosed, complaints } = readSettings(broken);
  assert.equal(metricsAreClosed, true);
  assert.deepEqual(complaints, [
    'MONITORING_METRICS_BASIC_AUTH=(hidden) is not user:password: every scrape is refused, unless the other guard can be used',
  ]);
  // The other guard still stands, or nobody asked for one.
  assert.equal(readSettings({ ...broken, MONITORING_METRICS_TOKEN: 't' }).metricsAreClosed, false);
  assert.equal(readSettings({}).metricsAreClosed, false);
  assert.equal(readSettings({ MONITORING_METRICS_TOKEN: '' }).metricsAreClosed, false);
});

test('an empty guard is said, because it is mostly a secret that did not arrive', () => {
  for (const empty of ['', ' \n']) {
    assert.deepEqual(readSettings({ MONITORING_METRICS_TOKEN: empty }).complaints, [
      'MONITORING_METRICS_TOKEN is set but empty: it does not guard the metrics endpoint',
    ]);
  }
  read({ MONITORING_METRICS_TOKEN: '', MONITORING_METRICS_BASIC_AUTH: 'a:b' });
});

test('variables that Kubernetes makes for a service called monitoring are left in peace', () => {
  read({
    MONITORING_SERVICE_HOST: '10.0.0.7',
    MONITORING_SERVICE_PORT: '80',
    MONITORING_SERVICE_PORT_HTTP: '80',
    MONITORING_PORT: 'tcp://10.0.0.7:80',
    MONITORING_PORT_80_TCP: 'tcp://10.0.0.7:80',
    MONITORING_PORT_80_TCP_PROTO: 'tcp',
    MONITORING_GRAFANA_PORT_3000_TCP_ADDR: '10.0.0.8',
    MONITORING_GRAFANA_SERVICE_HOST: '10.0.0.8',
  });
  assert.equal(readSettings({ MONITORING_PORT: '9464' }).complaints.length, 1);
});

test('an unknown name is shown safely, however long or strange', () => {
  assert.deepEqual(
    readSettings({ 'MONITORING_\n\u001b[2J': '', [`MONITORING_${'X'.repeat(100)}`]: '1' }).complaints,
    [
      '"MONITORING_\\n\\u{1b}[2J" is not a setting: ignored',
      `"MONITORING_${'X'.repeat(69)}…" is not a setting: ignored`,
    ],
  );
});

test('metrics over OTLP: the variables for metrics win, headers of both are sent', () => {
  assert.deepEqual(otlpMetricsTarget(read({})), {
    url: 'http://localhost:4318/v1/metrics',
    headers: {},
    timeout: 10_000,
    compression: 'none',
    protocol: 'http/protobuf',
  });
  const general = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example/base/?region=eu',
    OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2',
    OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  };
  assert.deepEqual(otlpMetricsTarget(read(general)), {
    url: 'https://otel.example/base/v1/metrics?region=eu',
    headers: { a: '1', b: '2' },
    timeout: 2000,
    compression: 'gzip',
    protocol: 'http/json',
  });
  const own = {
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://metrics.example/in',
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'b=3',
    OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '3000',
    OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'none',
    OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf',
  };
  assert.deepEqual(otlpMetricsTarget(read({ ...general, ...own })), {
    url: 'http://metrics.example/in',
    headers: { a: '1', b: '3' },
    timeout: 3000,
    compression: 'none',
    protocol: 'http/protobuf',
  });
});

test('the certificates of a signal win one by one, and are left out where none is set', () => {
  const settings = read({
    OTEL_EXPORTER_OTLP_CERTIFICATE: 'ca.pem',
    OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: 'traces-ca.pem',
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: 'client.pem',
    OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: 'client.key',
  });
  const { certificates } = otlpTracesTarget(settings) as OtlpTarget;
  assert.deepEqual(certificates, {
    ca: 'traces-ca.pem',
    cert: 'client.pem',
    key: 'client.key',
  });
  assert.deepEqual(otlpMetricsTarget(settings).certificates, { ca: 'ca.pem', cert: 'client.pem' });
  assert.equal('certificates' in otlpTracesTarget(read({})), false);
});

test('traces go by OTLP once there is an address for them, and otherwise where they are asked to', () => {
  const address = 'http://otel.example';
  assert.deepEqual(tracesExporters(read({})), []);
  assert.deepEqual(tracesExporters(read({ OTEL_EXPORTER_OTLP_ENDPOINT: address })), ['otlp']);
  assert.deepEqual(tracesExporters(read({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address })), ['otlp']);
  assert.deepEqual(tracesExporters(read({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: address })), []);
  const none = { OTEL_EXPORTER_OTLP_ENDPOINT: address, OTEL_TRACES_EXPORTER: 'none' };
  assert.deepEqual(tracesExporters(read(none)), []);
  const alone = read({ OTEL_TRACES_EXPORTER: 'otlp' });
  assert.deepEqual(tracesExporters(alone), ['otlp']);
  assert.equal(otlpTracesTarget(alone).url, 'http://localhost:4318/v1/traces');
});

test('spans to Sentry need a project, and no configuration file of OpenTelemetry', () => {
  const dsn = 'https://0a1b@o12.ingest.sentry.example/34';
  const complaints = (given: Record<string, string>) =>
    readSettings({ MONITORING_SENTRY_TRACES: 'true', ...given }).complaints;
  assert.deepEqual(complaints({ SENTRY_DSN: dsn }), []);
  assert.deepEqual(complaints({}), ['MONITORING_SENTRY_TRACES=true needs SENTRY_DSN: no spans go to Sentry']);
  assert.deepEqual(complaints({ SENTRY_DSN: 'https://secret' }), [
    'SENTRY_DSN=(hidden) is not a Sentry DSN (https://key@host/project): ignored',
  ]);
  assert.deepEqual(complaints({ SENTRY_DSN: dsn, OTEL_CONFIG_FILE: 'sdk.yaml' }), [
    'MONITORING_SENTRY_TRACES=true has no effect beside OTEL_CONFIG_FILE: no spans go to Sentry',
  ]);
});

test("a logger level of another library costs no complaint: the variable may be the application's", () => {
  assert.deepEqual(readSettings({ LOG_LEVEL: 'trace' }).complaints, []);
});

test('traces may go by gRPC, to its own port and without a path; metrics do not, and one line says so', () => {
  const general = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_METRICS_EXPORTER: 'prometheus,otlp' };
  const { settings, complaints } = readSettings(general);
  assert.deepEqual(otlpTracesTarget(settings), {
    url: 'http://localhost:4317',
    timeout: 10_000,
    compression: 'none',
    protocol: 'grpc',
  });
  assert.deepEqual(settings.metricsExporters, ['prometheus']);
  assert.deepEqual(complaints, [
    'OTEL_EXPORTER_OTLP_PROTOCOL=grpc is only for traces: metrics are not sent by OTLP; OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf sends them',
  ]);
  const http = read({ ...general, OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf' });
  assert.deepEqual(http.metricsExporters, ['prometheus', 'otlp']);
  assert.equal(otlpMetricsTarget(http).protocol, 'http/protobuf');
  const own = read({
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://otel.example/base/?region=eu',
  });
  assert.equal(otlpTracesTarget(own).url, 'https://otel.example');
  assert.equal(otlpMetricsTarget(own).protocol, 'http/protobuf');
});
