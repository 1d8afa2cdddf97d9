import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdGenerator } from '../../src/traces/id-generator.ts';

test('ids are hexadecimal, of their length, and never the same', () => {
  const { generateTraceId, generateSpanId } = createIdGenerator();
  const ids = new Set<string>();
  for (let count = 0; count < 10_000; count++) {
    const traceId = generateTraceId();
    const spanId = generateSpanId();
    assert.match(traceId, /^[\da-f]{32}$/);
    assert.match(spanId, /^[\da-f]{16}$/);
    ids.add(traceId).add(spanId).add(traceId.slice(0, 16)).add(traceId.slice(16));
  }
  assert.equal(ids.size, 40_000);
});

test('every bit of an id is random', () => {
  const { generateTraceId } = createIdGenerator();
  const ones = Array.from({ length: 128 }, () => 0);
  for (let count = 0; count < 4_000; count++) {
    const bits = BigInt(`0x${generateTraceId()}`);
    for (let bit = 0; bit < 128; bit++) ones[bit] = (ones[bit] ?? 0) + Number((bits >> BigInt(bit)) & 1n);
  }
  // Six standard deviations.
  for (const [bit, count] of ones.entries()) assert.ok(Math.abs(count - 2_000) < 190, `bit ${bit}: ${count}`);
});

test('all zeros are no id', () => {
  let filled = 0;
  const { generateSpanId } = createIdGenerator(pool => {
    pool.fill(0);
    if (filled++ > 0) pool[7] = 1;
  });
  assert.equal(generateSpanId(), '0000000000000001');
  assert.equal(filled, 2);
});
