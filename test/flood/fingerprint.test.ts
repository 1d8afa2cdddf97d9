import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { hashOfMessage, hashOfPlace } from '../../src/errors/flood/fingerprint.ts';

const ofMessage = (message: string): number => hashOfMessage(new Error(message));

describe('the fingerprint of a message', () => {
  test('is the same whatever numbers and identifiers are in it', () => {
    const same: readonly (readonly string[])[] = [
      ['user 1 not found', 'user 42 not found', 'user 1234567 not found'],
      ['took 1.5 ms', 'took 12.25 ms', 'took 300.0 ms'],
      ['at 2026-01-02T03:04:05.678Z', 'at 1999-12-31T23:59:59.000Z'],
      ['id 5f2b7c9a1e', 'id 00ffee1122', 'id 77'],
      ['no frame 0x7fff5a', 'no frame 0xdeadbeef'],
      ['no object 507f1f77bcf86cd799439011', 'no object 65a1b2c3d4e5f60718293a4b'],
      ['order 01ARZ3NDEKTSV4RRFFQ69G5FAV', 'order 01BX5ZZKBKACTAV9WEVGEMMVRZ'],
      ['connect ECONNREFUSED 10.0.0.1:5432', 'connect ECONNREFUSED 192.168.100.2:6543'],
      ['-5 is too small', '17 is too small'],
      ['user42 is gone', 'user7 is gone'],
      ['', ''],
    ];
    for (const messages of same) {
      assert.equal(new Set(messages.map(ofMessage)).size, 1, messages.join(' | '));
    }
    const uuids = Array.from({ length: 2_000 }, () => ofMessage(`no order ${randomUUID()}`));
    assert.equal(new Set(uuids).size, 1);
    const hashes = Array.from({ length: 2_000 }, () =>
      ofMessage(`no ${randomBytes(12).toString('hex')} here`),
    );
    assert.equal(new Set(hashes).size, 1);
  });

  test('is another one for other words', () => {
    const messages = [
      ['user 1 not found', 'users 1 not found', 'user not found', 'user  not found', 'user 1 found not'],
      ['user a not found', 'user b not found', 'user added not found', 'user faded not found'],
      ['', ' ', 'null', 'undefined', '사용자 1을 찾을 수 없음', '사용자 1을 찾을 수 있음'],
      ['connect ECONNREFUSED 10.0.0.1:5432', 'connect ECONNRESET 10.0.0.1:5432'],
    ].flat();
    assert.equal(new Set(messages.map(ofMessage)).size, messages.length);
  });

  test('reads only so much of a long one', () => {
    const long = 'word '.repeat(200_000);
    assert.equal(ofMessage(long), ofMessage(`${long}and more`));
  });

  test('tells types apart, by class and by name', () => {
    class NotFound extends Error {}
    const named = Object.assign(new Error('x'), { name: 'NotFound' });
    const bare = Object.assign(Object.create(null), { message: 'x' });
    const hashes = [
      new Error('x'),
      new TypeError('x'),
      new NotFound('x'),
      named,
      'x',
      { message: 'x' },
      bare,
      { message: 42 },
      undefined,
      null,
      42,
      true,
      Symbol('x'),
      () => {},
    ].map(hashOfMessage);
    // `null` says no more of itself than `object`, which nothing else that is an error is named.
    assert.equal(new Set(hashes).size, hashes.length);
    assert.deepEqual([new NotFound('y 1'), new NotFound('y 2')].map(hashOfMessage).length, 2);
    assert.equal(hashOfMessage(new NotFound('y 1')), hashOfMessage(new NotFound('y 2')));
    assert.equal(hashOfMessage(bare), hashOfMessage(Object.assign(Object.create(null), { message: 'x' })));
  });

  test('never throws, whatever the error is', () => {
    const unreadable = new Proxy(
      {},
      {
        get: () => {
          throw new Error('get');
        },
      },
    );
    const odd = fc.constantFrom<unknown>('x', 1, null, undefined, Symbol('s'), [], {});
    for (const hash of [hashOfMessage, hashOfPlace]) assert.equal(typeof hash(unreadable), 'number');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything({ maxDepth: 1 }),
          fc.record({ name: odd, message: odd, stack: odd }),
          fc.record({ message: fc.string({ unit: 'binary' }), stack: fc.string({ unit: 'binary' }) }),
        ),
        error => Number.isInteger(hashOfMessage(error)) && Number.isInteger(hashOfPlace(error)),
      ),
    );
  });
});

