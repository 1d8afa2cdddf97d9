import type { HistogramDefinition, MetricDefinition } from '../../src/catalog/metrics.ts';

/** The application and the replicas that are chosen at the top of the dashboard. */
const chosen = 'job="$job",instance=~"$instance"';

/** Series of the chosen application; what else they must match is added. */
export const series = ({ name }: Pick<MetricDefinition, 'name'>, matchers = ''): string =>
  `${name}{${chosen}${matchers && `,${matchers}`}}`;

const part = (histogram: HistogramDefinition, suffix: 'bucket' | 'sum' | 'count') => ({
  name: `${histogram.name}_${suffix}`,
});

export const rate = (metric: Pick<MetricDefinition, 'name'>, matchers = ''): string =>
  `rate(${series(metric, matchers)}[$__rate_interval])`;

/** How often something was measured. */
export const countRate = (histogram: HistogramDefinition, matchers = ''): string =>
  rate(part(histogram, 'count'), matchers);

/** Seconds measured in a second. */
export const timeRate = (histogram: HistogramDefinition, matchers = ''): string =>
  rate(part(histogram, 'sum'), matchers);

export const bucketRate = (histogram: HistogramDefinition, matchers = ''): string =>
  rate(part(histogram, 'bucket'), matchers);

/** How many there were in the whole time that is shown. For tables: right from the first minute on, as no rate is. */
export const total = (metric: Pick<MetricDefinition, 'name'>, matchers = ''): string =>
  `increase(${series(metric, matchers)}[$__range])`;

export const countTotal = (histogram: HistogramDefinition, matchers = ''): string =>
  total(part(histogram, 'count'), matchers);

export const timeTotal = (histogram: HistogramDefinition, matchers = ''): string =>
  total(part(histogram, 'sum'), matchers);

export const sum = (promql: string, by = ''): string =>
  by ? `sum by (${by}) (${promql})` : `sum(${promql})`;

/** Without traffic a quotient is not a number: no sample then. Where the dividend has no series yet, it is 0. */
export const ratio = (dividend: string, divisor: string): string =>
  `(${dividend} or 0 * ${divisor}) / (${divisor} > 0)`;

const quantileOf = (quantile: number, buckets: string, by: string): string =>
  // The comparison drops NaN, which is the quantile of nothing.
  `histogram_quantile(${quantile}, ${sum(buckets, by ? `le, ${by}` : 'le')}) >= 0`;

export const quantile = (quantile: number, histogram: HistogramDefinition, by = '', matchers = ''): string =>
  quantileOf(quantile, bucketRate(histogram, matchers), by);

/** Of the whole time that is shown, for tables. */
export const totalQuantile = (
  quantile: number,
  histogram: HistogramDefinition,
  by = '',
  matchers = '',
): string => quantileOf(quantile, total(part(histogram, 'bucket'), matchers), by);

/** 2xx, 3xx, 4xx, 5xx, and 499 by itself: the client has left, or the application has hung up. */
export const statusClasses = (promql: string): string =>
  sum(
    `label_replace(label_replace(${promql}, "class", "\${1}xx", "status", "([1-5]).."), "class", "499", "status", "499")`,
    'class',
  );

/** What counts as failed: the server's own errors, but on no path that no route took. As in the rules. */
export const failed = 'status=~"5..",path!="unmatched"';
