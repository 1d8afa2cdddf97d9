import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selfTimes } from '../../bench/self-time.ts';

const frame = (functionName: string, lineNumber: number) => ({
  functionName,
  url: 'file:///a.js',
  lineNumber,
});

test('self times are added up over the places that a function is called from', () => {
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('outer', 0) },
      { id: 2, callFrame: frame('inner', 9) },
      { id: 3, callFrame: frame('inner', 9) },
      { id: 4, callFrame: frame('', 20) },
    ],
    samples: [1, 2, 3, 2],
    timeDeltas: [10, 20, 30, 40],
  };
  assert.deepEqual(selfTimes(profile), [
    { name: 'inner', url: 'file:///a.js', line: 10, self: 90 },
    { name: 'outer', url: 'file:///a.js', line: 1, self: 10 },
    { name: '(anonymous)', url: 'file:///a.js', line: 21, self: 0 },
  ]);
});
