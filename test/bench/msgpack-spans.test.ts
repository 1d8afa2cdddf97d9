import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countMsgpackSpans } from '../../bench/load/msgpack-spans.ts';

const text = (value: string): number[] => [0xa0 + value.length, ...Buffer.from(value)];
const count = (...bytes: number[]): number => countMsgpackSpans(Uint8Array.from(bytes));

/** A map of one value of every kind, those with more values in them, too. */
const span = [
  ...[0xde, 0, 9],
  ...[...text('name'), 0xd9, 3, 1, 2, 3],
  ...[...text('start'), 0xcf, 1, 2, 3, 4, 5, 6, 7, 8],
  ...[...text('error'), 0xff],
  ...[...text('rate'), 0xcb, 1, 2, 3, 4, 5, 6, 7, 8],
  ...[...text('none'), 0xc0],
  ...[...text('meta'), 0x82, ...text('a'), ...text('b'), ...text('c'), 0xc4, 2, 0x91, 0x91],
  ...[...text('links'), 0xdc, 0, 2, 1, 0x91, 2],
  ...[...text('custom'), 0xc7, 2, 5, 0x91, 0x91],
  ...[...text('time'), 0xd6, 0xff, 1, 2, 3, 4],
];

test('spans are counted over all traces, whatever is in them', () => {
  assert.equal(count(0x92, 0x92, ...span, ...span, 0xdd, 0, 0, 0, 1, ...span), 3);
  assert.equal(count(0xdd, 0, 0, 0, 1, 0xdc, 0, 3, ...span, ...span, ...span), 3);
  assert.equal(count(0x90), 0);
});

test('what is not such a message is refused, not counted', () => {
  assert.throws(() => count(0x80), /not an array of traces: type 128/);
  assert.throws(() => count(0x91, 0x91, 0xc1), /not MessagePack: type 193/);
  assert.throws(() => count(0x91, 0x92, ...span), RangeError);
});
