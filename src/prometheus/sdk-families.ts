import {
  type DataPoint,
  DataPointType,
  type ExponentialHistogram,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Family, HistogramValue, Series } from '../metrics/family.ts';
import type { LabelSet } from '../metrics/label-set.ts';
import { mergeSeries } from './merge-series.ts';
import { createMetricLabels, type MetricLabels } from './metric-labels.ts';
import { metricName } from './names.ts';
import type { Slices } from './slices.ts';

interface Part {
  readonly metric: MetricData;
  readonly labels: MetricLabels;
}

/** A family that takes the series of every metric of its name. */
interface SdkFamily extends Family {
  readonly parts: Part[];
}

/** The families of a collection, made in slices. */
export type SdkFamilies = (collected: ResourceMetrics, slices: Slices) => Promise<readonly Family[]>;

/**
 * Turns OpenTelemetry's metrics into families with Prometheus names and labels. Metrics of several scopes that
 * come out under one name become one family; scopes are not labels here. Labels are made in slices, the series
 * only when the families are read.
 */
export const createSdkFamilies = (): SdkFamilies => {
  const labelsOf = createMetricLabels();
  return async (collected, slices) => {
    const families = new Map<string, SdkFamily>();
    const metrics = collected.scopeMetrics.flatMap(scope => scope.metrics);
    for (const metric of metrics) {
      const type = typeOf(metric);
      const name = metricName(metric.descriptor.name, metric.descriptor.unit, type);
      const family = families.get(name) ?? newFamily(metric, name, type);
      families.set(name, family);
      // A name that two instruments use for different types can only be shown as one of them.
      if (family.type !== type) continue;
      family.parts.push({ metric, labels: await labelsOf(metric, slices) });
    }
    return [...families.values()];
  };
};

const newFamily = (metric: MetricData, name: string, type: Family['type']): SdkFamily => {
  const parts: Part[] = [];
  const rule = metric.dataPointType === DataPointType.GAUGE ? 'last' : 'sum';
  const readParts = (): Iterator<Series> => {
    const series = parts.map(part => seriesOf(part.metric, part.labels));
    const [first, ...others] = series;
    // Almost always: nothing to join, so that no series has to wait for the last one.
    const isAlone = first !== undefined && others.length === 0 && !parts.some(part => part.labels.mayBeEqual);
    return (isAlone ? first : mergeSeries(series, rule))[Symbol.iterator]();
  };
  return { name, type, help: metric.descriptor.description, series: { [Symbol.iterator]: readParts }, parts };
};

const typeOf = (metric: MetricData): Family['type'] => {
  if (metric.dataPointType === DataPointType.SUM) return metric.isMonotonic ? 'counter' : 'gauge';
  return metric.dataPointType === DataPointType.GAUGE ? 'gauge' : 'histogram';
};

const seriesOf = (metric: MetricData, labels: MetricLabels): Iterable<Series> => {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
    case DataPointType.GAUGE:
      return read(metric.dataPoints, labels, value => value);
    case DataPointType.HISTOGRAM:
      return read(metric.dataPoints, labels, ({ buckets, sum = Number.NaN, count }) => ({
        bounds: buckets.boundaries,
        counts: buckets.counts,
        sum,
        count,
      }));
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return read(metric.dataPoints, labels, classic);
  }
};

function* read<Value>(
  points: readonly DataPoint<Value>[],
  { sets, size }: MetricLabels,
  show: (value: Value) => Series['value'],
): Generator<Series> {
  for (let place = 0; place < size; place++) {
    // Both have at least `size` places.
    const { value } = points[place] as DataPoint<Value>;
    yield { labels: sets[place] as LabelSet, value: show(value) };
  }
}

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
