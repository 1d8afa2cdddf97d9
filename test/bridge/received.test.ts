import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type App, startApp } from '../child.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../otlp-receiver.ts';

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** An application with loggers of its own under the preload, and a receiver of its logs and traces. */
const served = async (
  env: Readonly<Record<string, string>>,
  use: (app: App, receiver: OtlpReceiver) => Promise<void>,
): Promise<void> => {
  const receiver = await startOtlpReceiver();
  const started = startApp('loggers/served.mjs', {
    env: {
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, MONITORING_REQUEST_LOG: 'false' },
      ...{ OTEL_BLRP_SCHEDULE_DELAY: '50', OTEL_BSP_SCHEDULE_DELAY: '50', ...env },
    },
  });
  try {
    await use(await started, receiver);
  } finally {
    await started.then(
      app => app.stop(),
      () => {},
    );
    receiver.stop();
  }
};

const loggers = ['winston', 'pino', 'bunyan', 'console'];

describe('what the application logs with loggers of its own', () => {
  test('arrives once each, in the trace of the request, and stays on its console', () =>
    served({ MONITORING_BRIDGE_CONSOLE: 'true' }, async (app, receiver) => {
      await (await fetch(app.url)).arrayBuffer();
      await receiver.waitForLogs(loggers.length);
      await receiver.waitFor(spans => spans.some(({ kind }) => kind === 2));
      await pause(300);
      const span = receiver.spans.find(({ kind }) => kind === 2);
      assert.deepEqual(
        receiver
          .logs()
          .map(({ scope, severityNumber, body, traceId, spanId }) => [
            ...[scope.name, severityNumber, body, traceId, spanId],
          ]),
        loggers.map(name => [
          name,
          13,
          name === 'console' ? 'by console { order: 1 }' : `by ${name}`,
          span?.traceId,
          span?.spanId,
        ]),
      );
      for (const {
        scope: { name },
        attributes,
      } of receiver.logs())
        assert.equal(attributes.order, name === 'console' ? undefined : 1, name);
      for (const name of loggers) assert.match(app.stdout() + app.stderr(), new RegExp(`by ${name}`));
      assert.equal(app.stdout().split(span?.traceId ?? '').length - 1, 3, app.stdout());
    }));

  test('does not where its logger is not to be observed, nor what it prints, by default', () =>
    served({ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'pino' }, async (app, receiver) => {
      await (await fetch(app.url)).arrayBuffer();
      await receiver.waitForLogs(2);
      await pause(300);
      assert.deepEqual(
        receiver.logs().map(({ body }) => body),
        ['by winston', 'by bunyan'],
      );
    }));

  test('arrives to the last line when the process ends by process.exit()', () =>
    served({ OTEL_BLRP_SCHEDULE_DELAY: '60000' }, async (app, receiver) => {
      await fetch(`${app.url}/lines`).catch(() => {});
      await app.exit(20_000);
      await receiver.waitForLogs(1_000);
      assert.deepEqual(
        receiver.logs().map(({ attributes }) => attributes.number),
        Array.from({ length: 1_000 }, (_, number) => number),
      );
    }));
});
