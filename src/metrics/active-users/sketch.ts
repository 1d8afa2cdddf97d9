import { estimateRegisters } from './estimate.ts';

/**
 * A set of hashes of which only the size is asked. Up to `exactLimit` hashes it holds them all; from then on it
 * is a HyperLogLog sketch, whose size is constant and whose standard error is 0.4 %.
 */
export interface Sketch {
  /** An open-addressed table, at most half full; 0 is a free place. Undefined once there are registers. */
  hashes: Float64Array | undefined;
  /** The number of hashes in the table. */
  size: number;
  registers: Uint8Array | undefined;
}

const precision = 16;
export const registerCount: number = 2 ** precision;

/** Bits of a hash that are not the register's number, and the highest value of a register. */
const rankBits = 53 - precision;
export const highestRank: number = rankBits + 1;

/** The table of so many hashes is as large as the registers. */
export const exactLimit = 4096;
const smallestTable = 16;

export const createSketch = (): Sketch => ({
  hashes: new Float64Array(smallestTable),
  size: 0,
  registers: undefined,
});

/** @param hash a whole number from 1 to 2^53 - 1, evenly distributed */
export const addHash = (sketch: Sketch, hash: number): void => {
  if (sketch.registers !== undefined) {
    raiseRegister(sketch.registers, hash);
    return;
  }
  const hashes = sketch.hashes as Float64Array;
  if (!insert(hashes, hash)) return;
  sketch.size++;
  if (sketch.size > exactLimit) toRegisters(sketch);
  else if (sketch.size * 2 > hashes.length) sketch.hashes = enlarged(hashes);
};

/** Adds everything that `source` holds; in whatever order sketches are merged, the result is the same. */
export const mergeSketch = (target: Sketch, source: Sketch): void => {
  if (source.registers === undefined) {
    for (const hash of heldHashes(source)) addHash(target, hash);
    return;
  }
  const registers = target.registers ?? toRegisters(target);
  const others = source.registers;
  for (let index = 0; index < registerCount; index++)
    registers[index] = Math.max(registers[index] as number, others[index] as number);
};

/** How many different hashes were added: exactly, or estimated from the registers. */
export const countHashes = (sketch: Sketch): number =>
  sketch.registers === undefined ? sketch.size : estimateRegisters(sketch.registers, highestRank);

/** The hashes of a sketch without registers, in no order. */
export const heldHashes = (sketch: Sketch): Float64Array =>
  (sketch.hashes ?? new Float64Array()).filter(hash => hash !== 0);

/**
 * Where in the table a hash belongs is a secret of the process: nobody can choose ids that all want the same place.
 * It is not part of what is merged.
 */
const oddRandom = (): number => (Math.random() * 2 ** 32) | 1;
const lowSecret = oddRandom();
const highSecret = oddRandom();

/** False when the hash was there. */
const insert = (hashes: Float64Array, hash: number): boolean => {
  const mask = hashes.length - 1;
  const low = hash >>> 0;
  const high = (hash - low) / 2 ** 32;
  const mixed = Math.imul(low, lowSecret) + Math.imul(high, highSecret);
  let place = mixed >>> Math.clz32(mask);
  for (;;) {
    const held = hashes[place];
    if (held === hash) return false;
    if (held === 0) {
      hashes[place] = hash;
      return true;
    }
    place = (place + 1) & mask;
  }
};

const enlarged = (hashes: Float64Array): Float64Array => {
  const larger = new Float64Array(hashes.length * 2);
  for (const hash of hashes) if (hash !== 0) insert(larger, hash);
  return larger;
};

const toRegisters = (sketch: Sketch): Uint8Array => {
  const registers = new Uint8Array(registerCount);
  for (const hash of heldHashes(sketch)) raiseRegister(registers, hash);
  sketch.hashes = undefined;
  sketch.size = 0;
  sketch.registers = registers;
  return registers;
};

/** The lowest bits choose the register; it keeps the longest run of zeros, plus one, at the upper end of the others. */
const raiseRegister = (registers: Uint8Array, hash: number): void => {
  const low = hash >>> 0;
  const high = (hash - low) / 2 ** 32;
  const rank = high === 0 ? 22 + Math.clz32(low >>> precision) - precision : Math.clz32(high) - 10;
  const index = low & (registerCount - 1);
  if (rank > (registers[index] as number)) registers[index] = rank;
};
