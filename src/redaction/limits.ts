/** What is read and shown at most, so that neither the time nor the size of a line depends on the application. */
export const limits: {
  /** Characters of a text that are searched and shown; what is beyond becomes `…`. */
  readonly text: number;
  /** Characters of all texts of one value together. */
  readonly characters: number;
  /** Characters of a name. */
  readonly name: number;
  /** Objects within objects. */
  readonly depth: number;
  /** Properties of one object that are shown. */
  readonly keys: number;
  /** Items of one array, Set or Map that are shown. */
  readonly items: number;
  /** Values of all kinds in one value, at all depths. */
  readonly values: number;
} = Object.freeze({
  text: 16_384,
  characters: 32_768,
  name: 128,
  depth: 8,
  keys: 100,
  items: 100,
  values: 1_000,
});

/** What stands for a secret. */
export const redacted = 'REDACTED';
