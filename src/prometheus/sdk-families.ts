import type { AttributeValue } from '@opentelemetry/api';
import {
  type DataPoint,
  DataPointType,
  type ExponentialHistogram,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Family, HistogramValue, Labels, Series } from '../metrics/family.ts';
import { labelName, metricName } from './names.ts';

/**
 * What the OpenTelemetry SDK has collected, as families with Prometheus names and labels. Metrics of several
 * scopes that come out under one name become one family; scopes are not labels here.
 */
export const familiesOfSdk = (collected: ResourceMetrics): readonly Family[] => {
  const families = new Map<string, Family & { readonly series: Series[] }>();
  for (const { metrics } of collected.scopeMetrics) {
    for (const metric of metrics) {
      const type = typeOf(metric);
      const name = metricName(metric.descriptor.name, metric.descriptor.unit, type);
      const family = families.get(name) ?? { name, type, help: metric.descriptor.description, series: [] };
      // A name that two instruments use for different types can only be shown as one of them.
      if (family.type === type) family.series.push(...newSeries(family.series, seriesOf(metric)));
      families.set(name, family);
    }
  }
  return [...families.values()].filter(family => family.series.length > 0);
};

/** Prometheus refuses a page that says a series twice: of equal label sets (in two scopes) the first stays. */
const newSeries = (present: readonly Series[], added: readonly Series[]): readonly Series[] => {
  if (present.length === 0) return added;
  const keys = new Set(present.map(keyOf));
  return added.filter(series => !keys.has(keyOf(series)));
};

const keyOf = (series: Series): string => JSON.stringify(series.labels);

const typeOf = (metric: MetricData): Family['type'] => {
  if (metric.dataPointType === DataPointType.SUM) return metric.isMonotonic ? 'counter' : 'gauge';
  return metric.dataPointType === DataPointType.GAUGE ? 'gauge' : 'histogram';
};

const seriesOf = (metric: MetricData): readonly Series[] => {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
    case DataPointType.GAUGE:
      return metric.dataPoints.map(point => ({ labels: labelsOf(point), value: point.value }));
    case DataPointType.HISTOGRAM:
      return metric.dataPoints.map(point => ({
        labels: labelsOf(point, 'le'),
        value: {
          bounds: point.value.buckets.boundaries,
          counts: point.value.buckets.counts,
          sum: point.value.sum ?? Number.NaN,
          count: point.value.count,
        },
      }));
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return metric.dataPoints.map(point => ({ labels: labelsOf(point, 'le'), value: classic(point.value) }));
  }
};

/** Keys that become equal are merged, their values joined by `;` in the order of the original keys. */
const labelsOf = (point: DataPoint<unknown>, reserved?: string): Labels => {
  const labels = new Map<string, string>();
  for (const key of Object.keys(point.attributes).sort()) {
    const valid = labelName(key);
    const name = valid === reserved ? `key_${valid}` : valid;
    const value = textOf(point.attributes[key]);
    const earlier = labels.get(name);
    labels.set(name, earlier === undefined ? value : `${earlier};${value}`);
  }
  return [...labels];
};

const textOf = (value: AttributeValue | undefined): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** An exponential histogram as a classic one whose bounds are its own: exact, one bucket for each of its buckets. */
const classic = (value: ExponentialHistogram): HistogramValue => {
  const base = 2 ** (2 ** -value.scale);
  const { negative, positive } = value;
  const below = negative.bucketCounts
    .map((count, index) => [-(base ** (negative.offset + index)), count] as const)
    .reverse();
  const above = positive.bucketCounts.map(
    (count, index) => [base ** (positive.offset + index + 1), count] as const,
  );
  const buckets = [...below, [0, value.zeroCount] as const, ...above];
  return {
    bounds: buckets.map(([bound]) => bound),
    counts: [...buckets.map(([, count]) => count), 0],
    sum: value.sum ?? Number.NaN,
    count: value.count,
  };
};
