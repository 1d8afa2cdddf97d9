import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withServices } from './services.ts';

test('a digest of errors outside of requests belongs to none, though its timer was set within one', () =>
  withServices(async ({ sentry, start, lines, shown }) => {
    const app = await start('errors/shop.mjs', {
      MONITORING_ALERT_WINDOW: '500',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_LOGS_EXPORTER: 'none',
    });
    // The first timer of flood control is set within this request.
    assert.equal((await fetch(`${app.url}/stream`)).status, 500);
    app.process.send({ kind: 'flood' });
    await sentry.waitFor(() => sentry.events.some(({ tags }) => tags?.repeats !== undefined));
    const digest = sentry.events.find(({ tags }) => tags?.repeats !== undefined);
    assert.equal(digest?.contexts?.trace, undefined, shown());
    app.process.kill('SIGTERM');
    await app.exit(20_000);
    const digests = lines().filter(({ repeats }) => repeats !== undefined);
    assert.ok(digests.length > 0, shown());
    assert.deepEqual(
      digests.map(({ trace_id: id }) => id),
      digests.map(() => undefined),
      shown(),
    );
  }));
