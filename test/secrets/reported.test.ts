import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '../child.ts';
import { withServices } from '../errors/services.ts';
import { type Planted, plantSecrets } from './planted.ts';

const planted = plantSecrets(90);
const inEnvironment = { DATABASE_URL: 'postgres://shop:q7Wm2ZpLk9@db.example/shop', API_KEY: 'k3Vn8RtYb5Xc' };

const carryOut = async (app: App, { ask, mark, secret }: Planted): Promise<void> => {
  if (ask.kind === 'url') {
    const url = `${app.url}${ask.path.replace('/asked', '/failing')}`;
    await fetch(url, { headers: { mark } });
  } else if (ask.kind === 'header') {
    await fetch(`${app.url}/failing`, {
      method: 'POST',
      headers: { mark, [ask.name]: ask.value },
      body: JSON.stringify({ password: secret }),
    });
  } else await fetch(`${app.url}/do`, { method: 'POST', body: JSON.stringify(ask) });
};

const foundIn = (text: string): readonly string[] =>
  [...planted.map(({ secret }) => secret), 'q7Wm2ZpLk9', 'k3Vn8RtYb5Xc'].filter(
    secret => text.includes(secret) || text.includes(encodeURIComponent(secret)),
  );

test('no secret in an error, its context, its request or the environment is told to Sentry or Slack', async t => {
  await withServices(async ({ sentry, slack, start, shown }) => {
    const app = await start('secrets/app.mjs', {
      ...inEnvironment,
      REPORT: 'true',
      // Errors that differ in their secrets only are one kind, of which each is to go out.
      MONITORING_ALERT_WINDOW: '1',
      LOG_LEVEL: 'debug',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_LOGS_EXPORTER: 'none',
    });
    for (const one of planted) {
      await carryOut(app, one);
      // So that the window of the error is over.
      await pause(10);
    }
    app.process.kill('SIGTERM');
    await app.exit(60_000);
    const messages = slack.requests.map(({ body }) => body.toString()).join('\n');
    assert.deepEqual(foundIn(sentry.received()), [], shown().slice(0, 4_000));
    assert.deepEqual(foundIn(messages), [], shown().slice(0, 4_000));
    assert.deepEqual(sentry.problems, []);
    // What stands beside the secrets has arrived: else nothing would be tested.
    const missing = planted.filter(
      ({ ask, mark }) => ask.kind !== 'span' && !sentry.received().includes(mark),
    );
    assert.ok(missing.length < planted.length / 10, missing.map(({ ask }) => JSON.stringify(ask)).join('\n'));
    assert.ok(planted.filter(({ mark }) => messages.includes(mark)).length > 20, messages.slice(0, 4_000));
    t.diagnostic(
      `${planted.length} secrets in ${sentry.events.length} events, ${slack.messages.length} messages`,
    );
    // And the search finds one that is there.
    assert.equal(foundIn(`${sentry.received()}${planted[0]?.secret}`).length, 1);
  });
});
