import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProtobufWriter, type ProtobufWriter, type Written } from '../../src/otlp/protobuf-writer.ts';

const bytesOf = ({ memory, start, end }: Written): Buffer => memory.subarray(start, end);

/** Every kind of field, with the shortest and the longest forms. */
const everything = (writer: ProtobufWriter, another: Written): void => {
  const opened = writer.open(15);
  writer.integer(1, -1);
  writer.integer(16, -(2 ** 63));
  writer.integer(1, 2 ** 32 - 1);
  writer.integer(1, 2 ** 62);
  writer.text(2, 'ü'.repeat(30));
  writer.text(2, 'x'.repeat(200));
  writer.text(2, '');
  const inner = writer.open(16);
  writer.hex(3, '00ff7aB1');
  writer.bytes(4, new Uint8Array([1, 2, 3]));
  writer.close(inner);
  writer.double(5, -0.5);
  writer.fixed32(16, 2 ** 32 - 1);
  writer.time(7, [2 ** 34 - 1, 999_999_999]);
  writer.message(8, another);
  writer.close(opened);
};

const another = ((): Written => {
  const writer = createProtobufWriter(10);
  writer.text(1, 'another');
  return writer.take();
})();

test('where a piece of memory ends makes no difference', () => {
  const once = createProtobufWriter(100_000);
  everything(once, another);
  const expected = bytesOf(once.take());
  assert.ok(expected.length > 300);
  for (let size = 1; size < 1_200; size++) {
    const writer = createProtobufWriter(size);
    const written: Written[] = [];
    for (let time = 0; time < 3; time++) {
      everything(writer, another);
      written.push(writer.take());
    }
    for (const message of written) assert.deepEqual(bytesOf(message), expected, `pieces of ${size} bytes`);
  }
});

test('writes what Protocol Buffers’ own documentation says', () => {
  const writer = createProtobufWriter(100);
  // Source: Protocol Buffers, "Encoding": 150 and "testing".
  writer.integer(1, 150);
  writer.text(2, 'testing');
  assert.equal(bytesOf(writer.take()).toString('hex'), '089601120774657374696e67');
  writer.integer(1, -2);
  assert.equal(bytesOf(writer.take()).toString('hex'), '08feffffffffffffffff01');
});