const withFrames = (message: string, ...frames: readonly string[]): object => ({
  message,
  stack: [`Error: ${message}`, ...frames.map(frame => `    at ${frame}`)].join('\n'),
});

describe('the fingerprint of a place', () => {
  const frames = ['load (/app/load.js:1:2)', 'serve (/app/serve.js:3:4)'];
  const usual = hashOfPlace(withFrames('x', ...frames));

  test('is one for each place that throws', () => {
    const one = (): Error => new Error('x');
    const other = (): Error => new Error('x');
    assert.equal(new Set([1, 2, 3].map(() => hashOfPlace(one()))).size, 1);
    assert.notEqual(hashOfPlace(one()), hashOfPlace(other()));
  });

  test('depends on the position of the frames, not on names that change', () => {
    const same = [
      ['Loader.load (/app/load.js:1:2)', 'async serve (/app/serve.js:3:4)'],
      ['CachedLoader.load [as read] (/app/load.js:1:2)', 'async Promise.all (index 3)', 'file/app/x'],
      ['JSON.parse (<anonymous>)', '/app/load.js:1:2', 'async /app/serve.js:3:4'],
    ];
    assert.deepEqual(
      same.map((lines, index) =>
        hashOfPlace(withFrames('x', ...lines, ...(index === 1 ? [frames[1] ?? ''] : []))),
      ),
      [usual, usual, usual],
    );
    for (const lines of [
      ['load (/app/load.js:1:3)', frames[1] ?? ''],
      ['load (/app/other.js:1:2)', frames[1] ?? ''],
      [frames[0] ?? '', 'serve (/app/serve.js:9:4)'],
      [frames[0] ?? ''],
    ]) {
      assert.notEqual(hashOfPlace(withFrames('x', ...lines)), usual, lines.join(' | '));
    }
  });

  test('leaves out what lies between: Node.js and packages, unless one of them threw', () => {
    const between = [
      'run (node:internal/process/task_queues:1:2)',
      'wrap (/app/node_modules/wrap/index.js:1:2)',
    ];
    assert.equal(hashOfPlace(withFrames('x', frames[0] ?? '', ...between, frames[1] ?? '')), usual);
    const thrownBy = (line: number): number =>
      hashOfPlace(withFrames('x', `parse (/app/node_modules/pg/parser.js:${line}:2)`, ...frames));
    assert.notEqual(thrownBy(1), usual);
    assert.notEqual(thrownBy(1), thrownBy(2));
    assert.equal(hashOfPlace(withFrames('x', 'open (node:fs:1:2)', ...frames)), usual);
  });

  test('takes no line of the message for a frame', () => {
    const message = 'remote error:\n    at remote (/remote/a.js:7:8)';
    assert.equal(hashOfPlace(withFrames(message, ...frames)), usual);
    assert.notEqual(hashOfPlace(withFrames('x', 'remote (/remote/a.js:7:8)', ...frames)), usual);
  });

  test('reads only the first frames of the application', () => {
    const deep = Array.from({ length: 6 }, (_, line) => `deep (/app/deep.js:${line}:1)`);
    assert.equal(
      hashOfPlace(withFrames('x', ...deep)),
      hashOfPlace(withFrames('x', ...deep.slice(0, 4), 'other (/app/other.js:1:1)')),
    );
    assert.notEqual(hashOfPlace(withFrames('x', ...deep)), hashOfPlace(withFrames('x', ...deep.slice(0, 3))));
  });

  test('is the same where there is none', () => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    const bare = new Error('x');
    Error.stackTraceLimit = limit;
    assert.deepEqual([bare, 'text', null, undefined, { stack: [] }].map(hashOfPlace), [0, 0, 0, 0, 0]);
  });
});

test('a stack of a hundred thousand lines takes no longer than one of a hundred', () => {
  const stackOf = (lines: number) => ({
    message: 'y',
    stack: `Error: y${'\n    at node:internal/a:1:2'.repeat(lines)}`,
  });
  const cpuOf = (error: object): number => {
    const before = process.cpuUsage();
    for (let round = 0; round < 2_000; round++) hashOfPlace(error);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const [short, long] = [stackOf(100), stackOf(100_000)];
  for (const error of [short, long, short, long]) hashOfPlace(error);
  cpuOf(short);
  const ratio = cpuOf(long) / cpuOf(short);
  assert.ok(ratio < 20, `× ${ratio}`);
});
