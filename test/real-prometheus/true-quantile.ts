import { httpRequestDuration } from '../../src/catalog/metrics.ts';

/** What a histogram may answer for a quantile, in seconds. */
export interface Answerable {
  /** The bucket in which the true quantile lies. */
  readonly above: number;
  readonly upTo: number;
  readonly truth: number;
}

/** How far two stopwatches around the same request may be apart. */
const stopwatchError = 0.0002;

/**
 * The bucket of the true quantile of these durations. When the truth is so close to a bound that the error of the
 * measurement decides, it is both buckets beside it.
 *
 * @param missing so many of the durations are perhaps not in the histogram
 */
export const bucketOfQuantile = (
  quantile: number,
  durations: readonly number[],
  missing = 0,
  error: number = stopwatchError,
): Answerable => {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (rank: number): number =>
    sorted[Math.min(Math.max(Math.ceil(rank), 1), sorted.length) - 1] ?? Number.NaN;
  const rank = quantile * sorted.length;
  const [above] = bucketOf(at(rank - missing) - error);
  const [, upTo] = bucketOf(at(rank + missing) + error);
  return { above, upTo, truth: at(rank) };
};

export const isAnswer = (value: number, { above, upTo }: Answerable): boolean =>
  above < value && value <= upTo;

const bucketOf = (value: number): readonly [above: number, upTo: number] => {
  const { buckets } = httpRequestDuration;
  const below = buckets.filter(bound => bound < value);
  return [below.at(-1) ?? 0, buckets[below.length] ?? Number.POSITIVE_INFINITY];
};
