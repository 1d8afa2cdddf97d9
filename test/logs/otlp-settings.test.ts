import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordLimits } from '../../src/logs/attribute-limits.ts';
import { logsExporters, otlpLogsTarget } from '../../src/settings/otlp-target.ts';
import { readSettings } from '../../src/settings/read.ts';

const settings = (env: Readonly<Record<string, string>>) => readSettings(env).settings;
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/base' };

describe('the settings of logs', () => {
  test('are OpenTelemetry’s where nothing is set', () => {
    const { logRecordQueueSize, logRecordBatchSize, logRecordDelay, logRecordExportTimeout } = settings({});
    assert.deepEqual(
      [logRecordQueueSize, logRecordBatchSize, logRecordDelay, logRecordExportTimeout],
      [2_048, 512, 1_000, 30_000],
    );
    assert.deepEqual(recordLimits(settings({})), { count: 128, valueLength: undefined });
  });

  test('for records win over the general ones, for limits as for the receiver', () => {
    const general = { OTEL_ATTRIBUTE_COUNT_LIMIT: '10', OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '20' };
    assert.deepEqual(recordLimits(settings(general)), { count: 10, valueLength: 20 });
    const own = {
      OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '0',
      OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5',
    };
    assert.deepEqual(recordLimits(settings({ ...general, ...own })), { count: 0, valueLength: 5 });
    const target = otlpLogsTarget(
      settings({
        ...endpoint,
        OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=1',
        OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'b=2',
        OTEL_EXPORTER_OTLP_TIMEOUT: '7',
        OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '8',
        OTEL_EXPORTER_OTLP_CERTIFICATE: '/all.pem',
        OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE: '/logs.pem',
        OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/json',
      }),
    );
    assert.deepEqual(target, {
      url: 'http://collector:4318/base/v1/logs',
      headers: { a: '1', b: '2' },
      timeout: 8,
      compression: 'gzip',
      protocol: 'http/json',
      certificates: { ca: '/logs.pem' },
    });
    assert.equal(
      otlpLogsTarget(settings({ ...endpoint, OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://logs/as-it-is' })).url,
      'http://logs/as-it-is',
    );
  });

  test('send logs where there is an address, or to what is asked for', () => {
    const cases: readonly (readonly [Readonly<Record<string, string>>, readonly string[]])[] = [
      [{}, []],
      [endpoint, ['otlp']],
      [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://logs' }, ['otlp']],
      [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces' }, []],
      [{ OTEL_LOGS_EXPORTER: 'otlp' }, ['otlp']],
      [{ ...endpoint, OTEL_LOGS_EXPORTER: 'none' }, []],
      [{ ...endpoint, OTEL_LOGS_EXPORTER: 'console' }, ['console']],
      [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, []],
      [{ ...endpoint, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' }, ['otlp']],
      [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_LOGS_EXPORTER: 'console,otlp' }, ['console']],
      [
        {
          ...endpoint,
          OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
          OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/protobuf',
        },
        ['otlp'],
      ],
    ];
    for (const [env, expected] of cases) {
      assert.deepEqual(logsExporters(settings(env)), expected, JSON.stringify(env));
    }
  });

  test('complain once for each signal that is asked for by gRPC and does not go by it', () => {
    const grpc = { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const about = (env: Readonly<Record<string, string>>): readonly string[] =>
      readSettings({ ...grpc, ...env }).complaints.map(
        complaint => /traces: (\w+) are not sent/.exec(complaint)?.[1] ?? complaint,
      );
    assert.deepEqual(about({}), []);
    assert.deepEqual(about({ OTEL_LOGS_EXPORTER: 'otlp' }), ['logs']);
    assert.deepEqual(about({ OTEL_LOGS_EXPORTER: 'console' }), []);
    assert.deepEqual(about({ OTEL_LOGS_EXPORTER: 'otlp', OTEL_METRICS_EXPORTER: 'otlp' }), [
      'metrics',
      'logs',
    ]);
  });
});
