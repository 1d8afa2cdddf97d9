import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onByDefault } from '../../src/settings/instrumentation-names.ts';
import { readSettings } from '../../src/settings/read.ts';
import {
  attributes,
  type BadSetting,
  bad,
  endpoint,
  headers,
  host,
  httpBuckets,
  interval,
  options,
  port,
  template,
} from './bad-setting.ts';

const exporters = 'is not a list of prometheus, otlp, console, or none alone';
const seconds = Array.from({ length: 65 }, (_, index) => index + 1).join(',');

const badSettings: readonly BadSetting[] = [
  port('94640'),
  port('65536'),
  port('-1'),
  port('9464abc'),
  port('94.64'),
  port('1e3'),
  port('0x10'),
  port('NaN'),
  port('Infinity'),
  port('+9464'),
  port('9 464'),
  port('９４６４'),
  port('0.0.0.0:9464'),
  port('tcp://10.0.0.7:9464'),
  port('9'.repeat(200), `${'9'.repeat(80)}…`),
  port('"9464"', '\\"9464\\"'),
  port('9464\n\x1b[31mfake line', '9464\\n\\u{1b}[31mfake line'),
  port('\u202e4649\u200b', '\\u{202e}4649\\u{200b}'),
  host('256.1.1.1'),
  host('0'),
  host('1.2.3'),
  host('local host'),
  host('http://localhost'),
  host('localhost:9464'),
  host('a..b'),
  host('a'.repeat(64)),
  host('ab.'.repeat(100), `${'ab.'.repeat(26)}ab…`),
  interval('0'),
  interval('-60000'),
  interval('60s'),
  interval('60_000'),
  interval('1.5'),
  interval('2147483648'),
  bad('OTEL_METRIC_EXPORT_TIMEOUT', '0', '="0" is not a whole number from 1 to 2147483647: using 30000'),
  bad('MONITORING_SHUTDOWN_TIMEOUT', '5s', '="5s" is not a whole number from 1 to 2147483647: using 5000'),
  bad('MONITORING_MAX_SERIES', '0', '="0" is not a whole number from 1 to 1000000: using 2000'),
  bad('MONITORING_MAX_SERIES', '1000001', '="1000001" is not a whole number from 1 to 1000000: using 2000'),
  bad('MONITORING_SLOW_QUERY_MS', 'slow', '="slow" is not a whole number from 0 to 2147483647: using 1000'),
  bad('OTEL_TRACES_SAMPLER_ARG', '1.1', '="1.1" is not a number from 0 to 1: using 1'),
  bad('OTEL_TRACES_SAMPLER_ARG', '10%', '="10%" is not a number from 0 to 1: using 1'),
  bad('OTEL_TRACES_SAMPLER_ARG', '.', '="." is not a number from 0 to 1: using 1'),
  bad('OTEL_SDK_DISABLED', 'yes', '="yes" is not true or false: using false'),
  bad('MONITORING_STRICT', 'on', '="on" is not true or false: using false'),
  bad('MONITORING_REQUEST_LOG', '2', '="2" is not true or false: using true'),
  bad(
    'OTEL_LOG_LEVEL',
    'trace',
    '="trace" is not one of none, error, warn, info, debug, verbose, all: using info',
  ),
  bad(
    'MONITORING_ALERT_MIN_SEVERITY',
    'fatal',
    '="fatal" is not one of info, warning, error, critical: using error',
  ),
  bad('OTEL_METRICS_EXPORTER', 'graphite', `="graphite" ${exporters}: using prometheus`),
  bad('OTEL_METRICS_EXPORTER', ',', `="," ${exporters}: using prometheus`),
  bad('OTEL_METRICS_EXPORTER', 'none,otlp', `="none,otlp" ${exporters}: using otlp`, {
    metricsExporters: ['otlp'],
  }),
  bad('OTEL_METRICS_EXPORTER', 'console; otlp', `="console; otlp" ${exporters}: using prometheus`),
  bad(
    'OTEL_METRICS_EXPORTER',
    'logging,OTLP,prometheus',
    `="logging,OTLP,prometheus" ${exporters}: using prometheus,otlp`,
    {
      metricsExporters: ['prometheus', 'otlp'],
    },
  ),
  bad(
    'OTEL_TRACES_EXPORTER',
    'zipkin',
    '="zipkin" is not a list of otlp, console, or none alone: using otlp when an OTLP endpoint is set, else none',
  ),
  bad(
    'OTEL_PROPAGATORS',
    'w3c',
    '="w3c" is not a list of tracecontext, baggage, b3, b3multi, jaeger, or none alone: using tracecontext,baggage',
  ),
  bad(
    'OTEL_NODE_ENABLED_INSTRUMENTATIONS',
    'mongo',
    '="mongo" is not a list of names that docs/instrumentations.md knows: using all but dns, fs and net',
  ),
  bad(
    'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
    'file',
    '="file" is not a list of names that docs/instrumentations.md knows: ignored',
  ),
  bad(
    'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
    'file,pg',
    '="file,pg" is not a list of names that docs/instrumentations.md knows: using pg',
    {
      disabledInstrumentations: ['pg'],
    },
  ),
  options('{"graphql":'),
  options('[]'),
  options('{}'),
  options('"graphql"'),
  options('{"graphql":true}'),
  options('{"graphql":[]}'),
  options('{"graphql":null}'),
  options('{"pg":{}}'),
  options('{"graphql":{"enabled":false}}'),
  options('{"__proto__":{"mergeItems":true}}'),
  options('{"graphql":{"a":{"b":{"c":{"d":{"e":{"f":{"g":{"h":1}}}}}}}}}'),
  bad(
    'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    '0',
    '="0" is not a whole number from 1 to 1000000: using the value of OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  ),
  bad('OTEL_SPAN_EVENT_COUNT_LIMIT', '-1', '="-1" is not a whole number from 0 to 1000000: using 128'),
  bad('OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd', '="zstd" is not one of none, gzip: using none'),
  bad(
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    'http',
    '="http" is not one of http/protobuf, http/json, grpc: using http/protobuf',
  ),
  bad(
    'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL',
    'grpc',
    '="grpc" is not http/protobuf or http/json (only traces go by gRPC): using the value of OTEL_EXPORTER_OTLP_PROTOCOL',
  ),
  bad(
    'OTEL_EXPORTER_OTLP_METRICS_TIMEOUT',
    '10s',
    '="10s" is not a whole number from 1 to 2147483647: using the value of OTEL_EXPORTER_OTLP_TIMEOUT',
  ),
  endpoint('localhost:4318'),
  endpoint('collector'),
  endpoint('file:///etc/passwd'),
  endpoint('ftp://collector/'),
  endpoint('http://'),
  endpoint('http://collector:99999'),
  endpoint('http://collec tor'),
  endpoint('gopher://root:swordfish@collector', 'gopher://(hidden)@collector'),
  endpoint('//root:sword@fish@collector', '(hidden)@collector'),
  endpoint('collector?api-key=swordfish', 'collector?(hidden)'),
  endpoint('ftp://root:sword?fish@collector/', 'ftp://(hidden)'),
  httpBuckets('1,1'),
  httpBuckets('2,1'),
  httpBuckets('0,1'),
  httpBuckets('-1,1'),
  httpBuckets('1,,2'),
  httpBuckets('1;2'),
  httpBuckets('1,+Inf'),
  httpBuckets('1,9e9'),
  httpBuckets(seconds, `${seconds.slice(0, 80)}…`),
  bad(
    'MONITORING_DB_BUCKETS',
    'fast',
    '="fast" is not a list of 1 to 64 ascending positive numbers: using 0.001,0.0025,0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5',
  ),
  attributes('service.name'),
  attributes('=orders'),
  attributes('a=%E0%A4%A'),
  attributes('a=b,c'),
  attributes('a=%0A'),
  attributes(','),
  headers('Authorization'),
  headers('a b=c'),
  headers('a=b%0D%0AX-Injected: yes'),
  headers('a=%F0%9F%92%A9'),
  bad(
    'MONITORING_METRICS_TOKEN',
    'two words',
    '=(hidden) is not a token of visible ASCII characters without spaces: every scrape is refused, unless the other guard can be used',
  ),
  bad(
    'MONITORING_METRICS_BASIC_AUTH',
    'admin',
    '=(hidden) is not user:password: every scrape is refused, unless the other guard can be used',
  ),
  bad(
    'MONITORING_METRICS_BASIC_AUTH',
    ':password',
    '=(hidden) is not user:password: every scrape is refused, unless the other guard can be used',
  ),
  bad(
    'MONITORING_METRICS_BASIC_AUTH',
    'admin:',
    '=(hidden) is not user:password: every scrape is refused, unless the other guard can be used',
  ),
  bad(
    'OTEL_SERVICE_NAME',
    'a\tb',
    '="a\\u{9}b" is not a printable text of at most 1024 characters: using the name in the application\'s package.json',
  ),
  bad(
    'OTEL_SERVICE_NAME',
    'x'.repeat(1_000_000),
    `="${'x'.repeat(80)}…" is not a printable text of at most 1024 characters: using the name in the application's package.json`,
  ),
  bad('NODE_ENV', '\ud800', '="\\u{d800}" is not a printable text of at most 1024 characters: ignored'),
  bad('MONITORING_REDACT_KEYS', ', ,', '=", ," is not a list of names separated by commas: ignored'),
  bad('SENTRY_DSN', 'https//key@sentry', '=(hidden) is not a Sentry DSN (https://key@host/project): ignored'),
  bad(
    'SENTRY_DSN',
    'https://sentry.example/1',
    '=(hidden) is not a Sentry DSN (https://key@host/project): ignored',
  ),
  bad(
    'SENTRY_DSN',
    'https://key@sentry.example',
    '=(hidden) is not a Sentry DSN (https://key@host/project): ignored',
  ),
  bad(
    'SENTRY_DSN',
    'https://key@sentry.example/project',
    '=(hidden) is not a Sentry DSN (https://key@host/project): ignored',
  ),
  bad(
    'SENTRY_DSN',
    'https://a-key@sentry.example/1',
    '=(hidden) is not a Sentry DSN (https://key@host/project): ignored',
  ),
  bad(
    'SENTRY_DSN',
    'https://key@sentry.example/1?a=b',
    '=(hidden) is not a Sentry DSN (https://key@host/project): ignored',
  ),
  bad(
    'SENTRY_DSN',
    'ftp://key@sentry.example/1',
    '=(hidden) is not a Sentry DSN (https://key@host/project): ignored',
  ),
  bad('SENTRY_DSN', 'https://key@/1', '=(hidden) is not a Sentry DSN (https://key@host/project): ignored'),
  bad('SLACK_API_URL', 'slack.com', '="slack.com" is not an http or https URL: using https://slack.com/api/'),
  template('{traceId}'),
  template('https://tempo/{trace_id}'),
  template('https://tempo/{traceId'),
  template('javascript:alert({traceId})'),
  bad('MONITORING_METRIC_TOKEN', 'x', ' is not a setting; did you mean MONITORING_METRICS_TOKEN?'),
  bad('MONITORING_MAXSERIES', '5', ' is not a setting; did you mean MONITORING_MAX_SERIES?'),
  bad('MONITORING_COLOUR', 'blue', ' is not a setting: ignored'),
];

test('a long list is not repeated in the complaint about one of its names', () => {
  const { complaints, settings } = readSettings({
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: `${onByDefault.join(',')},mongo`,
  });
  assert.equal(complaints.length, 1);
  assert.match(complaints[0] ?? '', /: using the rest of it$/);
  assert.deepEqual(settings.enabledInstrumentations, onByDefault);
});

const { settings: defaults } = readSettings({});

test(`each of ${badSettings.length} bad settings costs one complaint and leaves the default`, () => {
  for (const { name, value, says, uses } of badSettings) {
    const { settings, complaints } = readSettings({ [name]: value });
    assert.deepEqual(complaints, [`${name}${says}`]);
    assert.deepEqual(settings, { ...defaults, ...uses }, name);
  }
});

test('bad settings do not hide each other: one complaint for each variable', () => {
  const environment = Object.fromEntries(badSettings.map(({ name, value }) => [name, value]));
  const { complaints } = readSettings(environment);
  assert.equal(complaints.length, Object.keys(environment).length);
  for (const name of Object.keys(environment)) {
    assert.equal(complaints.filter(line => new RegExp(`^${name}\\b`).test(line)).length, 1, name);
  }
});
