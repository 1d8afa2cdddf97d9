import type { Attributes, HrTime } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType, type MetricData } from '@opentelemetry/sdk-metrics';
import { type AttributeTable, createAttributeTable } from './attribute-table.ts';

export interface AggregationOptions {
  /** Attribute sets, the overflow set included. */
  readonly limit: number;
  readonly onOverflow: () => void;
  readonly now: () => HrTime;
}

/** The values of one instrument. */
export interface Aggregation {
  /** Throws what reading the attributes throws. */
  record(value: number, attributes: Attributes | undefined): void;
  /** The points themselves, which go on changing: nothing is copied, however many there are. */
  metric(descriptor: MetricData['descriptor']): MetricData;
}

interface Point<Value> {
  readonly attributes: Attributes;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  value: Value;
}

const createPoints = <Value>(
  { limit, onOverflow, now }: AggregationOptions,
  zero: () => Value,
): AttributeTable<Point<Value>> =>
  createAttributeTable({
    limit,
    onOverflow,
    create: attributes => {
      const startTime = now();
      return { attributes, startTime, endTime: startTime, value: zero() };
    },
  });

/** Of counters, which are monotonic, and of counters that go up and down. */
export const createSum = (isMonotonic: boolean, options: AggregationOptions): Aggregation => {
  const points = createPoints(options, () => 0);
  return {
    record: (value, attributes) => {
      points.at(attributes).value += value;
    },
    metric: descriptor => ({
      descriptor,
      dataPointType: DataPointType.SUM,
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      isMonotonic,
      dataPoints: points.values,
    }),
  };
};

export const createLastValue = (options: AggregationOptions): Aggregation => {
  const points = createPoints(options, () => 0);
  return {
    record: (value, attributes) => {
      points.at(attributes).value = value;
    },
    metric: descriptor => ({
      descriptor,
      dataPointType: DataPointType.GAUGE,
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPoints: points.values,
    }),
  };
};

/** @param bounds ascending, without infinities; the upper one belongs to its bucket */
export const createDistribution = (bounds: readonly number[], options: AggregationOptions): Aggregation => {
  const boundaries = [...bounds];
  const points = createPoints(options, () => ({
    buckets: { boundaries, counts: new Array<number>(boundaries.length + 1).fill(0) },
    sum: 0,
    count: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
  }));
  return {
    record: (value, attributes) => {
      if (Number.isNaN(value)) return;
      const distribution = points.at(attributes).value;
      const { counts } = distribution.buckets;
      let bucket = 0;
      while (bucket < boundaries.length && value > (boundaries[bucket] as number)) bucket++;
      counts[bucket] = (counts[bucket] as number) + 1;
      distribution.sum += value;
      distribution.count++;
      distribution.min = Math.min(distribution.min, value);
      distribution.max = Math.max(distribution.max, value);
    },
    metric: descriptor => ({
      descriptor,
      dataPointType: DataPointType.HISTOGRAM,
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPoints: points.values,
    }),
  };
};

/** The values as they are now, for those who do not read them at once. */
export const snapshotOf = (metric: MetricData, endTime: HrTime): MetricData => {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return { ...metric, dataPoints: metric.dataPoints.map(point => ({ ...point, endTime })) };
    case DataPointType.GAUGE:
      return { ...metric, dataPoints: metric.dataPoints.map(point => ({ ...point, endTime })) };
    case DataPointType.HISTOGRAM:
      return {
        ...metric,
        dataPoints: metric.dataPoints.map(point => {
          const { boundaries, counts } = point.value.buckets;
          return {
            ...point,
            endTime,
            value: { ...point.value, buckets: { boundaries, counts: [...counts] } },
          };
        }),
      };
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return metric;
  }
};
