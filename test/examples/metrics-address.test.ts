import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './ykmake.ts';

type Environment = Record<string, string>;
const { metricsAddress, authorization } = await load<{
  metricsAddress(env: Environment, said: string[]): string | undefined;
  authorization(env: Environment): string | undefined;
}>('start/metrics-address.js');

test('without a word of the preload the environment says where the metrics are', () => {
  assert.equal(metricsAddress({}, []), 'http://127.0.0.1:9464/metrics');
  const env = { OTEL_EXPORTER_PROMETHEUS_HOST: '10.0.0.7', OTEL_EXPORTER_PROMETHEUS_PORT: '9000' };
  assert.equal(metricsAddress(env, []), 'http://10.0.0.7:9000/metrics');
  assert.equal(metricsAddress({ OTEL_EXPORTER_PROMETHEUS_HOST: '::1' }, []), 'http://[::1]:9464/metrics');
  assert.equal(metricsAddress({ OTEL_EXPORTER_PROMETHEUS_PORT: '0' }, []), undefined);
});

test('the preload knows better, and its newest word counts', () => {
  const taken = '[monitoring] 127.0.0.1:9464 is taken by another process: metrics are counted but not served';
  const served =
    '[monitoring] metrics at http://127.0.0.1:41234/metrics; on: http, OTLP to http://127.0.0.1:4318';
  assert.equal(metricsAddress({}, ['[monitoring] a warning', served]), 'http://127.0.0.1:41234/metrics');
  assert.equal(metricsAddress({}, [taken]), undefined);
  assert.equal(metricsAddress({}, [taken, served]), 'http://127.0.0.1:41234/metrics');
  assert.equal(
    metricsAddress({}, ['[monitoring] no metrics endpoint; on: OTLP to http://127.0.0.1:4318']),
    undefined,
  );
});

test('a server on every interface is reached on the loopback one', () => {
  assert.equal(
    metricsAddress({ OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0' }, []),
    'http://127.0.0.1:9464/metrics',
  );
  assert.equal(
    metricsAddress({}, ['[monitoring] metrics at http://[::]:9464/metrics']),
    'http://127.0.0.1:9464/metrics',
  );
  assert.equal(
    metricsAddress({}, ['[monitoring] metrics at http://[::1]:9464/metrics']),
    'http://[::1]:9464/metrics',
  );
});

test('a guarded page is asked with what the settings guard it with', () => {
  assert.equal(authorization({}), undefined);
  assert.equal(authorization({ MONITORING_METRICS_TOKEN: 'abc' }), 'Bearer abc');
  assert.equal(authorization({ MONITORING_METRICS_BASIC_AUTH: 'ada:secret' }), 'Basic YWRhOnNlY3JldA==');
});
