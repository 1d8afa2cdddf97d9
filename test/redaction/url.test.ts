import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createSensitiveKeys } from '../../src/redaction/keys.ts';
import { createUrlRedaction } from '../../src/redaction/url.ts';

const { query, url, path } = createUrlRedaction(['pin']);
const isSensitive = createSensitiveKeys(['pin']);

const sensitive = [
  ...['AWSAccessKeyId', 'Signature', 'sig', 'X-Goog-Signature', 'X-Amz-Security-Token', 'X-Amz-Credential'],
  ...[
    'token',
    'TOKEN',
    'token[]',
    'access_token',
    'auth_token',
    'csrf-token',
    'refreshToken',
    'user[password]',
    'pwd',
  ],
  ...[
    'new_password',
    'passphrase',
    'client_assertion',
    'client_secret',
    'x-api-key',
    'apiKey',
    'private_key',
    'jwt',
  ],
  ...['code', 'session', 'sessionid', 'sid', 'auth', 'key', 'authorization', 'pin', 'PIN', 'secrets'],
];
const harmless = [
  'page',
  'monkey',
  'keyboard',
  'tokenizer',
  'author',
  'passenger',
  'secretary',
  'zipcode',
  'keys',
  'design',
];

describe('the name of a parameter', () => {
  for (const name of sensitive) test(`${name} is that of a secret`, () => assert.ok(isSensitive(name)));
  for (const name of harmless) test(`${name} is not`, () => assert.ok(!isSensitive(name)));
});

describe('a query', () => {
  for (const [given, shown] of [
    ['', ''],
    ['a=1&b', 'a=1&b'],
    ['token=x&page=2', 'token=REDACTED&page=2'],
    ['page=2;token=x', 'page=2;token=REDACTED'],
    ['token=x&token=y', 'token=REDACTED&token=REDACTED'],
    ['%74oken=x', '%74oken=REDACTED'],
    ['%74oken%=x', '%74oken%=REDACTED'],
    ['token%zz=x', 'token%zz=REDACTED'],
    ['user%5Bpassword%5D=x', 'user%5Bpassword%5D=REDACTED'],
    ['token=', 'token=REDACTED'],
    ['token=a=b', 'token=REDACTED'],
    ['next=https%3A%2F%2Fx%2F%3Ftoken%3Dy', 'next=REDACTED'],
    ['next=https%3A%2F%2Fu%3Ap%40x%2F', 'next=REDACTED'],
    ['x=1?token=y', 'x=REDACTED'],
    ['next=%2Fusers%3Fpage%3D2', 'next=%2Fusers%3Fpage%3D2'],
  ] as const) {
    test(JSON.stringify(given), () => assert.equal(query(given), shown));
  }

  test('is shown up to a limit, and never half a parameter', () => {
    const shown = query(`${'a=1&'.repeat(511)}token=${'x'.repeat(1_000)}`);
    assert.ok(shown.endsWith('a=1&…'));
  });
});

describe('a URL', () => {
  for (const [given, shown] of [
    ['http://h/a?b=1#c', 'http://h/a?b=1'],
    ['http://u:p@h/a', 'http://REDACTED:REDACTED@h/a'],
    ['http://token@h/a', 'http://REDACTED:REDACTED@h/a'],
    ['//u:p@h/', '//REDACTED:REDACTED@h/'],
    ['http://h/proxy/https://u:p@i/?sig=x', 'http://h/proxy/https://REDACTED:REDACTED@i/?sig=REDACTED'],
    ['http://h/@a/b@c', 'http://h/@a/b@c'],
    ['*', '*'],
    ['', ''],
  ] as const) {
    test(JSON.stringify(given), () => assert.equal(url(given), shown));
  }
});

test('no planted secret is left, wherever it stands, and nothing is thrown', () => {
  const secret = 'S3CRETvalue';
  const noise = fc.string({ maxLength: 20 }).map(text => text.replace(/[#?&;=@]/g, ''));
  const place = fc
    .tuple(fc.constantFrom(...sensitive), noise, noise)
    .map(([name, before, after]) => [
      `https://h/${encodeURIComponent(before)}?a=${encodeURIComponent(after)}&${name}=${secret}&z=1`,
      `https://user:${secret}@h/${encodeURIComponent(before)}`,
      `https://h/?next=${encodeURIComponent(`https://x/?${name}=${secret}`)}`,
    ]);
  fc.assert(
    fc.property(place, urls => {
      for (const given of urls) {
        assert.ok(given.includes(secret), 'control: it is there');
        assert.ok(!url(given).includes(secret), url(given));
      }
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), given => {
      assert.equal(typeof query(given) + typeof url(given) + typeof path(given), 'stringstringstring');
    }),
  );
});
