import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { attemptOf, type SlackWay } from '../../src/errors/slack/answer.ts';

const led = (
  way: SlackWay,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): readonly (string | number | undefined)[] => {
  const attempt = attemptOf(way, {
    status,
    headers: new Map(Object.entries(headers)),
    body: Buffer.from(body),
  });
  if (attempt.kind === 'sent') return ['sent'];
  const { kind, error } = attempt;
  return [kind, error.message, ...(attempt.kind === 'later' && 'waitMs' in attempt ? [attempt.waitMs] : [])];
};

const unreadable = 'it answers what Slack does not';

const examples: readonly (readonly [Parameters<typeof led>, readonly (string | number)[]])[] = [
  [['api', 200, '{"ok":true,"ts":"1.2","channel":"C1"}'], ['sent']],
  [
    ['api', 200, '{"ok":false,"error":"invalid_auth"}'],
    ['closed', 'it answers invalid_auth: the token is not valid'],
  ],
  [
    ['api', 200, '{"ok":false,"error":"is_archived"}'],
    ['closed', 'it answers is_archived'],
  ],
  [
    ['api', 200, '{"ok":false,"error":"ratelimited"}', { 'retry-after': '30' }],
    ['later', 'it answers ratelimited', 30_000],
  ],
  [
    ['api', 429, '{"ok":false,"error":"ratelimited"}', { 'retry-after': '2' }],
    ['later', 'it answers ratelimited', 2_000],
  ],
  [
    ['api', 429, '', { 'retry-after': 'soon' }],
    ['later', 'it answers with status 429'],
  ],
  [
    ['api', 200, '{"ok":false,"error":"msg_too_long"}'],
    ['refused', 'it answers msg_too_long'],
  ],
  [
    ['api', 200, '{"ok":false,"error":"something_new"}'],
    ['refused', 'it answers something_new'],
  ],
  [
    ['api', 200, '{"ok":false,"error":"fatal_error"}'],
    ['later', 'it answers fatal_error'],
  ],
  [
    ['api', 503, '<html>'],
    ['later', 'it answers with status 503'],
  ],
  [
    ['api', 500, '{"ok":false,"error":"internal_error"}'],
    ['later', 'it answers internal_error'],
  ],
  [
    ['api', 404, 'Not Found'],
    ['closed', 'it answers with status 404'],
  ],
  [
    ['api', 302, ''],
    ['later', 'it answers with status 302'],
  ],
  [
    ['api', 413, ''],
    ['refused', 'it answers with status 413'],
  ],
  [
    ['api', 200, '<!doctype html>'],
    ['later', unreadable],
  ],
  [
    ['api', 200, ''],
    ['later', unreadable],
  ],
  [
    ['api', 200, 'null'],
    ['later', unreadable],
  ],
  [
    ['api', 200, '{"ok":"yes"}'],
    ['later', unreadable],
  ],
  [
    ['api', 200, 'ok'],
    ['later', unreadable],
  ],
  [['webhook', 200, 'ok'], ['sent']],
  [['webhook', 200, '{"success":true}'], ['sent']],
  [
    ['webhook', 200, '<!doctype html>'],
    ['later', unreadable],
  ],
  [
    ['webhook', 200, ''],
    ['later', unreadable],
  ],
  [
    ['webhook', 404, 'no_service'],
    ['closed', 'it answers no_service: the webhook is gone'],
  ],
  [
    ['webhook', 403, 'invalid_token'],
    ['closed', 'it answers invalid_token: the webhook is gone'],
  ],
  [
    ['webhook', 410, 'channel_is_archived'],
    ['closed', 'it answers channel_is_archived'],
  ],
  [
    ['webhook', 403, 'Forbidden by the proxy'],
    ['closed', 'it answers with status 403'],
  ],
  [
    ['webhook', 400, 'invalid_payload'],
    ['refused', 'it answers invalid_payload'],
  ],
  [
    ['webhook', 400, 'no_active_hooks'],
    ['closed', 'it answers no_active_hooks: the webhook is disabled'],
  ],
  [
    ['webhook', 429, 'rate_limited', { 'retry-after': '1' }],
    ['later', 'it answers rate_limited', 1_000],
  ],
  [
    ['webhook', 500, 'rollup_error'],
    ['later', 'it answers rollup_error'],
  ],
];

describe('an answer of Slack', () => {
  for (const [given, expected] of examples) {
    test(`${given[0]} ${given[1]} ${given[2]} is ${expected[0]}`, () =>
      assert.deepEqual(led(...given), expected));
  }

  test('is never quoted but for a name of an error', () => {
    const token = 'xoxb-2222-4444-kAbCdEf';
    const bodies = [
      token,
      `{"ok":false,"error":"${token}"}`,
      `{"ok":false,"error":"no ${token}"}`,
      `{"error":["${token}"]}`,
    ];
    for (const way of ['api', 'webhook'] as const) {
      for (const body of bodies) {
        for (const status of [200, 302, 400, 403, 404, 429, 500]) {
          assert.equal(led(way, status, body).join(' ').includes(token), false, `${way} ${status} ${body}`);
        }
      }
    }
  });

  test('leads to something, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<SlackWay>('api', 'webhook'),
        fc.integer({ min: 200, max: 599 }),
        fc.oneof(fc.string(), fc.json()),
        (way, status, body) => {
          const [kind] = led(way, status, body);
          assert.ok(status < 300 || kind !== 'sent');
        },
      ),
    );
  });
});
