import type { HistogramDefinition, MetricDefinition } from '../../src/catalog/metrics.ts';
import { processStartTime } from '../../src/catalog/runtime.ts';
import { up } from './stack-metrics.ts';

/** The application and the replicas that are chosen at the top of the dashboard. */
const replicas = 'job="$job",instance=~"$instance"';
/** For dashboards about the application as a whole. */
export const wholeJob = 'job="$job"';

/** Series of the chosen application; what else they must match is added. */
export const series = (
  { name }: Pick<MetricDefinition, 'name'>,
  matchers = '',
  chosen: string = replicas,
): string => `${name}{${chosen}${matchers && `,${matchers}`}}`;

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

/**
 * How many there were in the whole time that is shown. `increase` does not count the first of a series that was born in
 * that time, and often an error is the only one of its series. Its value is the number then, unless it was reset; but
 * only if its process was watched before or is as young, for otherwise it may be old and only new to Prometheus.
 */
export const total = (
  metric: Pick<MetricDefinition, 'name'>,
  matchers = '',
  chosen: string = replicas,
): string => {
  const all = series(metric, matchers, chosen);
  const isKnown = `(${up}{${chosen}} offset $__range == 1 or time() - ${processStartTime.name}{${chosen}} < $__range_s)`;
  return `(${all} unless ${all} offset $__range unless resets(${all}[$__range]) > 0 and on (job, instance) ${isKnown} or increase(${all}[$__range]))`;
};

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

/** Of the whole time that is shown, for tables. Without what was born in it: that would cost twice as much, every five seconds. */
export const totalQuantile = (
  quantile: number,
  histogram: HistogramDefinition,
  by = '',
  matchers = '',
): string => quantileOf(quantile, `increase(${series(part(histogram, 'bucket'), matchers)}[$__range])`, by);

/** 2xx, 3xx, 4xx, 5xx, and 499 by itself: the client has left, or the application has hung up. */
export const statusClasses = (promql: string): string =>
  sum(
    `label_replace(label_replace(${promql}, "class", "\${1}xx", "status", "([1-5]).."), "class", "499", "status", "499")`,
    'class',
  );

/** What counts as failed, in the rules as well: the server's own errors. 501 says that there is no such thing here. */
export const failed = 'status=~"5..",status!="501"';
