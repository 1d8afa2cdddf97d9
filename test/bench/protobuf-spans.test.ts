import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countSpans } from '../../bench/load/protobuf-spans.ts';

/** An embedded message (wire type 2). */
const embedded = (field: number, ...content: number[]): number[] => [
  field * 8 + 2,
  content.length,
  ...content,
];
const span = embedded(2, ...embedded(5, 104, 105));

test('spans are counted over all resources and scopes', () => {
  const resource = embedded(1, 8, 1);
  const first = embedded(1, ...resource, ...embedded(2, ...span, ...span));
  const second = embedded(1, ...embedded(2, ...span), ...embedded(2, ...span));
  assert.equal(countSpans(Uint8Array.from([...first, ...second])), 4);
});

test('other fields are passed over, whatever their wire type', () => {
  const varint = [3 * 8, 0xac, 0x02];
  const fixed64 = [4 * 8 + 1, 1, 2, 3, 4, 5, 6, 7, 8];
  const fixed32 = [5 * 8 + 5, 1, 2, 3, 4];
  const message = embedded(1, ...varint, ...fixed64, ...embedded(2, ...fixed32, ...span));
  assert.equal(countSpans(Uint8Array.from(message)), 1);
  assert.equal(countSpans(new Uint8Array()), 0);
  assert.throws(() => countSpans(Uint8Array.from([7])), /not protobuf/);
});
