import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createAuthorize } from '../../src/prometheus/authorization.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
/** As Node hands a header over: its UTF-8 bytes read as Latin-1. */
const wire = (text: string): string => Buffer.from(text).toString('latin1');

test('without credentials everybody may read', () => {
  const authorize = createAuthorize({ token: undefined, basicAuth: undefined });
  assert.equal(authorize(undefined), true);
  assert.equal(authorize('Bearer x'), true);
});

test('the token, as bearer only', () => {
  const authorize = createAuthorize({ token: 'geheim€', basicAuth: undefined });
  assert.equal(authorize(wire('Bearer geheim€')), true);
  assert.equal(authorize(wire('bearer  geheim€')), true);
  for (const header of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer geheim',
    wire('Basic geheim€'),
    basic('geheim€'),
    wire('Bearer geheim€€'),
    wire('geheim€'),
  ]) {
    assert.equal(authorize(header), false, String(header));
  }
});

test('user and password, and either of both', () => {
  const authorize = createAuthorize({ token: 't', basicAuth: 'kim:pass:wörd' });
  assert.equal(authorize(basic('kim:pass:wörd')), true);
  assert.equal(authorize('Bearer t'), true);
  assert.equal(authorize(basic('kim:pass')), false);
  assert.equal(authorize('Bearer kim:pass:wörd'), false);
});

test('whatever the header, it never throws and never opens', () => {
  const authorize = createAuthorize({ token: 'a token that nobody guesses', basicAuth: 'u:another' });
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      header => !authorize(header) && !authorize(`Bearer ${header}`) && !authorize(`Basic ${header}`),
    ),
  );
});
