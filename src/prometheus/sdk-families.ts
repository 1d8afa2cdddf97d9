import type { Attributes, AttributeValue } from '@opentelemetry/api';
import {
  DataPointType,
  type ExponentialHistogram,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Family, HistogramValue, Series } from '../metrics/family.ts';
import { createLabelSet, type LabelSet } from '../metrics/label-set.ts';
import { mergeSeries } from './merge-series.ts';
import { labelName, metricName } from './names.ts';

/** A family that takes the series of every metric of its name. */
interface SdkFamily extends Family {
  readonly parts: Iterable<Series>[];
}

type LabelsOf = (attributes: Attributes, reserved?: 'le') => LabelSet;

/**
 * Turns what the OpenTelemetry SDK has collected into families with Prometheus names and labels. Metrics of
 * several scopes that come out under one name become one family; scopes are not labels here. The label text
 * of attributes that the SDK hands over again and again is made once.
 */
export const createSdkFamilies = (): ((collected: ResourceMetrics) => readonly Family[]) => {
  const labelsOf = rememberLabels();
  return collected => {
    const families = new Map<string, SdkFamily>();
    const metrics = collected.scopeMetrics.flatMap(scope => scope.metrics);
    for (const metric of metrics) {
      const type = typeOf(metric);
      const name = metricName(metric.descriptor.name, metric.descriptor.unit, type);
      const family = families.get(name) ?? newFamily(metric, name, type);
      // A name that two instruments use for different types can only be shown as one of them.
      if (family.type === type) family.parts.push(seriesOf(metric, labelsOf));
      families.set(name, family);
    }
    return [...families.values()];
  };
};

const newFamily = (metric: MetricData, name: string, type: Family['type']): SdkFamily => {
  const parts: Iterable<Series>[] = [];
  const rule = metric.dataPointType === DataPointType.GAUGE ? 'last' : 'sum';
  const series = { [Symbol.iterator]: () => mergeSeries(parts, rule) };
  return { name, type, help: metric.descriptor.description, series, parts };
};

const rememberLabels = (): LabelsOf => {
  const known = new WeakMap<Attributes, LabelSet>();
  const knownWithoutLe = new WeakMap<Attributes, LabelSet>();
  return (attributes, reserved) => {
    const memory = reserved === undefined ? known : knownWithoutLe;
    const remembered = memory.get(attributes);
    if (remembered !== undefined) return remembered;
    const labels = convert(attributes, reserved);
    memory.set(attributes, labels);
    return labels;
  };
};

const typeOf = (metric: MetricData): Family['type'] => {
  if (metric.dataPointType === DataPointType.SUM) return metric.isMonotonic ? 'counter' : 'gauge';
  return metric.dataPointType === DataPointType.GAUGE ? 'gauge' : 'histogram';
};

function* seriesOf(metric: MetricData, labelsOf: LabelsOf): Generator<Series> {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
    case DataPointType.GAUGE:
      for (const { attributes, value } of metric.dataPoints) yield { labels: labelsOf(attributes), value };
      return;
    case DataPointType.HISTOGRAM:
      for (const { attributes, value } of metric.dataPoints) {
        const { boundaries: bounds, counts } = value.buckets;
        const histogram = { bounds, counts, sum: value.sum ?? Number.NaN, count: value.count };
        yield { labels: labelsOf(attributes, 'le'), value: histogram };
      }
      return;
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      for (const { attributes, value } of metric.dataPoints) {
        yield { labels: labelsOf(attributes, 'le'), value: classic(value) };
      }
  }
}

/** Keys that become equal are merged, their values joined by `;` in the order of the original keys. */
const convert = (attributes: Attributes, reserved: string | undefined): LabelSet => {
  const labels = new Map<string, string>();
  for (const key of Object.keys(attributes).sort()) {
    const valid = labelName(key);
    const name = valid === reserved ? `key_${valid}` : valid;
    const value = textOf(attributes[key]);
    const earlier = labels.get(name);
    labels.set(name, earlier === undefined ? value : `${earlier};${value}`);
  }
  // An empty label is an absent one to Prometheus.
  return createLabelSet([...labels].filter(([, value]) => value !== ''));
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
