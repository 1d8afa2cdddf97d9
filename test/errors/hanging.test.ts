import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startFaultyReceiver } from '../otlp-faults.ts';
import { withServices } from './services.ts';

/** Milliseconds until an application has ended that holds an error and spans for services of which none answers. */
const endsAfter = async (kind: 'throw' | 'SIGTERM', deadline: number): Promise<number> => {
  let ms = 0;
  await withServices(async ({ sentry, slack, start, lines, shown }) => {
    const receiver = await startFaultyReceiver({ fault: 'hang' });
    sentry.behave('hang');
    slack.behave('hang');
    try {
      const app = await start('errors/shop.mjs', {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_LOGS_EXPORTER: 'none',
        MONITORING_SHUTDOWN_TIMEOUT: String(deadline),
      });
      await fetch(`${app.url}/stream`);
      app.process.send({ kind: 'log', text: 'before the end' });
      await app.output(/ENOENT/);
      const startedAt = performance.now();
      if (kind === 'throw') app.process.send({ kind: 'throw', text: 'the last error' });
      else app.process.kill('SIGTERM');
      const end = await app.exit(60_000);
      ms = performance.now() - startedAt;
      if (kind === 'SIGTERM') assert.deepEqual(end, { code: null, signal: 'SIGTERM' }, shown());
      else {
        assert.deepEqual(end, { code: 1, signal: null }, shown());
        assert.match(app.stderr(), /Error: the last error\n {4}at /);
        assert.ok(
          lines().some(({ message }) => message === 'the last error'),
          shown(),
        );
      }
      // It was tried, where there was time for it on a machine that is busy.
      assert.ok(deadline < 2_000 || (sentry.requests.length > 0 && slack.requests.length > 0), shown());
    } finally {
      await receiver.stop();
    }
  });
  return ms;
};

describe('with Sentry, Slack and the OTLP receiver hanging', () => {
  for (const kind of ['throw', 'SIGTERM'] as const) {
    test(`a process that ends by ${kind} waits for all of them together, as long as it may`, async () => {
      // The same machine, the same load: what differs is the deadline.
      const [short, long] = [await endsAfter(kind, 500), await endsAfter(kind, 2_500)];
      const message = `${short.toFixed(0)} ms and ${long.toFixed(0)} ms`;
      assert.ok(long - short > 1_000 && long - short < 4_000, message);
      assert.ok(short < 3 * 500 + 3_000, message);
    });
  }
});
