import {
  addHash,
  createSketch,
  exactLimit,
  heldHashes,
  highestRank,
  registerCount,
  type Sketch,
} from './sketch.ts';

/**
 * The binary form of a sketch, for merging those of several processes: a byte for the version, a byte for the
 * kind, then either the hashes in ascending order, 8 bytes each (little endian), or the registers, a byte each.
 * Equal sketches have equal bytes.
 */
const version = 1;
const exact = 0;
const estimated = 1;
const headerSize = 2;
const hashSize = 8;

export const encodeSketch = (sketch: Sketch): Uint8Array => {
  if (sketch.registers !== undefined) {
    const bytes = new Uint8Array(headerSize + registerCount);
    bytes.set([version, estimated]);
    bytes.set(sketch.registers, headerSize);
    return bytes;
  }
  const hashes = heldHashes(sketch).sort();
  const bytes = new Uint8Array(headerSize + hashes.length * hashSize);
  bytes.set([version, exact]);
  const view = new DataView(bytes.buffer);
  for (const [index, hash] of hashes.entries())
    view.setBigUint64(headerSize + index * hashSize, BigInt(hash), true);
  return bytes;
};

/** Undefined for whatever `encodeSketch` did not write. Never throws. */
export const decodeSketch = (bytes: unknown): Sketch | undefined => {
  if (!(bytes instanceof Uint8Array) || bytes[0] !== version) return undefined;
  const content = bytes.subarray(headerSize);
  if (bytes[1] === exact) return decodeHashes(content);
  return bytes[1] === estimated ? decodeRegisters(content) : undefined;
};

const decodeHashes = (bytes: Uint8Array): Sketch | undefined => {
  if (bytes.length % hashSize !== 0 || bytes.length > exactLimit * hashSize) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const sketch = createSketch();
  let before = 0;
  for (let offset = 0; offset < bytes.length; offset += hashSize) {
    const hash = Number(view.getBigUint64(offset, true));
    if (hash <= before || hash > Number.MAX_SAFE_INTEGER) return undefined;
    addHash(sketch, hash);
    before = hash;
  }
  return sketch;
};

const decodeRegisters = (bytes: Uint8Array): Sketch | undefined => {
  if (bytes.length !== registerCount || bytes.some(rank => rank > highestRank)) return undefined;
  return { hashes: undefined, size: 0, registers: Uint8Array.from(bytes) };
};
