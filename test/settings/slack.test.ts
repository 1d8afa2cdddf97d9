import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSettings } from '../../src/settings/read.ts';

const token = { SLACK_TOKEN: 'xoxb-1-2-secret' };
const channel = { SLACK_CHANNEL: '#alerts' };
const webhook = { SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T/B/secret' };

const nothing = 'no alerts are posted to Slack';
const byWebhook = 'alerts are posted by SLACK_WEBHOOK_URL alone';
const readable = 'is not https: alerts, and the secret they are posted with, can be read on their way';

const examples: readonly (readonly [
  what: string,
  given: Record<string, string>,
  complaints: readonly string[],
])[] = [
  ['nothing', {}, []],
  ['token and channel', { ...token, ...channel }, []],
  ['a webhook', webhook, []],
  ['everything', { ...token, ...channel, ...webhook }, []],
  ['a token alone', token, [`SLACK_TOKEN is not used without a usable SLACK_CHANNEL: ${nothing}`]],
  ['a channel alone', channel, [`SLACK_CHANNEL is not used without a usable SLACK_TOKEN: ${nothing}`]],
  [
    'a token and a webhook',
    { ...token, ...webhook },
    [`SLACK_TOKEN is not used without a usable SLACK_CHANNEL: ${byWebhook}`],
  ],
  [
    'a channel and a webhook',
    { ...channel, ...webhook },
    [`SLACK_CHANNEL is not used without a usable SLACK_TOKEN: ${byWebhook}`],
  ],
  [
    'a webhook by http',
    { SLACK_WEBHOOK_URL: 'http://relay.example/secret' },
    [`SLACK_WEBHOOK_URL ${readable}`],
  ],
  [
    'a webhook by http that is not used',
    { ...token, ...channel, SLACK_WEBHOOK_URL: 'http://relay.example/secret' },
    [],
  ],
  [
    'the API by http',
    { ...token, ...channel, SLACK_API_URL: 'http://relay.example/api/' },
    [`SLACK_API_URL ${readable}`],
  ],
  ['the API by http that is not used', { SLACK_API_URL: 'http://relay.example/api/' }, []],
  [
    'a name that only begins like this machine',
    { SLACK_WEBHOOK_URL: 'http://localhost.example/x' },
    [`SLACK_WEBHOOK_URL ${readable}`],
  ],
  ...['localhost:3000', 'slack.localhost', '127.0.0.1:3000', '[::1]:3000'].map(
    host => [`${host} by http`, { SLACK_WEBHOOK_URL: `http://${host}/secret` }, []] as const,
  ),
];

describe('the settings of Slack', () => {
  for (const [what, given, expected] of examples) {
    test(`${what}: ${expected.length === 0 ? 'no word' : 'one line'}`, () => {
      const { complaints } = readSettings(given);
      assert.deepEqual(complaints, expected);
      assert.equal(complaints.join('\n').includes('xoxb'), false);
    });
  }

  test('a token that is none is said with its channel', () => {
    const { complaints } = readSettings({ SLACK_TOKEN: 'not a token\u0007', ...channel });
    assert.equal(complaints.length, 2, complaints.join('\n'));
    assert.equal(complaints[1], `SLACK_CHANNEL is not used without a usable SLACK_TOKEN: ${nothing}`);
  });
});
