import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { register, root, startChild } from '../child.ts';
import { type Services, withServices } from './services.ts';

const run = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  preload: readonly string[] = [],
) => {
  const child = startChild({
    args: [...preload, path.join(root, 'test/fixtures/errors/alone.mjs'), ...args],
    env: { MONITORING_LOG_CONSOLE: 'none', OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...env },
  });
  try {
    const end = await child.exit(60_000);
    return { ...end, stdout: child.stdout(), stderr: child.stderr() };
  } finally {
    await child.stop();
  }
};

const valuesIn = ({ sentry }: Services): readonly (string | undefined)[] =>
  sentry.events.map(({ exception }) => exception?.values?.at(-1)?.value);

describe('without the preload', () => {
  test('captureError and sendAlert do what the environment says', () =>
    withServices(async services => {
      const { sentry, slack, env, lines, shown } = services;
      const { code, stdout, stderr } = await run(['capture'], env);
      assert.deepEqual([code, stderr], [0, '']);
      const [event] = sentry.events;
      assert.equal(stdout, `ids ${event?.event_id} ${event?.event_id}\n`, shown());
      assert.deepEqual([event?.user?.id, event?.extra?.orderId], ['u1', 7], shown());
      assert.equal(slack.messages.length, 1);
      assert.equal(lines()[0]?.eventId, event?.event_id);
      await run(['alert'], env);
      assert.match(slack.messages[1]?.text ?? '', /CRITICAL Alone: without the preload/, shown());
    }));

  for (const way of ['ok', 'hang'] as const) {
    test(`a script that awaits them goes on to its end when the services ${way === 'ok' ? 'answer' : 'hang'}`, () =>
      withServices(async ({ sentry, slack, env, shown }) => {
        if (way === 'hang') sentry.behave('hang');
        slack.behave(way);
        const timeout = { MONITORING_SHUTDOWN_TIMEOUT: '100' };
        for (const preload of [[], ['--import', register]]) {
          const { code, stdout } = await run(['await'], { ...env, ...timeout }, preload);
          assert.deepEqual([code, stdout], [0, 'one\ntwo\nthree\n'], shown());
        }
      }));
  }

  test('what nobody catches is reported from initErrorMonitoring on, and not before', () =>
    withServices(async services => {
      const { sentry, slack, env, shown } = services;
      const before = await run(['throw'], env);
      assert.deepEqual([before.code, sentry.events.length, slack.messages.length], [1, 0, 0], shown());
      const after = await run(['throw', '{}'], env);
      assert.equal(after.code, 1);
      assert.deepEqual(valuesIn(services), ['nobody catches it'], shown());
      assert.deepEqual(after.stderr, before.stderr, 'Node.js prints what it prints');
      await run(['reject', '{}'], env);
      assert.deepEqual(valuesIn(services)[1], '{"code":7}', shown());
      assert.equal(slack.messages.length, 2);
    }));

  test('initErrorMonitoring takes in code what the environment does not say', () =>
    withServices(async services => {
      const { sentry, slack, shown } = services;
      const options = {
        sentryDsn: sentry.dsn,
        sentryEnvironment: 'staging',
        sentryRelease: 'shop@1',
        slackWebhookUrl: slack.webhookUrl,
        alertTitle: 'It failed',
      };
      const { code } = await run(['throw', JSON.stringify(options)], { LOG_DIR: 'none' });
      assert.equal(code, 1);
      const [event] = sentry.events;
      assert.deepEqual([event?.environment, event?.release], ['staging', 'shop@1'], shown());
      assert.match(slack.messages[0]?.text ?? '', /It failed/, shown());
    }));

  test('whatever they are given, nothing of them throws, and a bad option is said', async () => {
    const { code, stdout, stderr } = await run(['hostile'], { LOG_DIR: 'none' });
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'undefined undefined\n'.repeat(6), stderr);
    assert.match(stderr, /initErrorMonitoring: sentryDsn=\(hidden\) is not a Sentry DSN \(.*\): ignored/);
    assert.match(stderr, /initErrorMonitoring: slackToken=\(hidden\) is not a token .*: ignored/);
    assert.doesNotMatch(stderr, /with spaces/);
  });
});

test('under the preload, initErrorMonitoring adds what is known only in code', () =>
  withServices(async ({ sentry, start, shown }) => {
    const app = await start('errors/shop.mjs', {
      SENTRY_DSN: '',
      SLACK_TOKEN: '',
      SLACK_CHANNEL: '',
      INIT: JSON.stringify({ sentryDsn: sentry.dsn }),
    });
    assert.equal((await fetch(`${app.url}/stream`)).status, 500);
    await sentry.waitForEvents(1);
    assert.equal(sentry.events[0]?.transaction, 'GET /stream', shown());
  }));
