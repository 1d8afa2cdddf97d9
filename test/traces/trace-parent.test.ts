import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sampledParent } from '../../src/traces/trace-parent.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const parent = (value: string): unknown => sampledParent(['Host', 'x', 'Traceparent', value]);

test('the sampled parent of a request', () => {
  assert.deepEqual(parent(`00-${traceId}-${spanId}-01`), { traceId, spanId });
  assert.deepEqual(parent(`00-${traceId}-${spanId}-03`), { traceId, spanId });
  assert.deepEqual(parent(`cc-${traceId}-${spanId}-01-what-the-future-brings`), { traceId, spanId });
});

test('not sampled, malformed or absent: none', () => {
  const values = [
    `00-${traceId}-${spanId}-00`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId}-${spanId}-0`,
    `00-${traceId}-${spanId}-01x`,
    `00-${traceId}${spanId}-01`,
    '',
    'x'.repeat(100_000),
  ];
  for (const value of values) assert.equal(parent(value), undefined, value.slice(0, 80));
  assert.equal(sampledParent([]), undefined);
  assert.equal(sampledParent(['traceparent']), undefined);
});

test('whatever a client sends, ids are hexadecimal or there are none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), value => {
      const ids = sampledParent(['traceparent', value]);
      assert.ok(ids === undefined || /^[0-9a-f]{32}$/.test(ids.traceId));
    }),
  );
});
