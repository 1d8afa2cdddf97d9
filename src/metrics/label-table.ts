import { type LabelSet, pairLabels } from './label-set.ts';

export interface LabelTable<Value> {
  /** The value of a label set, made on first use; the overflow set's once the table is full. */
  at(first?: string, second?: string, third?: string): Value;
  entries(): readonly LabelEntry<Value>[];
}

export interface LabelEntry<Value> {
  readonly labels: LabelSet;
  readonly value: Value;
}

export interface LabelTableOptions<Value> {
  /** Label names, at most three. */
  readonly names: readonly string[];
  /** How many label sets may ever exist, the overflow set included. */
  readonly limit: number;
  /** Label values of the overflow set. */
  readonly overflow: readonly string[];
  readonly create: () => Value;
  /** Called for every measurement that lands in the overflow set for want of room. */
  readonly onOverflow: () => void;
}

/**
 * A table from up to three label values to a value, bounded for the life of the process: sums stay exact
 * because what no longer fits is counted in one overflow set. Nested maps, because looking up three
 * strings that are already hashed is cheaper than building and hashing a key from them.
 */
export const createLabelTable = <Value>(options: LabelTableOptions<Value>): LabelTable<Value> => {
  const { names, limit, overflow, create, onOverflow } = options;
  const tree = new Map<string, Map<string, Map<string, Value>>>();
  const entries: LabelEntry<Value>[] = [];

  const insert = (first: string, second: string, third: string): Value => {
    const value = create();
    branch(branch(tree, first), second).set(third, value);
    entries.push({ labels: pairLabels(names, [first, second, third]), value });
    return value;
  };
  const find = (first: string, second: string, third: string): Value | undefined =>
    tree.get(first)?.get(second)?.get(third);

  const [overflowFirst = '', overflowSecond = '', overflowThird = ''] = overflow;
  const admit = (first: string, second: string, third: string): Value => {
    // One place stays free, so that the overflow set itself never breaks the limit.
    if (entries.length < limit - 1) return insert(first, second, third);
    const isOverflow = first === overflowFirst && second === overflowSecond && third === overflowThird;
    if (!isOverflow) onOverflow();
    return (
      find(overflowFirst, overflowSecond, overflowThird) ??
      insert(overflowFirst, overflowSecond, overflowThird)
    );
  };

  return {
    at: (first = '', second = '', third = '') => find(first, second, third) ?? admit(first, second, third),
    entries: () => entries,
  };
};

const branch = <Key, Inner, Leaf>(tree: Map<Key, Map<Inner, Leaf>>, key: Key): Map<Inner, Leaf> => {
  const known = tree.get(key);
  if (known !== undefined) return known;
  const grown = new Map<Inner, Leaf>();
  tree.set(key, grown);
  return grown;
};
