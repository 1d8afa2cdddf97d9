import type { Attributes } from '@opentelemetry/api';
import { attributesKey, attributesKeyAsWritten } from './attribute-key.ts';
import { overflowAttributes } from './attribute-limiter.ts';

export interface AttributeTable<Value> {
  /** The value of an attribute set, made on first use; the overflow set's once the table is full. */
  at(attributes: Attributes | undefined): Value;
  /** In the order in which they were made; only ever grows. */
  readonly values: Value[];
}

export interface AttributeTableOptions<Value> {
  /** How many attribute sets may ever exist, the overflow set included. */
  readonly limit: number;
  /** @param attributes the table's own copy: the application may go on to change its object */
  readonly create: (attributes: Attributes) => Value;
  /** Called for every measurement that lands in the overflow set for want of room. */
  readonly onOverflow: () => void;
}

const none: Attributes = {};
const overflowKey = attributesKey(overflowAttributes);

/** A table from attribute sets to values, bounded for the life of the process. */
export const createAttributeTable = <Value>(options: AttributeTableOptions<Value>): AttributeTable<Value> => {
  const { limit, create, onOverflow } = options;
  const values: Value[] = [];
  /** By sorted keys, and by keys in the order in which the application writes them, to save sorting every time. */
  const known = new Map<string, Value>();

  const insert = (key: string, attributes: Attributes): Value => {
    const value = create({ ...attributes });
    known.set(key, value);
    values.push(value);
    return value;
  };
  const admit = (key: string, attributes: Attributes): Value => {
    // One place stays free, so that the overflow set itself never breaks the limit.
    if (values.length < limit - 1) return insert(key, attributes);
    onOverflow();
    return known.get(overflowKey) ?? insert(overflowKey, overflowAttributes);
  };

  return {
    values,
    at: (attributes = none) => {
      const written = attributesKeyAsWritten(attributes);
      const asWritten = known.get(written);
      if (asWritten !== undefined) return asWritten;
      const key = attributesKey(attributes);
      const ofSet = known.get(key);
      if (ofSet === undefined) return admit(key, attributes);
      if (known.size < 3 * limit) known.set(written, ofSet);
      return ofSet;
    },
  };
};
