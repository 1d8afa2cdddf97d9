import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createRedaction } from '../../src/redaction/redaction.ts';

const redaction = createRedaction([]);
const { data, properties, text } = redaction;

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 16, maxLength: 40 });
const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019'), minLength: 20, maxLength: 60 });
/** A secret that is found by what it looks like, wherever it stands. */
const shaped = fc.oneof(
  word.map(some => `ghp_${some}`),
  word.map(some => `sk_live_${some}`),
  word.map(some => `xoxb-${some}`),
  word.map(some => `glpat-${some}`),
  fc.tuple(word, word, word).map(([a, b, c]) => `eyJ${a}.eyJ${b}.${c}`),
  word.map(some => `-----BEGIN PRIVATE KEY-----\n${some}\n-----END PRIVATE KEY-----`),
  fc.constantFrom('4111111111111111', '5555-5555-5555-4444', '3782 822463 10005'),
);
/** One that is found by what stands before it. */
const named = fc
  .tuple(
    fc.constantFrom(
      ...['password=%', 'password: %', 'api_key="%"', '{"token":"%"}', "secret: '%'", '{"a":{"pwd": "%"}}'],
      ...['Authorization: Bearer %', 'authorization=%', 'Cookie: sid=%; a=%', 'Bearer 1%', 'https://u:%@h/'],
      ...['https://h/?token=%', 'GET /a?b=1&sig=%', 'DB_PASSWORD=%', '\\"token\\":\\"%\\"', 'session id: %'],
      ...['postgres://u:%/%@h/db', 'clientSecret => "%"', 'x-api-key: %', '--token=%', 'tokens: ["a", "%"]'],
    ),
    hex,
  )
  .map(([form, secret]) => ({ given: form.replaceAll('%', secret), secret }));
const secrets = fc.oneof(
  shaped.map(secret => ({ given: secret, secret })),
  named,
);
const around = fc
  .array(
    fc.constantFrom(
      ...['failed', 'user', 'bob', 'GET', '/users/42', '200', 'in 12 ms', '(a)', 'x=1', 'id:', '👋', 'a@b.c'],
      ...['https://h/a', '{"a":1}', 'code: E1', "it's", '2024-01-01T00:00:00Z', '- -', '—', '=', '[1]'],
    ),
  )
  .map(parts => parts.join(' '));

/** What cannot be told from a part of the secret beside it: `x= 'a'`. */
const marked = (text: string): string => `<<${text}>>`;

describe('of generated secrets', () => {
  test('none survives in a text, and what stands around it does', () => {
    fc.assert(
      fc.property(around, secrets, around, (before, { given, secret }, after) => {
        const whole = `${marked(before)}\n${given}\n${marked(after)}`;
        assert.ok(whole.includes(secret), 'control: it is there');
        const shown = text(whole);
        assert.ok(!shown.includes(secret), shown);
        assert.ok(shown.includes('REDACTED'), shown);
        const kept = (part: string): boolean => shown.includes(text(marked(part)));
        assert.ok(kept(before) && kept(after), `${whole}\n${shown}`);
      }),
      { numRuns: 3_000 },
    );
  });

  test('none survives within one line', () => {
    fc.assert(
      fc.property(around, secrets, around, (before, { given, secret }, after) => {
        const shown = text(`${before} ${given} ${after}`);
        assert.ok(!shown.includes(secret), shown);
      }),
      { numRuns: 3_000 },
    );
  });

  test('none survives in data, wherever it is', () => {
    const { tree: trees } = fc.letrec(tie => ({
      leaf: secrets.map(({ given, secret }) => ({ value: given as unknown, secret })),
      named: fc
        .tuple(fc.constantFrom('password', 'accessToken', 'Set-Cookie', 'api-key', 'pin'), hex)
        .map(([name, secret]) => ({ value: { [name]: secret, kept: 'kept' } as unknown, secret })),
      tree: fc.oneof(
        { depthSize: 'small' },
        tie('leaf') as fc.Arbitrary<Planted>,
        tie('named') as fc.Arbitrary<Planted>,
        wrapped(tie('tree') as fc.Arbitrary<Planted>),
      ),
    }));
    fc.assert(
      fc.property(trees as fc.Arbitrary<Planted>, ({ value, secret }) => {
        const shown = JSON.stringify(data({ kept: 'kept', value }));
        assert.ok(!JSON.parse(JSON.stringify([shown])).includes(secret) && !shown.includes(secret), shown);
        assert.ok(shown.includes('"kept":"kept"'), shown);
      }),
      { numRuns: 3_000 },
    );
  });

  test('control: without redaction every one is found', () => {
    fc.assert(
      fc.property(around, secrets, (before, { given, secret }) => {
        const written = (JSON.parse(JSON.stringify({ a: `${before} ${given}` })) as { a: string }).a;
        assert.ok(written.includes(secret));
      }),
      { numRuns: 500 },
    );
  });
});

interface Planted {
  readonly value: unknown;
  readonly secret: string;
}

const wrapped = (inner: fc.Arbitrary<Planted>): fc.Arbitrary<Planted> =>
  fc.tuple(inner, fc.nat(6)).map(([{ value, secret }, kind]) => ({
    secret,
    value: [
      { a: 1, inner: value },
      [1, value],
      new Map([['a', value]]),
      new Set([value]),
      Object.assign(new Error('x'), { details: value }),
      new Error('x', { cause: value }),
      { toJSON: () => value },
    ][kind],
  }));

describe('whatever is given', () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
    key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toJSON', 'password', 'constructor', 'stack')),
  } as fc.ObjectConstraints);

  test('data is plain, and the same when it is taken again', () => {
    fc.assert(
      fc.property(anything, value => {
        const once = data(value);
        const written = JSON.stringify(once);
        assert.equal(typeof written, 'string');
        assert.equal(JSON.stringify(data(once)), written);
        if (typeof value === 'object' && value !== null) assert.equal(typeof properties(value), 'object');
      }),
      { numRuns: 3_000 },
    );
  });

  test('a text is shown, and stays the same when it is shown again', () => {
    const fragments = fc.oneof(
      fc.constantFrom(
        ...[
          'password',
          'token',
          'cookie',
          'authorization',
          'pin',
          'auth',
          'key',
          'api',
          'session id',
          'tokens',
        ],
        ...[
          '=',
          ':',
          ' ',
          '"',
          "'",
          '\\',
          ',',
          ';',
          '&',
          '?',
          '[',
          ']',
          '{',
          '}',
          '…',
          '\n',
          '@',
          '//',
          '://',
          '>',
        ],
        ...[
          'bearer',
          'Basic',
          'Digest',
          'a',
          'x=',
          '#',
          '4111111111111111',
          '4111',
          '1',
          '-',
          '/',
          '%20',
          '.',
          '_',
        ],
        ...[
          'eyJhbGciOiJIUzI1NiJ9.e',
          '-----BEGIN PRIVATE KEY-----',
          '-----END PRIVATE KEY-----',
          'ghp_',
          'REDACTED',
        ],
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 30 }), parts => {
        const once = text(parts.join(''));
        assert.equal(text(once), once);
      }),
      { numRuns: 20_000 },
    );
  });
});
