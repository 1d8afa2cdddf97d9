import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differencesOf, ratiosOf, rotated, spreadOf } from '../../bench/statistics.ts';

test('a spread is the least, the middle and the greatest', () => {
  assert.deepEqual(spreadOf([5, 1, 3]), { min: 1, median: 3, max: 5 });
  assert.deepEqual(spreadOf([10, 4, 2, 6]), { min: 2, median: 5, max: 10 });
  assert.deepEqual(spreadOf([7]), { min: 7, median: 7, max: 7 });
  assert.throws(() => spreadOf([]), /no values/);
});

test('values are compared with the base of their own round', () => {
  // The second round was slow for both.
  assert.deepEqual(ratiosOf([2, 20, 3], [1, 10, 1]), { min: 2, median: 2, max: 3 });
  assert.deepEqual(differencesOf([12, 110, 13], [10, 100, 10]), { min: 2, median: 3, max: 10 });
  assert.throws(() => ratiosOf([1, 2], [1]), /different length/);
});

test('every round begins with another item', () => {
  const items = ['a', 'b', 'c'];
  assert.deepEqual(rotated(items, 0), ['a', 'b', 'c']);
  assert.deepEqual(rotated(items, 1), ['b', 'c', 'a']);
  assert.deepEqual(rotated(items, 5), ['c', 'a', 'b']);
});
