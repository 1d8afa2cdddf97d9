/** The least, the middle and the greatest of some numbers. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((left, right) => left - right);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new Error('no values to summarise');
  return { min, median: middleOf(sorted), max };
};

const middleOf = (sorted: readonly number[]): number => {
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
};

/** The spread of each value divided by the base's value of the same round, so that a slow round cancels out. */
export const ratiosOf = (values: readonly number[], base: readonly number[]): Spread =>
  spreadOf(pairwise(values, base, (value, basis) => value / basis));

/** The spread of what each value is above the base's value of the same round. */
export const differencesOf = (values: readonly number[], base: readonly number[]): Spread =>
  spreadOf(pairwise(values, base, (value, basis) => value - basis));

const pairwise = (
  values: readonly number[],
  base: readonly number[],
  combine: (value: number, basis: number) => number,
): readonly number[] => {
  if (values.length !== base.length) throw new Error('rounds of different length cannot be compared');
  return values.map((value, round) => combine(value, base[round] ?? Number.NaN));
};

/** The items in another order for each round, so that none always follows the same one. */
export const rotated = <Item>(items: readonly Item[], round: number): readonly Item[] => {
  const start = round % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
};
