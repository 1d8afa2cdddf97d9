/**
 * What Prometheus computes from two scrapes: increases of counters and quantiles of histograms.
 *
 * @typedef {Map<string, import('./scrape.js').Sample>} Page
 */

/**
 * How much the series of a counter grew from one page to the other, and their value, summed by labels. A series that
 * is smaller than before began again at 0, and so did one that was not there.
 *
 * @param {Page} before
 * @param {Page} after
 * @param {string} name
 * @param {string[]} by
 */
export function increases(before, after, name, by = []) {
  const groups = new Map();
  for (const [series, sample] of after) {
    if (sample.name !== name) continue;
    const labels = Object.fromEntries(by.map(label => [label, sample.labels[label] ?? '']));
    const key = JSON.stringify(labels);
    const group = groups.get(key) ?? { labels, increase: 0, value: 0 };
    group.increase += growth(before.get(series)?.value ?? 0, sample.value);
    group.value += sample.value;
    groups.set(key, group);
  }
  return [...groups.values()];
}

function growth(before, after) {
  return after < before ? after : after - before;
}

/** The sum of a gauge's series. */
export function sum(page, name) {
  let total = 0;
  for (const sample of page.values()) if (sample.name === name) total += sample.value;
  return total;
}

/**
 * The quantile of what a histogram observed between two pages, over the series with these labels.
 *
 * @param {number} q
 * @param {Page} before
 * @param {Page} after
 * @param {string} name without `_bucket`
 * @param {Record<string, string>} labels
 */
export function quantileBetween(q, before, after, name, labels = {}) {
  const by = [...Object.keys(labels), 'le'];
  const buckets = increases(before, after, `${name}_bucket`, by)
    .filter(bucket => Object.entries(labels).every(([label, value]) => bucket.labels[label] === value))
    .map(bucket => ({ bound: upperBound(bucket.labels.le), count: bucket.increase }));
  return histogramQuantile(q, buckets);
}

function upperBound(le) {
  return le === '+Inf' ? Infinity : Number(le);
}

/**
 * PromQL's histogram_quantile: observations lie evenly within their bucket, the first bucket begins at 0,
 * and beyond the last finite bound nothing is known but that bound.
 *
 * @param {number} q from 0 to 1
 * @param {{ bound: number, count: number }[]} buckets cumulative counts
 * @returns {number} NaN without observations
 */
export function histogramQuantile(q, buckets) {
  const sorted = buckets.toSorted((a, b) => a.bound - b.bound);
  const total = sorted.at(-1)?.count ?? 0;
  if (sorted.length < 2 || total === 0) return Number.NaN;

  const rank = q * total;
  const index = sorted.findIndex(({ count }) => count >= rank);
  if (index === sorted.length - 1) return sorted[index - 1].bound;

  const lower = index === 0 ? { bound: 0, count: 0 } : sorted[index - 1];
  const { bound, count } = sorted[index];
  return lower.bound + (bound - lower.bound) * ((rank - lower.count) / (count - lower.count));
}
