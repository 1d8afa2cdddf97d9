import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { traceParent } from '../../src/traces/trace-parent.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const parent = (value: string): unknown => traceParent(['Host', 'x', 'Traceparent', value]);

test('the parent of a request, sampled or not', () => {
  assert.deepEqual(parent(`00-${traceId}-${spanId}-00`), { traceId, spanId, traceFlags: 0 });
  assert.deepEqual(parent(`00-${traceId}-${spanId}-01`), { traceId, spanId, traceFlags: 1 });
  assert.deepEqual(parent(`00-${traceId}-${spanId}-03`), { traceId, spanId, traceFlags: 3 });
  const future = `cc-${traceId}-${spanId}-01-what-the-future-brings`;
  assert.deepEqual(parent(future), { traceId, spanId, traceFlags: 1 });
});

test('malformed or absent: none', () => {
  const values = [
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
  assert.equal(traceParent([]), undefined);
  assert.equal(traceParent(['traceparent']), undefined);
});

test('whatever a client sends, ids are hexadecimal or there are none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), value => {
      const ids = traceParent(['traceparent', value]);
      assert.ok(ids === undefined || /^[0-9a-f]{32}$/.test(ids.traceId));
    }),
  );
});
