import type { Attributes } from '@opentelemetry/api';

/**
 * A text that is equal for equal sets, in whatever order they are written, and different for different ones.
 * Throws what reading the attributes throws, and for what JSON cannot say (a BigInt, a circle).
 */
export const attributesKey = (attributes: Attributes): string =>
  keyOf(attributes, Object.keys(attributes).sort());

/** The same without sorting, for a first look: sets that differ in nothing but their order have different keys. */
export const attributesKeyAsWritten = (attributes: Attributes): string =>
  keyOf(attributes, Object.keys(attributes));

/** A number and its text are different values; so are `['a', 'b']` and `'a,b'`. Lengths tell where a part ends. */
const keyOf = (attributes: Attributes, names: readonly string[]): string => {
  let key = '';
  for (const name of names) {
    const value = attributes[name];
    if (typeof value === 'string') key += `${name.length}:${name}=${value.length}:${value}`;
    else {
      const json = String(JSON.stringify(value));
      key += `${name.length}:${name}#${json.length}:${json}`;
    }
  }
  return key;
};
