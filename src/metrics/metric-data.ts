import { type HrTime, ValueType } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import type { Family, HistogramValue, Series } from './family.ts';

/**
 * Families as OpenTelemetry metrics, so that OTLP carries the same numbers as the page. Names stay as they are and units
 * are left out, so that no receiver appends them once more.
 */
export const createMetricData = (
  now: () => HrTime,
): ((families: readonly Family[]) => readonly MetricData[]) => {
  const startTime = now();
  return families => {
    const endTime = now();
    return families
      .map(family => metricDataOf(family, startTime, endTime))
      .filter(metric => metric.dataPoints.length > 0);
  };
};

const metricDataOf = (family: Family, startTime: HrTime, endTime: HrTime): MetricData => {
  const base = {
    descriptor: { name: family.name, description: family.help, unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  const point = <Value>({ labels }: Series, value: Value) => ({
    startTime,
    endTime,
    attributes: Object.fromEntries(labels.pairs),
    value,
  });
  const series = [...family.series];
  const numbers = series.map(one => point(one, one.value as number));
  switch (family.type) {
    case 'counter':
      return { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints: numbers };
    case 'gauge':
      return { ...base, dataPointType: DataPointType.GAUGE, dataPoints: numbers };
    case 'histogram':
      return {
        ...base,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: series.map(one => {
          const { bounds, counts, sum, count } = one.value as HistogramValue;
          const buckets = { boundaries: [...bounds], counts: Array.from(counts) };
          return point(one, { buckets, sum, count });
        }),
      };
  }
};
