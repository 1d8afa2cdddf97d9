import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { limits } from '../../src/redaction/limits.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';

const { text } = createRedaction([]);
const a = (length: number): string => 'aB3'.repeat(length).slice(0, length);
const pem = (kind: string): string => `-----BEGIN ${kind}-----\nMIIE\n+/ab=\n-----END ${kind}-----`;

/** Put together here, so that nobody's scanner finds them in this file. */
const shapes: Readonly<Record<string, string>> = {
  'AWS key': `AKIA${'A1B2C3D4'.repeat(2)}`,
  'AWS session key': `ASIA${'A1B2C3D4'.repeat(2)}`,
  'GitHub token': `ghp_${a(36)}`,
  'GitHub fine-grained token': `github_pat_${a(22)}_${a(59)}`,
  'GitLab token': `glpat-${a(20)}`,
  'Slack bot token': `xoxb-123456789012-${a(24)}`,
  'Slack user token': `xoxp-123456789012-${a(24)}`,
  'Slack app token': `xapp-1-${a(30)}`,
  'Stripe key': `sk_live_${a(24)}`,
  'Stripe restricted key': `rk_test_${a(24)}`,
  'Stripe webhook secret': `whsec_${a(32)}`,
  'OpenAI key': `sk-proj-${a(40)}`,
  'Google key': `AIza${a(35)}`,
  'Google token': `ya29.${a(60)}`,
  'npm token': `npm_${a(36)}`,
  'PyPI token': `pypi-${a(80)}`,
  'SendGrid key': `SG.${a(22)}.${a(43)}`,
  'Vault token': `hvs.${a(24)}`,
  'DigitalOcean token': `dop_v1_${'a1b2c3d4'.repeat(8)}`,
  'Shopify token': `shpat_${'a1B2c3D4'.repeat(4)}`.replace(/B|D/g, 'b'),
  'Hugging Face token': `hf_${a(34)}`,
  'Telegram token': `123456789:AA${a(33)}`,
  JWT: `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${a(30)}-_`,
  'RSA private key': pem('RSA PRIVATE KEY'),
  'private key': pem('PRIVATE KEY'),
  'encrypted private key': pem('ENCRYPTED PRIVATE KEY'),
  'OpenSSH private key': pem('OPENSSH PRIVATE KEY'),
  'PGP private key': pem('PGP PRIVATE KEY BLOCK'),
  'private key in JSON': pem('EC PRIVATE KEY').replaceAll('\n', '\\n'),
  Visa: '4111111111111111',
  'Visa with blanks': '4111 1111 1111 1111',
  'Visa with hyphens': '4111-1111-1111-1111',
  'Visa of 13 digits': '4222222222222',
  Mastercard: '5555 5555 5555 4444',
  'Mastercard of the second range': '2223003122003222',
  'American Express': '3782 822463 10005',
  'Diners Club': '30569309025904',
  Discover: '6011111111111117',
  JCB: '3530111333300000',
  UnionPay: '6200000000000005',
  Maestro: '6759649826438453',
};

describe('wherever it stands in a text', () => {
  for (const [name, secret] of Object.entries(shapes))
    test(`${name} is hidden`, () => {
      for (const [before, after] of [
        ['', ''],
        ['before ', ' after'],
        ['(', ')'],
        ['"', '"'],
        ['x: ', ', y'],
        ['line\n', '\nline'],
      ] as const) {
        const shown = text(before + secret + after);
        assert.equal(shown, `${before}REDACTED${after}`, JSON.stringify(secret));
      }
    });
});

