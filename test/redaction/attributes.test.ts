import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Attributes } from '@opentelemetry/api';
import { redactAttributes } from '../../src/redaction/attributes.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';

const redaction = createRedaction(['tenant']);
const statement = "SELECT 'x' FROM t";

describe('attributes of an application', () => {
  const examples: readonly (readonly [given: Attributes, shown: Attributes])[] = [
    [{ 'app.password': 'x' }, { 'app.password': 'REDACTED' }],
    [{ 'http.request.header.authorization': ['x'] }, { 'http.request.header.authorization': 'REDACTED' }],
    [
      { 'app.text': 'token=x', b: 1 },
      { 'app.text': 'token=REDACTED', b: 1 },
    ],
    [{ list: ['a', 'token=x', 1, null] as string[] }, { list: ['a', 'token=REDACTED', 1, null] as string[] }],
    [
      { card: 'x', n: 4111111111111111 },
      { card: 'REDACTED', n: 'REDACTED' },
    ],
    [{ tenant: 'x' }, { tenant: 'REDACTED' }],
    [{ 'url.full': 'https://u:p@h/?code=x' }, { 'url.full': 'https://REDACTED:REDACTED@h/?code=REDACTED' }],
    [{ 'http.url': 'https://h/?tenant=x' }, { 'http.url': 'https://h/?tenant=REDACTED' }],
    [{ 'http.target': '/a?code=x' }, { 'http.target': '/a?code=REDACTED' }],
    [{ 'url.query': 'code=x&a=1' }, { 'url.query': 'code=REDACTED&a=1' }],
    [{ 'db.statement': statement }, { 'db.statement': 'SELECT ? FROM t' }],
    [
      { 'db.query.text': 'SELECT "x" FROM t', 'db.system.name': 'mysql' },
      { 'db.query.text': 'SELECT ? FROM t', 'db.system.name': 'mysql' },
    ],
    [
      { 'db.statement': '{"find":"users","password":"x"}', 'db.system': 'mongodb' },
      { 'db.statement': '{"find":"users","password":"REDACTED"}', 'db.system': 'mongodb' },
    ],
  ];
  for (const [given, shown] of examples)
    test(JSON.stringify(given), () => {
      const before = structuredClone(given);
      assert.deepEqual(redactAttributes(given, redaction), shown);
      assert.deepEqual(given, before, 'what the application holds is not changed');
    });

  test('without secrets are the same object', () => {
    const given: Attributes = {
      a: 'text',
      list: ['a', 'b'],
      numbers: [1, Number.NaN],
      big: 1e15,
      nan: Number.NaN,
      flag: true,
      nothing: undefined,
      'gen_ai.usage.input_tokens': 512,
      'url.full': 'https://h/a?page=2',
      'db.query.text': 'SELECT a FROM t WHERE b = $1',
      'db.system.name': 'postgresql',
    };
    assert.equal(redactAttributes(given, redaction), given);
  });
});
