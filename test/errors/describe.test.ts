import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import vm from 'node:vm';
import fc from 'fast-check';
import { describeContext, describeError } from '../../src/errors/describe.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';

const secrets = createRedaction([]);
const described = (error: unknown) => describeError(error, secrets);
const shapes = (error: unknown): readonly unknown[] =>
  described(error).map(({ type, message, parent }) => [type, message, parent?.index, parent?.name]);

class QueryError extends Error {
  readonly code = 'E42';
  readonly password = 'hunter2';
}

describe('an error is described', () => {
  test('with class, message, stack and what else it has, without secrets', () => {
    const [{ type, message, stack, properties }] = described(new QueryError('token=abc of ada'));
    assert.deepEqual(
      { type, message, properties },
      {
        type: 'QueryError',
        message: 'token=REDACTED of ada',
        properties: { code: 'E42', password: 'REDACTED' },
      },
    );
    assert.match(stack ?? '', /^Error: token=REDACTED of ada\n +at .*describe\.test\.ts/);
  });

  test('by the name that it was given rather than by its class', () => {
    assert.equal(described(Object.assign(new Error('x'), { name: 'Timeout' }))[0].type, 'Timeout');
    assert.equal(described(new TypeError('x'))[0].type, 'TypeError');
    assert.equal(described(vm.runInNewContext('new RangeError("x")'))[0].type, 'RangeError');
  });

  test('with its causes and the errors of an AggregateError, the nearest first', () => {
    const root = new Error('root');
    const left = new TypeError('left', { cause: root });
    const error = new AggregateError([left, 'right'], 'both', { cause: new RangeError('why') });
    assert.deepEqual(shapes(error), [
      ['AggregateError', 'both', undefined, undefined],
      ['RangeError', 'why', 0, 'cause'],
      ['TypeError', 'left', 0, 'errors[0]'],
      ['string', 'right', 0, 'errors[1]'],
      ['Error', 'root', 2, 'cause'],
    ]);
  });

  test('once, where it is its own cause, and in bounded number', () => {
    const error = new Error('loop');
    error.cause = new Error('other', { cause: error });
    assert.deepEqual(shapes(error), [
      ['Error', 'loop', undefined, undefined],
      ['Error', 'other', 0, 'cause'],
    ]);
    const many = new AggregateError(Array.from({ length: 5_000 }, (_, index) => new Error(String(index))));
    assert.equal(described(many).length, 12);
  });

  for (const [value, type, message] of [
    [undefined, 'undefined', 'undefined'],
    [null, 'null', 'null'],
    ['password=abc', 'string', 'password=REDACTED'],
    [42, 'number', '42'],
    [7n, 'bigint', '7'],
    [Symbol('s'), 'symbol', 'Symbol(s)'],
    [{ code: 1, apiKey: 'abc' }, 'Object', '{"code":1,"apiKey":"REDACTED"}'],
    [[1, 2], 'Array', '[1,2]'],
    [Object.create(null), 'Object', '{}'],
    [new Map([['a', 1]]), 'Map', undefined],
    [() => 1, 'Function', undefined],
  ] as const) {
    test(`that is of type ${type} and no error`, () => {
      const [one, ...others] = described(value);
      assert.deepEqual([one.type, one.stack, others], [type, undefined, []]);
      if (message !== undefined) assert.equal(one.message, message);
    });
  }
});

const throwing = (): never => {
  throw new Error('no');
};
const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

test('a secret that stands where a text is cut is not shown by half', () => {
  for (const length of [4_060, 4_080, 4_090, 16_350, 16_370]) {
    const text = `${'x '.repeat(length / 2)}postgres://user:hunter2secretpassword@db.example/shop 4111 1111 1111 1111`;
    const error = new Error(text);
    for (const value of [error, text, Object.assign(new Error('short'), { stack: `Error: short ${text}` })])
      assert.doesNotMatch(JSON.stringify(described(value)), /hunter2|4111 1111/, String(length));
  }
});

test('whatever is thrown is described, in bounded size, and never throws', () => {
  const hostile: readonly unknown[] = [
    revoked({}),
    revoked([]),
    revoked(new Error('x')),
    new Proxy(new Error('x'), { get: throwing, getPrototypeOf: throwing, ownKeys: throwing }),
    new Proxy(() => {}, { get: throwing, apply: throwing }),
    Object.defineProperty(new Error('x'), 'stack', { get: throwing }),
    Object.defineProperty(new Error('x'), 'message', { get: throwing }),
    Object.defineProperty(new Error('x'), 'cause', { get: throwing }),
    Object.assign(new Error('x'), { errors: revoked([]) }),
    Object.assign(new Error('x'), { errors: new Proxy([], { get: throwing }) }),
    Object.assign(new Error('x'), { message: 7, stack: {}, name: [] }),
    Object.assign(new Error('x'), { constructor: { name: throwing } }),
    Object.assign(new Error('m'.repeat(1e6)), { stack: 's'.repeat(1e6), more: 'p'.repeat(1e6) }),
    { toString: throwing, [Symbol.toPrimitive]: throwing, toJSON: throwing },
  ];
  for (const error of hostile) {
    const text = JSON.stringify(described(error));
    assert.ok(text.length < 100_000, `${text.length} characters`);
    assert.ok(text.length > 10, text);
  }
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }), value => {
      assert.equal(typeof described(value)[0].message, 'string');
      assert.equal(typeof describeContext(value, secrets), 'object');
    }),
  );
});

test('a context is an object of what the application said, whatever it gave', () => {
  assert.deepEqual(describeContext(undefined, secrets), {});
  assert.deepEqual(describeContext({ orderId: 7, password: 'abc' }, secrets), {
    orderId: 7,
    password: 'REDACTED',
  });
  assert.deepEqual(describeContext('in checkout', secrets), { context: 'in checkout' });
  assert.deepEqual(describeContext([1, 2], secrets), { context: [1, 2] });
  assert.deepEqual(describeContext(new Proxy({}, { ownKeys: throwing }), secrets), { '…': '[unreadable]' });
});
