import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type SlackApi, startSlackApi } from '../slack-api.ts';

/** The local Slack itself: what others' tests rely on. */
describe('the local Slack', () => {
  let slack: SlackApi;
  before(async () => {
    slack = await startSlackApi();
  });
  after(() => slack.stop());

  interface Answer {
    readonly ok: boolean;
    readonly error?: string;
    readonly ts?: string;
    readonly channel?: string;
  }
  const call = async (payload: unknown, token = slack.token): Promise<Answer> => {
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
      body: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });
    return (await response.json()) as Answer;
  };
  const hook = (payload: unknown): Promise<Response> =>
    fetch(slack.webhookUrl, { method: 'POST', body: JSON.stringify(payload) });

  test('takes a message, and says where and when', async () => {
    const answer = await call({ channel: '#alerts', text: 'hello' });
    assert.equal(answer.ok, true);
    assert.equal(answer.channel, 'C0000ALERTS');
    assert.match(answer.ts ?? '', /^\d+\.\d{6}$/);
    assert.equal(slack.messages.at(-1)?.text, 'hello');
    assert.equal(await (await hook({ text: 'by webhook' })).text(), 'ok');
    assert.equal(slack.messages.at(-1)?.by, 'webhook');
  });

  test('refuses as Slack does', async () => {
    const message = { channel: '#alerts', text: 'hello' };
    const refused = async (payload: unknown, token?: string): Promise<string | undefined> =>
      (await call(payload, token)).error;
    const posted = slack.messages.length;
    assert.equal(await refused(message, 'xoxb-other'), 'invalid_auth');
    assert.equal(await refused('{"channel":'), 'invalid_json');
    assert.equal(await refused({ ...message, channel: '#other' }), 'channel_not_found');
    assert.equal(await refused({ channel: '#alerts' }), 'no_text');
    const attachments = Array.from({ length: 101 }, () => ({ text: 'x' }));
    assert.equal(await refused({ ...message, attachments }), 'too_many_attachments');
    assert.equal(await refused({ ...message, blocks: [{ text: 'x' }] }), 'invalid_blocks');
    const gone = await fetch(`${slack.webhookUrl}x`, { method: 'POST', body: '{"text":"x"}' });
    assert.deepEqual([gone.status, await gone.text()], [404, 'no_service']);
    const empty = await hook({});
    assert.deepEqual([empty.status, await empty.text()], [400, 'no_text']);
    assert.equal(slack.messages.length, posted);
  });

  test('says who would be notified, and what it would shorten', async () => {
    const attachments = [{ title: '<@U1>', text: 'a < b &am', fields: [{ title: 'x', value: '\ud83d' }] }];
    await call({
      channel: '#alerts',
      text: `<!channel> <https://a.example/?b&amp;c|x> ${'x'.repeat(4_000)}`,
      attachments,
    });
    const message = slack.messages.at(-1);
    assert.deepEqual(message?.pings, ['<!channel>', '<@U1>', '< b &am']);
    assert.equal(message?.shortened.length, 3, JSON.stringify(message?.shortened));
  });

  test('answers as it is told, one request each', async () => {
    slack.script({ error: 'ratelimited', retryAfter: 7 }, { status: 503 }, { error: 'is_archived' });
    const post = (): Promise<Response> =>
      fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', body: '{}' });
    const limited = await post();
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
    assert.equal((await post()).status, 503);
    assert.deepEqual(await (await post()).json(), { ok: false, error: 'is_archived' });
    slack.script({ error: 'channel_is_archived' });
    assert.equal((await hook({ text: 'x' })).status, 410);
    assert.equal((await hook({ text: 'x' })).status, 200);
  });
});