const hidden: readonly (readonly [given: string, shown: string])[] = [
  ['password=hunter2', 'password=REDACTED'],
  ['password=hunter2 user=bob', 'password=REDACTED user=bob'],
  ['user=bob,password=hunter2,age=3', 'user=bob,password=REDACTED,age=3'],
  ['password=hun,ter2 x', 'password=REDACTED x'],
  ['password: hunter2', 'password: REDACTED'],
  ['password : "hunter 2" x', 'password : "REDACTED" x'],
  ["{ password: 'it\\'s', a: 1 }", "{ password: 'REDACTED', a: 1 }"],
  ['{"token":"x","a":"b"}', '{"token":"REDACTED","a":"b"}'],
  ['{"token": "x\\"y", "a": 1}', '{"token": "REDACTED", "a": 1}'],
  ['{"a":"{\\"token\\":\\"x\\\\\\"y\\",\\"b\\":1}"}', '{"a":"{\\"token\\":\\"REDACTED\\",\\"b\\":1}"}'],
  ['{"tokens":["x","y"],"a":1}', '{"tokens":REDACTED,"a":1}'],
  ['{"secret":{"a":"x]}"},"a":1}', '{"secret":REDACTED,"a":1}'],
  ['{"pin":1234,"a":1}', '{"pin":REDACTED,"a":1}'],
  ['{password:hunter2}', '{password:REDACTED}'],
  ["password => 'x'", "password => 'REDACTED'"],
  ['API key: abc', 'API key: REDACTED'],
  ['card number: 12 34', 'card number: REDACTED 34'],
  ['session id: abc', 'session id: REDACTED'],
  ['export DB_PASSWORD=x; next', 'export DB_PASSWORD=REDACTED; next'],
  ['--api-key=x --port=1', '--api-key=REDACTED --port=1'],
  ['Authorization: Bearer abc', 'Authorization: REDACTED'],
  ['authorization: abc, accept: x', 'authorization: REDACTED, accept: x'],
  ['Authorization: Basic dXNlcjpwYXNz\nHost: x', 'Authorization: REDACTED\nHost: x'],
  ['authorization=Bearer abc next', 'authorization=REDACTED next'],
  [
    'Authorization: Digest username="u", realm="a b", response="x"\nHost: x',
    'Authorization: REDACTED\nHost: x',
  ],
  ["headers: { authorization: 'Bearer x', host: 'y' }", "headers: { authorization: 'REDACTED', host: 'y' }"],
  ['Cookie: a=b; c=d\nHost: x', 'Cookie: REDACTED\nHost: x'],
  ['Set-Cookie: sid="a"; Path=/; HttpOnly\nHost: x', 'Set-Cookie: REDACTED\nHost: x'],
  ['got Bearer abc123def from', 'got Bearer REDACTED from'],
  ['curl -H "authorization: bearer abc123"', 'curl -H "authorization: REDACTED"'],
  ['Basic dXNlcjpwYXNz', 'Basic REDACTED'],
  ['https://user:pass@host/a', 'https://REDACTED:REDACTED@host/a'],
  ['at postgres://u:p@h:5432/db failed', 'at postgres://REDACTED:REDACTED@h:5432/db failed'],
  ['redis://:p#s/w@h:6379', 'redis://REDACTED:REDACTED@h:6379'],
  ['mongodb+srv://u:p@a,b/db?x=1', 'mongodb+srv://REDACTED:REDACTED@a,b/db?x=1'],
  ['(https://h/a?token=x&page=2)', '(https://h/a?token=REDACTED&page=2)'],
  ['GET /a?code=x&page=2 200', 'GET /a?code=REDACTED&page=2 200'],
  ['https://h/#access_token=x ok', 'https://h/ ok'],
  ['https://hooks.slack.com/services/T0/B0/abc', 'https://hooks.slack.com/services/REDACTED'],
  ['connect.sid=s%3Aabc; x=1', 'connect.sid=REDACTED; x=1'],
  ["{\n  token:\n    'abc def',\n  a: 1 }", "{\n  token:\n    'REDACTED',\n  a: 1 }"],
  ["{\n  token: 'abc\\n' +\n    'def',\n  a: 1 }", "{\n  token: 'REDACTED',\n  a: 1 }"],
  ["'-----BEGIN PRIVATE KEY-----\\n' +\n  'MIIE\\n' +\n  '-----END PRIVATE KEY-----'", "'REDACTED'"],
  ['mysql --password hunter2 --port 1', 'mysql --password REDACTED --port 1'],
  ['cli --api-key "a b" --port 1', 'cli --api-key REDACTED --port 1'],
  ["ALTER USER bob PASSWORD 'it''s' VALID", 'ALTER USER bob PASSWORD REDACTED VALID'],
  ["IDENTIFIED BY 'x' ACCOUNT LOCK", 'IDENTIFIED BY REDACTED ACCOUNT LOCK'],
  ['password      = x', 'password      = REDACTED'],
  ['12 4111 1111 1111 1111 34', '12 REDACTED 34'],
];

