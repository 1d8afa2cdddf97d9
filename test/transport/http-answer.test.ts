import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type HttpAnswer, readAnswer } from '../../src/transport/http-answer.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const shown = (answer: HttpAnswer | undefined): unknown =>
  answer && {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    body: Buffer.from(answer.body).toString('latin1'),
    keepsConnection: answer.keepsConnection,
  };
const whole = (text: string, isEnded = false): unknown => shown(readAnswer(bytes(text), isEnded));

const examples: readonly (readonly [
  what: string,
  text: string,
  answer: { readonly status?: number; readonly retryAfter?: string; readonly keepsConnection?: boolean },
  body?: string,
])[] = [
  ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntaken', {}, 'taken'],
  ['without a body', 'HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n', {}],
  ['without a reason', 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n', {}],
  ['that has none by its status', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204 }],
  [
    'in parts',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\ntak\r\n2;a=b\r\nen\r\n0\r\n\r\n',
    {},
    'taken',
  ],
  [
    'with headers behind',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n1\r\nx\r\n0\r\na: b\r\n\r\n',
    {},
    'x',
  ],
  [
    'behind that it will come',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\na: b\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx',
    {},
    'x',
  ],
  [
    'that refuses',
    'HTTP/1.1 429 Too Many\r\nretry-after: 7\r\nretry-after: 8\r\ncontent-length: 0\r\n\r\n',
    { status: 429, retryAfter: '7' },
  ],
  [
    'that closes',
    'HTTP/1.1 200 OK\r\nconnection: foo, Close\r\ncontent-length: 0\r\n\r\n',
    { keepsConnection: false },
  ],
  ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', { keepsConnection: false }],
];

describe('an answer', () => {
  for (const [what, text, answer, body = ''] of examples) {
    const expected = { status: 200, retryAfter: undefined, keepsConnection: true, ...answer, body };
    test(`${what} is read, and not before it is whole`, () => {
      assert.deepEqual(whole(text), expected);
      for (let length = 0; length < text.length; length++)
        assert.equal(whole(text.slice(0, length)), undefined);
    });
  }

  test('without a length ends with the connection', () => {
    const text = 'HTTP/1.1 200 OK\r\n\r\ntaken';
    assert.equal(whole(text), undefined);
    const answer = { status: 200, retryAfter: undefined, body: 'taken', keepsConnection: false };
    assert.deepEqual(whole(text, true), answer);
  });

  test('that is cut off is none', () => {
    assert.equal(whole('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ntaken', true), undefined);
    assert.equal(
      whole('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\ntaken\r\n', true),
      undefined,
    );
  });

  test('that is longer than any has to be is read by its head, and its connection is not used again', () => {
    const answer = { status: 200, retryAfter: undefined, body: '', keepsConnection: false };
    for (const head of ['content-length: 99999999', 'transfer-encoding: chunked', 'a: b']) {
      assert.deepEqual(whole(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n9000000\r\n${'x'.repeat(65_536)}`), answer);
    }
  });

  test('with more behind it leaves no connection that could be used again', () => {
    const answer = shown(readAnswer(bytes('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\nHTTP/1.1'), false));
    assert.equal((answer as HttpAnswer).keepsConnection, false);
  });

  test('that is no HTTP is refused', () => {
    for (const text of [
      'SSH-2.0-OpenSSH\r\n\r\n',
      'HTTP/2 200\r\n\r\n',
      'HTTP/1.1 OK\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n',
      'x'.repeat(70_000),
    ]) {
      assert.throws(() => readAnswer(bytes(text), false), Error, text.slice(0, 60));
    }
  });

  test('of any bytes leads to an answer, to more of it, or to an error', () => {
    const part = fc.constantFrom(
      'HTTP/1.1 200 OK',
      '\r\n',
      'content-length: 3',
      'transfer-encoding: chunked',
      '3',
      'abc',
      '0',
      ':',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ unit: 'binary' }))), fc.boolean(), (parts, isEnded) => {
        try {
          readAnswer(bytes(parts.join('')), isEnded);
        } catch (error) {
          assert.match(String(error), /^Error: /);
        }
      }),
    );
  });
});
