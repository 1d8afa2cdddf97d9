import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSecretNames, isHidden } from '../../src/redaction/names.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';

const hiddenUnder = createSecretNames(['tenant-id', 'Mädchenname']);
const hidesText = (name: string): boolean => isHidden(hiddenUnder(name), 'x');

const secret = [
  ...['password', 'PASSWORD', 'Passwd', 'pwd', 'newPassword', 'new_password', 'user.password', 'PGPASSWORD'],
  ...[
    'DB-PASSWORD',
    'password2',
    'passwordHash',
    'user[password]',
    'passphrase',
    'passcode',
    'smtp_pass',
    'pass',
  ],
  ...[
    'token',
    'accessToken',
    'ACCESS_TOKEN',
    'accesstoken',
    'x-csrf-token',
    'idToken',
    'tokens',
    'tokenValue',
  ],
  ...['authorization', 'Proxy-Authorization', 'http.request.header.authorization', 'auth', 'bearer'],
  ...['cookie', 'Set-Cookie', 'set_cookie', 'setcookie', 'cookies', 'http.request.header.cookie'],
  ...['secret', 'clientSecret', 'client_secret', 'secrets', 'SECRET_KEY', 'secretKeyBase'],
  ...[
    'apiKey',
    'api_key',
    'x-api-key',
    'APIKEY',
    'API Key',
    'privateKey',
    'private key',
    'accessKeyId',
    'sshKey',
  ],
  ...['credential', 'credentials', 'awsCredentials', 'jwt', 'jwtPayload', 'signature', 'x-amz-signature'],
  ...['sessionId', 'session_id', 'PHPSESSID', 'JSESSIONID', 'sid', 'session', 'connect.sessionid'],
  ...['card', 'cardNumber', 'card_number', 'creditCard', 'creditCardNumber', 'credit card', 'pan', 'cardNo'],
  ...['cvv', 'cvc', 'CVV2', 'ssn', 'pin', 'userPin', 'pin_code', 'otp', 'totp'],
  ...['tenantId', 'TENANT_ID', 'tenantid', 'mädchenname'],
];
const readable = [
  ...[
    'code',
    'key',
    'keys',
    'author',
    'authors',
    'authority',
    'keyboard',
    'secretary',
    'secretariat',
    'monkey',
  ],
  ...['primaryKey', 'foreignKey', 'publicKey', 'cacheKey', 'message', 'status', 'user', 'username', 'email'],
  ...[
    'tokenizer',
    'tokenization',
    'tokenCount',
    'token_count',
    'tokenType',
    'maxTokensLimit',
    'tokenExpiresAt',
  ],
  ...['passwordChangedAt', 'password_length', 'passwordPolicy', 'cookieCount', 'secretVersion', 'passenger'],
  ...[
    'sessionIdleTimeout',
    'session_idle',
    'shipping',
    'pinned',
    'spinner',
    'opinion',
    'compass',
    'cardinality',
  ],
  ...[
    'discard',
    'dashboard',
    'business',
    'design',
    'assertionError',
    'tenant',
    'id',
    'expand',
    'company',
    '',
  ],
];

describe('under a name of data', () => {
  for (const name of secret) test(`${name} a text is hidden`, () => assert.ok(hidesText(name)));
  for (const name of readable) test(`${JSON.stringify(name)} it is not`, () => assert.ok(!hidesText(name)));
});

const { data } = createRedaction([]);

describe('what is hidden', () => {
  for (const [given, shown] of [
    [{ password: 1234 }, { password: 'REDACTED' }],
    [{ password: 12n }, { password: 'REDACTED' }],
    [{ password: { a: 1 } }, { password: 'REDACTED' }],
    [{ password: ['a'] }, { password: 'REDACTED' }],
    [{ password: () => 'x' }, { password: 'REDACTED' }],
    [
      { password: true, token: null, secret: undefined, pin: '' },
      { password: true, token: null, pin: '' },
    ],
    [
      { tokens: 512, maxTokens: 10 },
      { tokens: 512, maxTokens: 10 },
    ],
    [{ tokens: ['a'] }, { tokens: 'REDACTED' }],
    [{ auth: { user: 'u', password: 'p' } }, { auth: { user: 'u', password: 'REDACTED' } }],
    [
      { auth: 'u:p', session: 'abc', card: 42 },
      { auth: 'REDACTED', session: 'REDACTED', card: 'REDACTED' },
    ],
    [{ session: { user: 1, id: 'x' } }, { session: { user: 1, id: 'x' } }],
    [
      { auth: Object('x'), session: { toJSON: () => 'x' }, pass: Object(1) },
      { auth: 'REDACTED', session: 'REDACTED', pass: 'REDACTED' },
    ],
    [
      { code: 'ECONNREFUSED', key: 'value' },
      { code: 'ECONNREFUSED', key: 'value' },
    ],
    [
      { rawHeaders: ['Host', 'h', 'Cookie', 'a', 'Authorization', 'b', 'Accept', 'c'] },
      { rawHeaders: ['Host', 'h', 'Cookie', 'REDACTED', 'Authorization', 'REDACTED', 'Accept', 'c'] },
    ],
    [{ argv: ['--db-password', 'x', '--port', '1'] }, { argv: ['--db-password', 'REDACTED', '--port', '1'] }],
    [{ missing: ['password', 'email'] }, { missing: ['password', 'email'] }],
    [new Map([['password', 'x']]), { password: 'REDACTED' }],
    [{ a: [{ b: { api_key: 'x' } }] }, { a: [{ b: { api_key: 'REDACTED' } }] }],
  ] as const) {
    test(JSON.stringify(shown), () => assert.deepEqual(data(given), shown));
  }
});

test('a name that was asked for is hidden everywhere, and no other is', () => {
  const ours = createRedaction(['tenant', 'имя']);
  assert.deepEqual(ours.data({ tenant: 'x', имя: 'y', other: 'z', 名: 'n' }), {
    tenant: 'REDACTED',
    имя: 'REDACTED',
    other: 'z',
    名: 'n',
  });
  assert.equal(ours.text('tenant=x other=y'), 'tenant=REDACTED other=y');
  assert.equal(ours.url.url('/a?tenant=x'), '/a?tenant=REDACTED');
});