const readable = [
  '',
  'User logged in',
  'Basic authentication failed',
  'the bearer of bad news',
  'Unexpected token } in JSON at position 5',
  'Unexpected token: }',
  'SyntaxError: missing ) after argument list',
  'password: null, token=undefined, secret: false',
  'tokens: 512, tokenCount=7, total_tokens: 519',
  'passwordChangedAt: 2024-01-01',
  "code: 'ECONNREFUSED', key: value, author: me, keyboard=de, secretary: Ann",
  'auth: failed, session: none',
  'connect ECONNREFUSED 127.0.0.1:5432',
  'id 550e8400-e29b-41d4-a716-446655440000',
  'id 12345678-1234-1234-1234-123456789012',
  'sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'md5 d41d8cd98f00b204e9800998ecf8427e commit 0f3b66a9c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6',
  'traceparent 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'at 1700000000000, in microseconds 1700000000000000, in nanoseconds 1700000000000000000',
  '2024-01-01T00:00:00.000Z',
  'version 10.20.30-beta.4',
  'order 4111111111111112 and ORD-2024-000123456789',
  'IBAN-like DE89370400440532013000',
  '0.4111111111111111',
  'https://example.com/a?page=2&sort=name#top',
  'mail bob@example.com about @scope/package',
  'git@github.com:a/b.git',
  '    at login (/app/src/token.js:10:5)',
  '    at file:///app/dist/password.mjs:3:9',
  'std::token::parse failed',
  'token:\nnext line',
  'password authentication failed for user "bob"',
  'git --no-pager log -- src',
  'task-management-service-deployment-7d4b9c is ready',
  'eyJ is how they begin',
  '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----',
  'ratio 3:4, time 12:30:00',
  '„Grüße“ 你好 👋',
];

describe('a text', () => {
  for (const [given, shown] of hidden)
    test(JSON.stringify(given), () => {
      assert.equal(text(given), shown);
      assert.equal(text(shown), shown, 'again');
    });
  for (const given of readable)
    test(`${JSON.stringify(given)} stays`, () => assert.equal(text(given), given));
});

describe('a text that is too long', () => {
  test('is cut', () => {
    const shown = text('word '.repeat(1_000_000));
    assert.ok(shown.length <= limits.text && shown.length > limits.text - 10, String(shown.length));
    assert.ok(shown.endsWith('…'));
    assert.equal(text(shown), shown);
  });

  test('shows no half of a secret, wherever it is cut', () => {
    const half = (secret: string, shown: string): boolean =>
      shown.includes(secret.startsWith('-----') ? 'MII' : secret.slice(0, 8));
    for (const [name, secret] of Object.entries(shapes))
      for (let inside = 1; inside <= Math.min(secret.length, 60); inside++) {
        const given = `${'word '.repeat(limits.text)}`.slice(0, limits.text - inside) + secret;
        const shown = text(`${given} and more`.padEnd(limits.text + 100, ' end'));
        assert.ok(!half(secret, shown), `${name}, ${inside} characters: …${shown.slice(-80)}`);
      }
  });

  test('control: cut alone, it would', () => {
    const given = 'word '.repeat(limits.text).slice(0, limits.text - 12) + (shapes['GitHub token'] ?? '');
    assert.ok(given.slice(0, limits.text).includes('ghp_aB3a'));
  });

  test('is no half of a character', () => {
    for (const filling of ['', 'x']) assert.ok(text(filling + '👋'.repeat(limits.text)).isWellFormed());
  });
});
