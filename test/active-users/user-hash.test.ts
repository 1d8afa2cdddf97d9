import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashUserId, significantCharacters } from '../../src/metrics/active-users/user-hash.ts';
import { idKinds } from './ids.ts';

test('1, 1n and the text 1 are the same user', () => {
  assert.equal(hashUserId(1), hashUserId('1'));
  assert.equal(hashUserId(1n), hashUserId('1'));
  assert.equal(hashUserId(-0), hashUserId(0));
  assert.notEqual(hashUserId(1), hashUserId('01'));
  assert.notEqual(hashUserId('a'), hashUserId('A'));
});

test('what identifies nobody has no hash, and nothing makes it throw', () => {
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error('touched');
      },
    },
  );
  for (const id of [
    undefined,
    null,
    '',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    Symbol('user'),
    {},
    [1],
    new String('ada'),
    () => 'ada',
    hostile,
    2n ** 1024n,
    -(2n ** 5000n),
  ])
    assert.equal(hashUserId(id), 0);
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }), id => {
      const hash = hashUserId(id);
      assert.ok(Number.isSafeInteger(hash) && hash >= 0);
    }),
  );
});

test('the hash is the same in every process and on every version: sketches are merged across them', () => {
  assert.deepEqual(
    ['1', 'ada', 'user-4711', '😀', '\ud800'].map(hashUserId),
    [
      1_079_486_469_950_402, 8_467_858_443_580_130, 8_180_321_207_276_802, 947_233_708_972_760,
      4_292_815_328_503_583,
    ],
  );
});

test('texts that differ somewhere have different hashes', () => {
  const base = '4b0f6a1c-9e1d-4c55-8f0e-2f6f3f1f7a10';
  const hashes = new Set([hashUserId(base)]);
  for (let index = 0; index < base.length; index++)
    for (const character of ['x', 'y', '\0', 'Ā'])
      hashes.add(hashUserId(base.slice(0, index) + character + base.slice(index + 1)));
  for (let length = 1; length < 200; length++) hashes.add(hashUserId('\0'.repeat(length)));
  assert.equal(hashes.size, 1 + base.length * 4 + 199);
});

test('a long text costs as much as its significant characters', () => {
  const filler = 'x'.repeat(10_000_000);
  const ids = [`${filler}1`, `${filler}2`, `1${filler}`, `2${filler}`, filler, `${filler}xx`];
  for (const id of ids) id.charCodeAt(0); // Puts the pieces of the text together, which is not our cost.
  const before = process.cpuUsage();
  for (let round = 0; round < 200; round++) for (const id of ids) hashUserId(id);
  const { user, system } = process.cpuUsage(before);
  assert.ok((user + system) / 1200 < 200, `${(user + system) / 1200} µs for a text of 10 MB`);
  assert.equal(new Set(ids.map(hashUserId)).size, ids.length);

  const half = significantCharacters / 2;
  const middle = (text: string): string => `${'a'.repeat(half)}${text}${'z'.repeat(half)}`;
  assert.equal(hashUserId(middle('1')), hashUserId(middle('2')), 'documented: the middle does not count');
  assert.notEqual(
    hashUserId(middle('')),
    hashUserId(`${middle('').slice(0, half - 1)}!${middle('').slice(half)}`),
  );
});

/**
 * Chi-squared of the counts in `cells` cells, as standard deviations from its mean: beyond 5 the values are not
 * evenly distributed.
 */
const unevenness = (values: readonly number[], cells: number): number => {
  const counts = new Float64Array(cells);
  for (const value of values) counts[value] = (counts[value] as number) + 1;
  const expected = values.length / cells;
  const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return (chiSquared - (cells - 1)) / Math.sqrt(2 * (cells - 1));
};

for (const [kind, idAt] of Object.entries(idKinds)) {
  test(`hashes of ${kind} are evenly distributed and do not collide`, () => {
    const hashes = Array.from({ length: 200_000 }, (_, index) => hashUserId(idAt(index + 1)));
    assert.equal(new Set(hashes).size, hashes.length);
    for (const shift of [0, 6, 12, 18, 24, 30, 36, 43]) {
      const cells = hashes.map(hash => Math.floor(hash / 2 ** shift) % 1024);
      assert.ok(Math.abs(unevenness(cells, 1024)) < 5, `bits ${shift} to ${shift + 9}`);
    }
  });
}

test('each bit of an id changes each bit of the hash in half of the cases', () => {
  const flips = new Float64Array(53);
  let cases = 0;
  for (let user = 0; user < 2000; user++) {
    const id = `user-${user}`;
    const hash = BigInt(hashUserId(id));
    for (let index = 0; index < id.length; index++)
      for (let bit = 0; bit < 16; bit++) {
        const changed = String.fromCharCode(id.charCodeAt(index) ^ (1 << bit));
        const other = BigInt(hashUserId(id.slice(0, index) + changed + id.slice(index + 1)));
        const difference = hash ^ other;
        for (let place = 0; place < 53; place++)
          if ((difference >> BigInt(place)) & 1n) flips[place] = (flips[place] as number) + 1;
        cases++;
      }
  }
  for (const [place, count] of flips.entries())
    assert.ok(Math.abs(count / cases - 0.5) < 0.01, `bit ${place}: ${count / cases}`);
});
