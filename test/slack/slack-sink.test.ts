import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Alert } from '../../src/errors/alert.ts';
import type { Sink } from '../../src/errors/sink.ts';
import { createSlackSink, type SlackSinkOptions } from '../../src/errors/slack/slack-sink.ts';
import { createHttpPost } from '../../src/transport/http-post.ts';
import { type SlackAnswer, type SlackApi, startSlackApi } from '../slack-api.ts';

const alert: Alert = {
  severity: 'error',
  title: '에러 발생',
  message: 'TypeError: <!channel>',
  details: { stack: 'TypeError: x\n    at f (a.js:1:1)', userId: 'u1' },
  time: 1_764_000_000_000,
  trace: undefined,
};

describe('the Slack sink', () => {
  let slack: SlackApi;
  let outcomes: string[];
  let lines: string[];
  const sinks: Sink<Alert>[] = [];

  beforeEach(async () => {
    slack = await startSlackApi();
    outcomes = [];
    lines = [];
  });
  afterEach(async () => {
    for (const sink of sinks.splice(0)) sink.stop();
    await slack.stop();
  });

  const create = (others: Partial<SlackSinkOptions> = {}): Sink<Alert> => {
    const sink = createSlackSink({
      ...{ token: slack.token, channel: slack.channel, webhookUrl: undefined, apiUrl: slack.apiUrl },
      ...{ service: 'shop', environment: 'production' },
      ...{ traceUrl: undefined, dashboardUrl: undefined, runbookUrl: undefined },
      onOutcome: outcome => outcomes.push(outcome),
      onFailing: error => lines.push(`failing: ${error.message}`),
      onRecovered: () => lines.push('recovered'),
      ...others,
    });
    assert.ok(sink !== undefined);
    sinks.push(sink);
    return sink;
  };
  const byWebhook = (): Partial<SlackSinkOptions> => ({
    token: undefined,
    channel: undefined,
    webhookUrl: slack.webhookUrl,
  });

  test('posts by chat.postMessage', async () => {
    assert.equal(await create().send(alert), true);
    const [message] = slack.messages;
    assert.equal(message?.channel, '#alerts');
    assert.equal(message?.text, 'ERROR 에러 발생: TypeError: &lt;!channel&gt; (shop production)');
    assert.deepEqual([message?.pings, message?.shortened], [[], []]);
    assert.equal(slack.requests[0]?.headers['content-type'], 'application/json; charset=utf-8');
    assert.deepEqual([outcomes, lines], [['sent'], []]);
  });

  test('posts to a webhook where there is no token with a channel', async () => {
    assert.equal(await create(byWebhook()).send(alert), true);
    assert.equal(await create({ ...byWebhook(), token: slack.token }).send(alert), true);
    assert.deepEqual(
      slack.messages.map(({ by, channel }) => [by, channel]),
      [
        ['webhook', undefined],
        ['webhook', undefined],
      ],
    );
    assert.equal('authorization' in (slack.requests[1]?.headers ?? {}), false, 'no token to a webhook');
    assert.equal(await create({ webhookUrl: slack.webhookUrl }).send(alert), true);
    assert.equal(slack.messages[2]?.by, 'api', 'the token comes first');
  });

  test('is none where nothing is set up', () => {
    const nothing = { token: undefined, channel: undefined, webhookUrl: undefined };
    const events = { onOutcome: () => {}, onFailing: () => {}, onRecovered: () => {} };
    const links = { traceUrl: undefined, dashboardUrl: undefined, runbookUrl: undefined };
    const options = {
      ...nothing,
      ...events,
      ...links,
      apiUrl: slack.apiUrl,
      service: 'x',
      environment: undefined,
    };
    assert.equal(createSlackSink(options), undefined);
    assert.equal(createSlackSink({ ...options, token: slack.token }), undefined);
    assert.equal(createSlackSink({ ...options, channel: slack.channel }), undefined);
  });

  test('waits as long as Slack asks for, and loses nothing', async () => {
    slack.script({ error: 'ratelimited', retryAfter: 1 });
    const sink = create();
    assert.deepEqual(await Promise.all([sink.send(alert), sink.send(alert)]), [true, true]);
    const [first, second] = slack.requests.map(({ at }) => at);
    assert.ok((second ?? 0) - (first ?? 0) >= 1_000, 'not before it may');
    assert.equal(slack.requests.length, 3);
    assert.deepEqual(lines, ['failing: it answers ratelimited', 'recovered']);
  });

  for (const [way, error] of [
    ['api', 'invalid_auth'],
    ['api', 'channel_not_found'],
    ['api', 'is_archived'],
    ['webhook', 'no_service'],
    ['webhook', 'invalid_token'],
    ['webhook', 'channel_is_archived'],
  ] as const) {
    test(`asks once, and says one line, where the ${way} answers ${error}`, async () => {
      slack.behave({ error });
      const sink = create(way === 'webhook' ? byWebhook() : {});
      const sent = await Promise.all(Array.from({ length: 40 }, () => sink.send(alert)));
      assert.equal(sent.some(Boolean), false);
      for (let count = 0; count < 100; count++) assert.equal(await sink.send(alert), false);
      assert.equal(sink.hasRoom(), false);
      assert.equal(slack.requests.length, 1);
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.match(lines[0] ?? '', new RegExp(`^failing: it answers ${error}`));
      assert.equal(outcomes.filter(outcome => outcome === 'failed').length, 140);
    });
  }

  test('says nothing of token or webhook, with whatever it fails', async () => {
    const secrets = [slack.token, new URL(slack.webhookUrl).pathname];
    const wrong: readonly Partial<SlackSinkOptions>[] = [
      { token: `${slack.token}x` },
      { token: `${slack.token}\n` },
      { apiUrl: `not a url ${slack.token}` },
      { ...byWebhook(), webhookUrl: `${slack.webhookUrl}x` },
      { ...byWebhook(), webhookUrl: `not a url ${slack.webhookUrl}` },
      { ...byWebhook(), webhookUrl: slack.webhookUrl.replace('http:', 'https:') },
    ];
    for (const others of wrong) {
      const sink = create({ ...others, onFailing: error => lines.push(allOf(error)) });
      void sink.send(alert);
      await sink.flush();
    }
    assert.equal(lines.length, wrong.length);
    for (const secret of secrets) assert.equal(lines.join('\n').includes(secret), false, lines.join('\n'));
  });

  for (const lie of [
    'hang',
    'html',
    'short-length',
    'half',
    'endless',
    'trickle',
    'cut',
    { status: 502 },
  ] as const) {
    test(`gets over ${JSON.stringify(lie)}`, async () => {
      slack.script(lie as SlackAnswer);
      const before = performance.now();
      assert.equal(await create().send(alert), true);
      assert.ok(performance.now() - before < 8_000, 'a try takes three seconds at most');
      assert.equal(slack.messages.length, 1);
      assert.deepEqual(outcomes, ['sent']);
      assert.equal(lines.at(-1), 'recovered');
    });
  }

  test('goes on behind a message that Slack refuses', async () => {
    slack.script({ error: 'msg_too_long' });
    const sink = create();
    assert.deepEqual(await Promise.all([sink.send(alert), sink.send(alert)]), [false, true]);
    assert.deepEqual(outcomes, ['failed', 'sent']);
  });

  test('is patient with nobody: five at once, fifty wait, the others are dropped', async () => {
    const sink = create();
    for (let count = 0; count < 1_000; count++) void sink.send(alert);
    await slack.waitFor(5);
    assert.equal(outcomes.filter(outcome => outcome === 'dropped').length, 950);
    await new Promise(resolve => setTimeout(resolve, 300));
    assert.equal(slack.messages.length, 5);
  });

  test('gives at exit as many as may go out at once, the newest', () => {
    const sink = create();
    for (let count = 0; count < 50; count++) void sink.send({ ...alert, title: `alert ${count}.` });
    const bodies = sink.takeAtExit().map(({ body }) => Buffer.from(body).toString());
    assert.deepEqual(
      bodies.map(body => /alert \d+/.exec(body)?.[0]),
      [45, 46, 47, 48, 49].map(count => `alert ${count}`),
    );
  });

  test('gives at exit the same requests', async () => {
    const sink = create();
    void sink.send(alert);
    const [request, ...others] = sink.takeAtExit();
    assert.ok(request !== undefined && others.length === 0);
    const { status } = await createHttpPost(request.target)(request.body);
    assert.equal(status, 200);
    assert.equal(slack.messages[0]?.text, 'ERROR 에러 발생: TypeError: &lt;!channel&gt; (shop production)');
  });
});

/** All that a logger might show of it. */
const allOf = (error: Error): string =>
  `${JSON.stringify({ ...error })} ${error.stack} ${String(error.cause)}`;
