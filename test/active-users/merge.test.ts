import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addHash,
  countHashes,
  createSketch,
  exactLimit,
  highestRank,
  mergeSketch,
  registerCount,
  type Sketch,
} from '../../src/metrics/active-users/sketch.ts';
import { decodeSketch, encodeSketch } from '../../src/metrics/active-users/sketch-bytes.ts';
import { hashUserId } from '../../src/metrics/active-users/user-hash.ts';

const sketchOf = (users: Iterable<number | string>): Sketch => {
  const sketch = createSketch();
  for (const user of users) addHash(sketch, hashUserId(user));
  return sketch;
};

const range = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + index);

/** A process that receives these sketches in this order as bytes. */
const merged = (...sketches: readonly Uint8Array[]): Uint8Array => {
  const target = createSketch();
  for (const bytes of sketches) {
    const sketch = decodeSketch(bytes);
    assert.ok(sketch);
    mergeSketch(target, sketch);
  }
  return encodeSketch(target);
};

/** Few users, about as many as are held exactly in two, and many, all from a range in which they overlap. */
const anySketch = fc
  .tuple(fc.nat(6_000), fc.oneof(fc.nat(20), fc.integer({ min: 1_500, max: exactLimit }), fc.nat(9_000)))
  .map(([from, count]) => encodeSketch(sketchOf(range(from, count))));

test('merging is commutative, associative and idempotent, and the empty sketch changes nothing', () => {
  fc.assert(
    fc.property(anySketch, anySketch, anySketch, (a, b, c) => {
      assert.deepEqual(merged(a, b), merged(b, a));
      assert.deepEqual(merged(merged(a, b), c), merged(a, merged(b, c)));
      assert.deepEqual(merged(a, a), a);
      assert.deepEqual(merged(a, b, a, b), merged(a, b));
      assert.deepEqual(merged(a, encodeSketch(createSketch())), a);
    }),
    { numRuns: 60 },
  );
});

test('merged sketches are the sketch of everybody: no one counts twice, exact as long as few', () => {
  fc.assert(
    fc.property(fc.nat(6_000), fc.nat(6_000), fc.nat(6_000), (first, second, overlap) => {
      const a = range(0, first);
      const b = range(first - Math.min(first, overlap), second);
      assert.deepEqual(
        merged(encodeSketch(sketchOf(a)), encodeSketch(sketchOf(b))),
        encodeSketch(sketchOf([...a, ...b])),
      );
    }),
    { numRuns: 60 },
  );
  const few = decodeSketch(
    merged(encodeSketch(sketchOf(range(0, 3_000))), encodeSketch(sketchOf(range(2_000, 2_000)))),
  );
  assert.equal(few && countHashes(few), 4_000);
});

test('bytes come back as the sketch they were made of', () => {
  for (const count of [0, 1, 8, 9, 4_095, exactLimit, exactLimit + 1, 50_000]) {
    const sketch = sketchOf(range(0, count));
    const bytes = encodeSketch(sketch);
    assert.equal(bytes.length, 2 + (count <= exactLimit ? 8 * count : registerCount));
    const decoded = decodeSketch(bytes);
    assert.equal(decoded && countHashes(decoded), countHashes(sketch));
    assert.deepEqual(decoded && encodeSketch(decoded), bytes);
  }
});

test('a decoded sketch does not share memory with the bytes', () => {
  const bytes = encodeSketch(sketchOf(range(0, 10_000)));
  const decoded = decodeSketch(bytes);
  const before = decoded && countHashes(decoded);
  bytes.fill(highestRank, 2);
  assert.equal(decoded && countHashes(decoded), before);
});

test('what is no sketch is refused', () => {
  const few = encodeSketch(sketchOf(range(0, 3)));
  const many = encodeSketch(sketchOf(range(0, 10_000)));
  const changed = (bytes: Uint8Array, index: number, value: number): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    copy[index] = value;
    return copy;
  };
  const refused: Record<string, unknown> = {
    nothing: undefined,
    null: null,
    text: 'sketch',
    'an array': [1, 0],
    'an array with the properties of bytes': { 0: 1, 1: 0, length: 2 },
    'no bytes': new Uint8Array(),
    'half a header': Uint8Array.of(1),
    'version 0': changed(few, 0, 0),
    'version 2': changed(few, 0, 2),
    'an unknown kind': changed(few, 1, 2),
    'half a hash': few.subarray(0, -1),
    'hashes not in order': Uint8Array.from([
      ...few.subarray(0, 2),
      ...few.subarray(10, 18),
      ...few.subarray(2, 10),
    ]),
    'a hash twice': Uint8Array.from([...few.subarray(0, 10), ...few.subarray(2, 10)]),
    'the hash 0': new Uint8Array(10).fill(1, 0, 1),
    'a hash beyond 53 bits': changed(few, few.length - 1, 255),
    'too many hashes': Uint8Array.from([1, 0, ...new Uint8Array(8 * (exactLimit + 1))]),
    'too few registers': many.subarray(0, -1),
    'too many registers': Uint8Array.from([...many, 0]),
    'a register that is too high': changed(many, 2, highestRank + 1),
  };
  for (const [what, bytes] of Object.entries(refused)) assert.equal(decodeSketch(bytes), undefined, what);
});

test('whatever the bytes are, nothing is thrown, and what is accepted is a sketch', () => {
  const check = (bytes: unknown): void => {
    const sketch = decodeSketch(bytes);
    if (sketch === undefined) return;
    assert.ok(countHashes(sketch) >= 0);
    assert.deepEqual(encodeSketch(sketch), Uint8Array.from(bytes as Uint8Array));
  };
  fc.assert(fc.property(fc.anything({ withTypedArray: true }), check));
  fc.assert(
    fc.property(
      fc.constantFrom(0, 1, 2),
      fc.constantFrom(0, 1, 2),
      fc.uint8Array({ maxLength: 64 }),
      (version, kind, rest) => check(Uint8Array.from([version, kind, ...rest])),
    ),
  );
  const many = encodeSketch(sketchOf(range(0, 10_000)));
  fc.assert(
    fc.property(fc.nat(many.length - 1), fc.nat(255), (index, value) => {
      const copy = Uint8Array.from(many);
      copy[index] = value;
      check(copy);
    }),
  );
  assert.equal(decodeSketch(Buffer.from(many))?.registers?.length, registerCount, 'a Buffer is a Uint8Array');
});
