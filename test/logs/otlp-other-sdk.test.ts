import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { register, root } from '../child.ts';
import { assertLines, reported } from '../preload/reported.ts';
import { apis, withLoggingApp } from './logging-app.ts';

const folder = `${root}/test/fixtures/api-logs`;

/** `RECEIVER` in the file is the receiver's address, which is known only once that runs. */
const byFile = (API: string, file: string) => ({
  options: ['--import', `${folder}/receiver-of-file.mjs`, '--import', register],
  env: { API, OTEL_CONFIG_FILE: file },
});

describe('the logs of an application, when they are another SDK’s', { concurrency: 2 }, () => {
  for (const API of apis) {
    test(`go where that sends them, through ${API}, each once; the start line says so`, () =>
      withLoggingApp(
        {
          options: ['--import', `${folder}/sdk.mjs`, '--import', register],
          env: { API, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf', OTEL_SERVICE_NAME: 'theirs' },
        },
        async ({ ask, receiver, app }) => {
          await ask('/emit?5');
          await receiver.waitForLogs(5);
          assert.equal(receiver.logs().length, 5);
          const [log] = receiver.logs();
          assert.equal(log?.resource['service.name'], 'theirs');
          assert.equal(log?.resource['telemetry.distro.name'], undefined);
          assert.ok(
            reported(app).some(line => / on: .*logs to another OpenTelemetry SDK/.test(line)),
            app.stderr(),
          );
        },
      ));

    test(`go where OTEL_CONFIG_FILE says, through ${API}, each once`, () =>
      withLoggingApp(byFile(API, `${folder}/logs.yaml`), async ({ ask, receiver, app }) => {
        await ask('/emit?5');
        await receiver.waitForLogs(5);
        assert.equal(receiver.logs().length, 5);
        assert.equal(receiver.logs()[0]?.resource['service.name'], 'named-by-file');
        assertLines(reported(app), [/ on: .*, logs as \S+\/logs\.yaml says; off: traces /]);
      }));
  }

  test('go nowhere by an OTEL_CONFIG_FILE that says nothing of logs, whatever the environment says', () =>
    withLoggingApp(
      byFile('@opentelemetry/api-logs', `${root}/test/fixtures/config-file/traces.yaml`),
      async ({ ask, receiver, app }) => {
        await ask('/emit?5');
        assert.equal(await ask('/enabled'), 'false');
        assert.equal(receiver.attempts('/v1/logs'), 0);
        assertLines(reported(app), [/ off: logs \(none by \S+\/traces\.yaml\), Sentry /]);
      },
    ));
});
