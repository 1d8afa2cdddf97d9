import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import vm from 'node:vm';
import { limits } from '../../src/redaction/limits.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';

const { data, properties, text } = createRedaction([]);
const fail = (): never => {
  throw new Error('of the application');
};

/** Milliseconds of CPU of one call, the least of some rounds: what else the machine does is not counted. */
const cost = (run: () => unknown, calls = 3, rounds = 8): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call++) run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000 / calls);
  }
  return least;
};

const circular: Record<string, unknown> = { a: 1 };
circular.self = circular;
circular.list = [circular];
let deep: unknown = {};
for (let depth = 0; depth < 20_000; depth++) deep = depth % 2 === 0 ? { deep } : [deep];
const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
const traps = Object.fromEntries(
  ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'].map(name => [name, fail]),
);
const wideProxy = new Proxy(
  {},
  { ownKeys: () => manyNames, get: () => 'x', getOwnPropertyDescriptor: () => fail() },
);
const manyNames = Array.from({ length: 20_000 }, (_, index) => `k${index}`);
const sparse: unknown[] = [];
sparse.length = 2 ** 32 - 1;
const tree = (depth: number): unknown =>
  depth === 0 ? 1 : Array.from({ length: 100 }, () => tree(depth - 1));
const withProto: unknown = JSON.parse('{"__proto__": {"polluted": 1, "password": "x"}, "a": 1}');
const shared = { a: 1 };
const realm = vm.createContext({});

