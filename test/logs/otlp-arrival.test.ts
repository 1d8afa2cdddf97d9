import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import { assertLines, reported } from '../preload/reported.ts';
import { apis, until, withLoggingApp } from './logging-app.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

describe('log records of an application', { concurrency: 2 }, () => {
  for (const API of apis) {
    for (const protocol of ['http/protobuf', 'http/json'] as const) {
      test(`through ${API} arrive with all they say, in ${protocol}`, () =>
        withLoggingApp(
          {
            traced: true,
            env: { API, OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_SERVICE_NAME: 'shop-service' },
          },
          async ({ ask, receiver, app }) => {
            await ask('/rich');
            await receiver.waitForLogs(1);
            await receiver.waitFor(spans => spans.length >= 1);
            const [log] = receiver.logs();
            assert.ok(log !== undefined);
            assert.deepEqual(
              [log.time, log.observedTime, log.severityNumber, log.severityText, log.eventName],
              [1_700_000_000_123_456_789n, 1_700_000_001_000_000_000n, 17, 'error', 'order.failed'],
            );
            assert.deepEqual(log.body, { text: 'grüße', list: [1, 0.5, true], nothing: null });
            const { 'exception.stacktrace': stack, password, ...attributes } = log.attributes;
            assert.match(String(stack), /TypeError: it broke\n.*app\.mjs/s);
            assert.notEqual(password, 'hunter2');
            assert.deepEqual(attributes, {
              'user.id': 'u1',
              whole: -7,
              part: 0.25,
              yes: true,
              'exception.type': 'TypeError',
              'exception.message': 'it broke',
            });
            assert.deepEqual(
              [log.scope.name, log.scope.version, log.scope.schemaUrl],
              ['shop', '1.2', 'https://opentelemetry.io/schemas/1.37.0'],
            );
            assert.equal(log.resource['service.name'], 'shop-service');
            assert.equal(log.resource['telemetry.distro.version'], version);
            const server = receiver.spans.find(({ name }) => name === 'GET');
            assert.deepEqual([log.traceId, log.spanId, log.flags], [server?.traceId, server?.spanId, 1]);
            assertLines(reported(app), [/ on: .*, logs to http:\/\/127\.0\.0\.1:\d+; off: Sentry /]);
          },
        ));
    }
  }

  test('arrive in batches, each once, in their order', () =>
    withLoggingApp({ env: { OTEL_BLRP_SCHEDULE_DELAY: '300' } }, async ({ ask, receiver, dropped }) => {
      await ask('/emit?2000');
      await receiver.waitForLogs(2_000);
      await ask('/emit?7');
      await receiver.waitForLogs(2_007);
      const bodies = receiver.logs().map(({ body }) => body);
      assert.deepEqual(
        bodies,
        Array.from({ length: 2_007 }, (_, index) => `record ${index}`),
      );
      // Four batches of 512 at most, and one for those that came later.
      assert.equal(receiver.attempts('/v1/logs'), 5);
      assert.equal(receiver.mostConnections('/v1/logs'), 1);
      assert.deepEqual(await dropped(), {});
    }));

  test('go to the address for logs, with its headers, compressed, and spans to theirs', async () => {
    const forLogs = await startOtlpReceiver();
    try {
      await withLoggingApp(
        {
          traced: true,
          env: {
            OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${forLogs.url}/v1/logs`,
            OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/json',
            OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: 'gzip',
            OTEL_BSP_SCHEDULE_DELAY: '50',
          },
        },
        async ({ ask, receiver, app }) => {
          await ask('/emit?3');
          await forLogs.waitForLogs(3);
          await receiver.waitFor(spans => spans.length > 0);
          assert.deepEqual([receiver.attempts('/v1/logs'), forLogs.attempts('/v1/traces')], [0, 0]);
          const { contentType, encoding } = forLogs.others[0] ?? {};
          assert.deepEqual([contentType, encoding], ['application/json', 'gzip']);
          assert.match(app.stderr(), new RegExp(`logs to ${forLogs.url}`));
        },
      );
    } finally {
      forLogs.stop();
    }
  });

  test('have as many attributes and characters in them as the limits for log records say', () =>
    withLoggingApp(
      {
        env: {
          OTEL_ATTRIBUTE_COUNT_LIMIT: '100',
          OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '2',
          OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3',
        },
      },
      async ({ ask, receiver }) => {
        await ask('/rich');
        await receiver.waitForLogs(1);
        const [log] = receiver.logs();
        assert.deepEqual([Object.keys(log?.attributes ?? {}).length, log?.droppedAttributes], [2, 6]);
        assert.equal(String(log?.attributes.password).length, 3);
      },
    ));
});

describe('nothing of logs', { concurrency: 2 }, () => {
  const nowhere: Readonly<Record<string, readonly [Readonly<Record<string, string>>, RegExp]>> = {
    'without an endpoint': [
      { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
      /off: .*logs \(OTEL_EXPORTER_OTLP_ENDPOINT is not set\), Sentry/,
    ],
    'with OTEL_LOGS_EXPORTER=none': [
      { OTEL_LOGS_EXPORTER: 'none' },
      /off: .*logs \(OTEL_LOGS_EXPORTER=none\)/,
    ],
    'by gRPC': [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      /off: .*logs \(not by gRPC: OTEL_EXPORTER_OTLP_LOGS_PROTOCOL\)/,
    ],
  };
  for (const [name, [env, line]] of Object.entries(nowhere)) {
    test(`is loaded or sent ${name}, and loggers know it`, () =>
      withLoggingApp({ env }, async ({ ask, receiver, app }) => {
        await ask('/emit?100');
        assert.equal(await ask('/enabled'), 'false');
        await pause(500);
        assert.equal(receiver.attempts(), 0);
        assertLines(reported(app), [line]);
      }));
  }

  test('is sent as long as there is no record', () =>
    withLoggingApp({}, async ({ ask, receiver }) => {
      // The control: they would be sent.
      assert.equal(await ask('/enabled'), 'true');
      await pause(500);
      assert.equal(receiver.attempts(), 0);
    }));

  test('goes by gRPC when it is asked for: one line says so', () =>
    withLoggingApp(
      { env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_LOGS_EXPORTER: 'otlp' } },
      async ({ app, receiver, ask }) => {
        await ask('/emit?1');
        await pause(300);
        assert.equal(receiver.attempts(), 0);
        assertLines(reported(app), [
          /OTEL_EXPORTER_OTLP_PROTOCOL=grpc is only for traces: logs are not sent by OTLP; OTEL_EXPORTER_OTLP_LOGS_PROTOCOL=http\/protobuf sends them/,
          / metrics at /,
        ]);
      },
    ));
});

describe('OTEL_LOGS_EXPORTER=console', { concurrency: 2 }, () => {
  test('prints each record as one line of JSON, and sends none', () =>
    withLoggingApp(
      { traced: true, env: { OTEL_LOGS_EXPORTER: 'console', OTEL_TRACES_EXPORTER: 'otlp' } },
      async ({ ask, app, receiver }) => {
        await ask('/rich');
        const [line] = await app.output(/^\{.*"order\.failed".*\}$/m);
        const { resource, attributes, traceId, instrumentationScope, ...record } = JSON.parse(line);
        assert.equal(resource.attributes['telemetry.sdk.language'], 'nodejs');
        assert.match(traceId, /^[0-9a-f]{32}$/);
        assert.equal(attributes['exception.message'], 'it broke');
        assert.equal(instrumentationScope.name, 'shop');
        assert.deepEqual(
          [record.timestamp, record.severityNumber, record.severityText, record.body.text],
          [1_700_000_000_123_456.8, 17, 'error', 'grüße'],
        );
        assert.equal(receiver.attempts('/v1/logs'), 0);
      },
    ));

  test('with otlp does both', () =>
    withLoggingApp({ env: { OTEL_LOGS_EXPORTER: 'console,otlp' } }, async ({ ask, app, receiver }) => {
      await ask('/emit?2');
      await receiver.waitForLogs(2);
      await app.output(/"record 1"/);
      assert.match(app.stderr(), /logs to http:\S+, logs to the console|logs to the console, logs to http:/);
    }));

  test('whose reader has gone away leaves the application alone', () =>
    withLoggingApp({ env: { OTEL_LOGS_EXPORTER: 'console' } }, async ({ ask, app }) => {
      app.process.stdout?.destroy();
      for (let round = 0; round < 5; round++) assert.equal(await ask('/emit?100'), 'done');
      await until(
        async () => (await ask('/enabled')) === 'true',
        () => 'no answer',
      );
    }));

  test('whose reader does not read holds nobody for long, is counted, and goes on in whole lines', () =>
    withLoggingApp({ env: { OTEL_LOGS_EXPORTER: 'console' } }, async ({ ask, app, dropped }) => {
      app.process.stdout?.pause();
      const startedAt = performance.now();
      for (let round = 0; round < 5; round++) await ask('/emit?2000');
      const milliseconds = performance.now() - startedAt;
      const { export_failed: failed = 0 } = await dropped();
      assert.ok(failed > 100 && milliseconds < 8_000, `${failed} dropped, ${milliseconds} ms`);
      app.process.stdout?.resume();
      await pause(300);
      await ask('/emit?1');
      await app.output(/"record 10000"/);
      const lines = app.stdout().trim().split('\n').slice(1).filter(Boolean);
      const whole = lines.filter(line => line.endsWith('}') && JSON.parse(line).body.startsWith('record '));
      assert.ok(lines.length - whole.length <= 1, 'more than one line is cut off');
      assert.equal(whole.length + failed, 10_001);
    }));
});
