import type { HistogramValue, Series } from '../metrics/family.ts';

/** What becomes of values whose label sets are equal: totals are added, of gauges the last one stays. */
export type MergeRule = 'sum' | 'last';

/**
 * Series whose labels came out equal as one series: Prometheus refuses a page that says a series twice, or
 * drops all but one. That happens when keys or values differ only in what Prometheus cannot tell apart, or
 * when two scopes have a metric of the same name.
 */
export function* mergeSeries(parts: readonly Iterable<Series>[], rule: MergeRule): Generator<Series> {
  const merged = new Map<string, Series>();
  for (const part of parts) {
    for (const series of part) {
      const { text } = series.labels;
      const earlier = merged.get(text);
      merged.set(text, earlier === undefined ? series : join(earlier, series, rule));
    }
  }
  yield* merged.values();
}

const join = (earlier: Series, later: Series, rule: MergeRule): Series => {
  if (rule === 'last') return later;
  if (typeof earlier.value === 'number' || typeof later.value === 'number') {
    return { labels: later.labels, value: Number(earlier.value) + Number(later.value) };
  }
  // Histograms of different buckets have no sum: the first one stays.
  return earlier.value.bounds.join() === later.value.bounds.join()
    ? { labels: later.labels, value: added(earlier.value, later.value) }
    : earlier;
};

const added = (one: HistogramValue, other: HistogramValue): HistogramValue => ({
  bounds: one.bounds,
  counts: Array.from(one.counts, (count, index) => count + (other.counts[index] ?? 0)),
  sum: one.sum + other.sum,
  count: one.count + other.count,
});