const values: readonly (readonly [name: string, value: unknown, shown: unknown])[] = [
  ['undefined', undefined, null],
  ['null', null, null],
  ['NaN', Number.NaN, 'NaN'],
  ['Infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
  ['a BigInt', 12n, '12'],
  ['a BigInt of 200,000 digits', 10n ** 200_000n, '[BigInt]'],
  ['a symbol', Symbol('x'), 'Symbol(x)'],
  ['a function', fail, '[Function fail]'],
  ['a function whose name throws', Object.defineProperty(() => 0, 'name', { get: fail }), '[Function]'],
  ['a class', class Shop {}, '[Function Shop]'],
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['a date that is none', new Date(Number.NaN), 'Invalid Date'],
  ['a regular expression', /a+/g, '/a+/g'],
  [
    'a Map',
    new Map<unknown, unknown>([
      ['a', 1],
      [2, 'b'],
      [{}, 'c'],
    ]),
    { a: 1, 2: 'b', '[Object]': 'c' },
  ],
  ['a Set', new Set([1, 'a']), [1, 'a']],
  ['a Buffer', Buffer.alloc(512, 'x'), '[Buffer 512 bytes]'],
  ['a typed array', new Float64Array(4), '[Float64Array 32 bytes]'],
  ['an ArrayBuffer', new ArrayBuffer(8), '[ArrayBuffer 8 bytes]'],
  ['a DataView', new DataView(new ArrayBuffer(8)), '[DataView 8 bytes]'],
  ['a URL', new URL('https://u:p@h/?token=x'), 'https://REDACTED:REDACTED@h/?token=REDACTED'],
  ['a Promise', Promise.resolve(1), '[Promise]'],
  ['a WeakMap', new WeakMap(), '[WeakMap]'],
  ['a WeakSet', new WeakSet(), '[WeakSet]'],
  ['a WeakRef', new WeakRef({}), '[WeakRef]'],
  ['boxed values', [Object('a'), Object(1), Object(true), Object(1n)], ['a', 1, true, '1']],
  ['a null prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ['circular references', circular, { a: 1, self: '[Circular]', list: ['[Circular]'] }],
  ['the same object twice', [shared, shared], [shared, shared]],
  ['holes and nothing', Object.assign([1, undefined], { 3: 2 }), [1, null, null, 2]],
  [
    'a getter that throws',
    {
      get a() {
        return fail();
      },
      b: 1,
    },
    { a: '[unreadable]', b: 1 },
  ],
  [
    'a getter',
    {
      get a() {
        return 'password=x';
      },
    },
    { a: 'password=REDACTED' },
  ],
  ['toJSON', { toJSON: () => ({ password: 'x', a: 1 }) }, { password: 'REDACTED', a: 1 }],
  ['toJSON that throws', { a: 1, toJSON: fail }, { a: 1, toJSON: '[Function fail]' }],
  [
    'toJSON that returns itself',
    {
      a: 1,
      toJSON() {
        return this;
      },
    },
    { a: 1, toJSON: '[Function toJSON]' },
  ],
  [
    'a getter of toJSON that throws',
    {
      get toJSON() {
        return fail();
      },
      a: 1,
    },
    { toJSON: '[unreadable]', a: 1 },
  ],
  ['a revoked Proxy', revoked({}), '[unreadable]'],
  ['a revoked Proxy of an array', revoked([]), '[unreadable]'],
  ['a Proxy with hostile traps', new Proxy({}, traps), '[unreadable]'],
  ['a Proxy of a function', new Proxy(fail, traps), '[Function]'],
  ['a Proxy that is harmless', new Proxy({ a: 1, token: 'x' }, {}), { a: 1, token: 'REDACTED' }],
  ['a lone surrogate', '\ud800', '\ud800'],
];

describe('as plain data', () => {
  for (const [name, value, shown] of values)
    test(name, () => {
      const got = data({ value });
      if (value === undefined) assert.deepEqual(got, {});
      else assert.deepEqual(got, { value: shown });
      assert.deepEqual(data(value), shown);
      assert.equal(typeof JSON.stringify(got), 'string');
    });

  test('__proto__ neither vanishes nor pollutes', () => {
    const got = data(withProto) as Record<string, unknown>;
    assert.equal(JSON.stringify(got), '{"__proto__":{"polluted":1,"password":"REDACTED"},"a":1}');
    assert.equal(Object.getPrototypeOf(got), Object.prototype);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  test('an error is shown with its own properties, its cause and its errors', () => {
    const error = new AggregateError([new TypeError('token=x')], 'password=y', {
      cause: { secret: 1, a: 2 },
    });
    const got = data(Object.assign(error, { code: 'E1', apiKey: 'z' })) as Record<string, unknown>;
    const { stack, errors, ...rest } = got;
    assert.match(String(stack), /^AggregateError: password=REDACTED\n {4}at /);
    assert.deepEqual(rest, {
      name: 'AggregateError',
      message: 'password=REDACTED',
      code: 'E1',
      apiKey: 'REDACTED',
      cause: { secret: 'REDACTED', a: 2 },
    });
    assert.equal((errors as { message: string }[])[0]?.message, 'token=REDACTED');
  });

  test('an error of another realm, and one whose properties throw', () => {
    const foreign: unknown = vm.runInContext('new RangeError("password=x")', realm);
    assert.ok(!(foreign instanceof Error), 'control');
    assert.equal((data(foreign) as { message: string }).message, 'password=REDACTED');
    const hostile = Object.defineProperties(new Error('x'), { message: { get: fail }, stack: { get: fail } });
    assert.deepEqual(data(hostile), { name: 'Error', message: '[unreadable]', stack: '[unreadable]' });
  });

  test('an error that is its own cause', () => {
    const error = new Error('x');
    error.cause = error;
    assert.equal((data(error) as { cause: unknown }).cause, '[Circular]');
  });

  test('what is too much is said', () => {
    const of = (value: unknown): string => JSON.stringify(data(value));
    const keys = Object.fromEntries(Array.from({ length: 1_100 }, (_, index) => [`k${index}`, index]));
    assert.ok(of(keys).endsWith('"k99":99,"…":"[… 1,000 more]"}'), of(keys));
    assert.ok(of(Array(1_100).fill(1)).endsWith(',1,"[… 1,000 more]"]'));
    assert.ok(of(new Set(manyNames)).endsWith('"k99","[… 19,900 more]"]'));
    assert.ok(of(new Map(manyNames.map(name => [name, 1]))).endsWith('"k99":1,"…":"[… 19,900 more]"}'));
    assert.equal(JSON.stringify(data(data(keys))), of(keys), 'and is said when it is taken again');
    assert.ok(of(sparse).endsWith(',null,"[… 4,294,967,195 more]"]'));
    assert.equal((of(deep).match(/deep/g) ?? []).length, limits.depth / 2);
    assert.ok(of(deep).includes('…'));
    assert.match(of(tree(3)), /"\[… \d+ more\]"\]$/);
    assert.ok(of('word '.repeat(1e5)).endsWith('…"'));
    assert.ok(of(Array.from({ length: 100 }, () => 'word '.repeat(2_000))).length < 2 * limits.characters);
    const long = { ['a'.repeat(1_000)]: 1, ['b'.repeat(1_000)]: 2 };
    assert.deepEqual(Object.values(data(long) as object), [1, 2]);
  });

  test('own properties, without those that are skipped or undefined', () => {
    const object = {
      level: 'info',
      message: 'x',
      password: 'y',
      a: undefined,
      b: { c: 1 },
      get d() {
        return fail();
      },
    };
    assert.deepEqual(properties(object, new Set(['level', 'message'])), {
      password: 'REDACTED',
      b: { c: 1 },
      d: '[unreadable]',
    });
    assert.deepEqual(properties(revoked({})), { '…': '[unreadable]' });
    assert.deepEqual(properties(circular), { a: 1, self: '[Circular]', list: ['[Circular]'] });
  });
});

describe('costs at most 2 ms:', () => {
  const secrets = Array.from({ length: 4_000 }, (_, index) => `pin${index}=`).join('');
  const costly: readonly (readonly [name: string, value: unknown])[] = [
    ...values.map(([name, value]) => [name, value] as const),
    ['depth 20,000', deep],
    ['a sparse array', sparse],
    ['a million values', tree(3)],
    ['a Map of 20,000', new Map(manyNames.map(name => [name, name]))],
    ['texts of a hundred thousand characters', Array(1_000).fill('password=x '.repeat(10_000))],
    [
      'texts full of secrets',
      Array.from({ length: 100 }, (_, at) => secrets.slice(at * 200, at * 200 + 200)),
    ],
    [
      'a hundred long names',
      Object.fromEntries(manyNames.slice(0, 100).map(name => [name.repeat(2_000), 1])),
    ],
    ['a long error', Object.assign(new Error('x'.repeat(1e6)), { stack: 'at x (y:1:1)\n'.repeat(1e5) })],
  ];
  for (const [name, value] of costly)
    test(name, () => {
      const spent = cost(() => data(value));
      assert.ok(spent <= 2, `${spent.toFixed(3)} ms`);
    });

  const wide: Record<string, number> = {};
  for (let index = 0; index < 200_000; index++) wide[`key${index}`] = index;
  for (const [name, object, list] of [
    ['200,000 keys', wide, Object.keys],
    ['a Proxy of 20,000 keys', wideProxy, Reflect.ownKeys],
  ] as const)
    test(`beyond what the engine takes to list its names, ${name}`, () => {
      const listing = cost(() => list(object), 1, 4);
      const spent = cost(() => data(object), 1, 4);
      assert.ok(
        spent <= listing * 1.3 + 2,
        `${spent.toFixed(1)} ms, and ${listing.toFixed(1)} ms for the names`,
      );
    });
});

describe('a text takes time in proportion to its length, up to the limit:', () => {
  const parts = [
    ...['a', ' ', '=', ':', '-', '"', "'", '\\', '[', '{', '@', ',', ';', '&', '…', '1', '4 ', '4111-', '\n'],
    ...[
      'eyJ',
      'eyJ.',
      '-----BEGIN RSA PRIVATE KEY-----',
      '-----BEGIN ',
      'http://',
      'http://a ',
      '//a',
      '//',
      '://',
    ],
    ...[
      'pin=',
      'pin=[',
      'pin={"',
      'pin="',
      "pin='",
      'pin=\\"',
      'pin=\\\\"',
      'pin=,',
      'pin=,a',
      'pin: ',
      'pin=\n',
    ],
    ...[
      'cookie: a;',
      'cookie: ="',
      'authorization: a b=c,',
      'authorization: a ',
      'bearer ',
      'basic a',
      'sk-',
      'sk-a',
    ],
    ...[
      'ghp_',
      'xoxb-',
      'AKIA',
      '\\"=',
      'a?token=x&b=1&',
      'a key=',
      'api key:',
      'pin="\'',
      'x=1 ',
      'SG.',
      'hvs.',
    ],
    ...[
      "password '",
      'identified by "',
      'password\t',
      '--a ',
      "--a '",
      '--pin x ',
      "pin=\n'",
      "pin:\n'x' +\n",
    ],
  ];
  for (const part of parts)
    test(JSON.stringify(part), () => {
      const given = part.repeat(Math.ceil(1e6 / part.length));
      for (const ending of ['', '@"']) {
        const half = given.slice(0, limits.text / 2 - 1) + ending;
        const whole = given.slice(0, limits.text - 1) + ending;
        const [ofHalf, ofWhole] = [cost(() => text(half), 2), cost(() => text(whole), 2)];
        assert.ok(ofWhole <= 4, `${ofWhole.toFixed(3)} ms`);
        // Twice the text; four times, if each character were compared with each.
        assert.ok(ofWhole <= ofHalf * 3.2 + 0.3, `${ofHalf.toFixed(3)} and ${ofWhole.toFixed(3)} ms`);
      }
      const ofMillion = cost(() => text(given), 2);
      assert.ok(ofMillion <= 4, `a million characters: ${ofMillion.toFixed(3)} ms`);
    });

  test('control: an expression that looks back and forth does not', () => {
    const naive = /[\w-]+password[\w-]*=\S+/;
    const [ofHalf, ofWhole] = [2_048, 4_096].map(length => cost(() => naive.test('a'.repeat(length)), 1));
    assert.ok((ofWhole ?? 0) > (ofHalf ?? 0) * 3.2 + 0.3, `${ofHalf} and ${ofWhole} ms`);
  });
});
