import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Child, register, root, startChild } from '../child.ts';
import { type SlackApi, startSlackApi } from '../slack-api.ts';

const script = path.join(root, 'test/fixtures/slack/alerts.mjs');

/** Whole applications, with the preload and without. */
describe('alerts of an application', () => {
  let slack: SlackApi;
  let child: Child | undefined;
  beforeEach(async () => {
    slack = await startSlackApi();
  });
  afterEach(async () => {
    await child?.stop();
    await slack.stop();
  });

  const run = async (way: string, isPreloaded = true, env: Readonly<Record<string, string>> = {}) => {
    child = startChild({
      args: [...(isPreloaded ? ['--import', register] : []), script, way],
      env: {
        ...{ SLACK_TOKEN: slack.token, SLACK_CHANNEL: slack.channel, SLACK_API_URL: slack.apiUrl },
        ...{ OTEL_SERVICE_NAME: 'shop', OTEL_EXPORTER_PROMETHEUS_PORT: '0', LOG_DIR: 'none', ...env },
      },
    });
    const { code } = await child.exit(20_000);
    return { code, written: child.stdout() + child.stderr() };
  };

  for (const isPreloaded of [true, false]) {
    const how = isPreloaded ? 'with the preload' : 'without the preload';

    test(`are posted, ${how}`, async () => {
      const { code, written } = await run('one', isPreloaded);
      assert.equal(code, 0, written);
      assert.match(written, /^done$/m, 'what awaits one goes on');
      const [message, ...others] = slack.messages;
      assert.equal(others.length, 0);
      assert.equal(message?.text, 'CRITICAL Disk full: on /data &lt;!channel&gt; (shop)', written);
      assert.deepEqual([message?.pings, message?.shortened], [[], []]);
      assert.deepEqual(message?.payload.attachments?.[0]?.fields, [
        { title: 'free', value: '0', short: true },
        { title: 'password', value: 'REDACTED', short: true },
      ]);
    });

    test(`are not waited for longer than three seconds where Slack hangs, ${how}`, async () => {
      slack.behave('hang');
      const { code, written } = await run('one', isPreloaded);
      assert.equal(code, 0, written);
      assert.match(written, /^done$/m);
      assert.equal(written.match(/Failed to send alert/g)?.length, 1, written);
    });

    test(`are few requests where the token is bad, which is not printed, ${how}`, async () => {
      const token = `${slack.token}x`;
      const { code, written } = await run('many', isPreloaded, { SLACK_TOKEN: token });
      assert.equal(code, 0, written);
      assert.equal(slack.requests.length, 1, written);
      const lines = written.match(/^\[monitoring\] alerts cannot be posted.*$/gm);
      assert.equal(lines?.length, 1, written);
      assert.match(lines?.[0] ?? '', /it answers invalid_auth: the token is not valid$/);
      assert.equal(written.match(/Failed to send alert/g)?.length, 26, written);
      assert.match(written, /"?title"?:"?Alert z/);
      assert.equal(written.includes(slack.token), false, written);
    });
  }

  test('are posted by a process that ends at once', async () => {
    const { code, written } = await run('exit');
    assert.equal(code, 3, written);
    assert.deepEqual(
      slack.messages.map(({ text }) => text),
      ['CRITICAL Disk full: on /data (shop)'],
      written,
    );
  });

  test('are told once, and their repeats at the end', async () => {
    const { code, written } = await run('flood');
    assert.equal(code, 0, written);
    const texts = slack.messages.map(({ text }) => text);
    assert.equal(texts[0], 'ERROR Late: Order 0 is late (shop)', written);
    assert.match(texts[1] ?? '', /^ERROR Late ×1,204 in \d+ m?s: Order 0 is late \(shop\)$/, written);
    assert.equal(texts.length, 2);
  });

  test('may be anything', async () => {
    const { code, written } = await run('odd');
    assert.equal(code, 0, written);
    assert.deepEqual(
      slack.messages.map(({ text }) => text),
      ['ERROR Error: no title: Symbol(no message) (shop)'],
      written,
    );
  });
});
