/** Of a longer id its first and last half of this many characters count, and its length. */
export const significantCharacters = 1024;
const half = significantCharacters / 2;

/** A larger bigint is no id, and its decimal digits would cost too much. */
const bigintLimit = 2n ** 1024n;

const noUser = 0;

/**
 * The hash of a user's id: a whole number from 1 to 2^53 - 1, or 0 for what identifies nobody. Texts, finite
 * numbers and bigints are ids, and 1, 1n and '1' are the same user.
 *
 * It has no seed, so that sketches of several processes can be merged.
 */
export const hashUserId = (id: unknown): number => {
  switch (typeof id) {
    case 'string':
      return hashText(id);
    case 'number':
      return Number.isFinite(id) ? hashText(String(id)) : noUser;
    case 'bigint':
      return id < bigintLimit && id > -bigintLimit ? hashText(String(id)) : noUser;
    default:
      return noUser;
  }
};

/** Two lanes of 32 bits, two UTF-16 units at a time; the empty text is 0. */
const hashText = (text: string): number => {
  const { length } = text;
  if (length === 0) return noUser;
  let first = 0x9e3779b9 ^ length;
  let second = 0x7f4a7c15 + length;
  let index = 0;
  while (index < length) {
    if (index === half && length > significantCharacters) index = length - half;
    // Beyond the end charCodeAt is NaN, which the shift makes 0; the length tells 'a' from 'a\0'.
    const units = text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
    first = Math.imul(first ^ units, 0x85ebca77);
    first ^= first >>> 15;
    second = Math.imul(second + units, 0xc2b2ae3d);
    second ^= second >>> 13;
    index += 2;
  }
  first = scramble(first + Math.imul(second, 0x9e3779b1));
  second = scramble(second ^ first);
  return (first >>> 11) * 2 ** 32 + (second >>> 0) || 1;
};

/** The finalizer of MurmurHash3 with the constants of lowest bias: each bit of the input changes half of the output. */
const scramble = (value: number): number => {
  let bits = value;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return bits ^ (bits >>> 15);
};
