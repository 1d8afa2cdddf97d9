import type { HistogramDefinition, MetricDefinition } from '../catalog/metrics.ts';
import type { Family, Series } from './family.ts';
import { createLabelTable, type LabelTable, type LabelValues } from './label-table.ts';

export interface Counter {
  /** `amount` is never negative. */
  add(amount: number, first?: string, second?: string, third?: string): void;
  family(): Family;
}

export interface Gauge {
  add(amount: number, first?: string, second?: string, third?: string): void;
  set(value: number, first?: string, second?: string, third?: string): void;
  family(): Family;
}

export interface Histogram {
  observe(value: number, first?: string, second?: string, third?: string): void;
  family(): Family;
  /** A counter for nothing: its value is the number of observations. */
  countFamily(definition: MetricDefinition): Family;
}

export interface InstrumentOptions {
  readonly limit: number;
  readonly onOverflow: (metric: string) => void;
}

interface Cell {
  value: number;
}

const seriesOf = <Value>(
  labels: readonly string[],
  table: LabelTable<Value>,
  read: (value: Value) => Series['value'],
): readonly Series[] =>
  table.entries().map(([values, value]) => ({ labels: pair(labels, values), value: read(value) }));

const pair = (names: readonly string[], values: LabelValues): Series['labels'] =>
  names.map((name, index) => [name, values[index] ?? ''] as const);

const familyOf = (definition: MetricDefinition, series: readonly Series[]): Family => ({
  name: definition.name,
  type: definition.type,
  help: definition.help,
  series,
});

const createCells = (definition: MetricDefinition, options: InstrumentOptions): LabelTable<Cell> =>
  createLabelTable<Cell>({
    limit: options.limit,
    overflow: definition.overflow,
    create: () => ({ value: 0 }),
    onOverflow: () => options.onOverflow(definition.name),
  });

export const createCounter = (definition: MetricDefinition, options: InstrumentOptions): Counter => {
  const cells = createCells(definition, options);
  return {
    add: (amount, first, second, third) => {
      cells.at(first, second, third).value += amount;
    },
    family: () =>
      familyOf(
        definition,
        seriesOf(definition.labels, cells, cell => cell.value),
      ),
  };
};

export const createGauge = (definition: MetricDefinition, options: InstrumentOptions): Gauge => {
  const cells = createCells(definition, options);
  return {
    add: (amount, first, second, third) => {
      cells.at(first, second, third).value += amount;
    },
    set: (value, first, second, third) => {
      cells.at(first, second, third).value = value;
    },
    family: () =>
      familyOf(
        definition,
        seriesOf(definition.labels, cells, cell => cell.value),
      ),
  };
};

interface Distribution {
  readonly counts: Float64Array;
  sum: number;
  count: number;
}

/** @param buckets replaces the definition's bounds; ascending, without +Inf */
export const createHistogram = (
  definition: HistogramDefinition,
  buckets: readonly number[],
  options: InstrumentOptions,
): Histogram => {
  const distributions = createLabelTable<Distribution>({
    limit: options.limit,
    overflow: definition.overflow,
    create: () => ({ counts: new Float64Array(buckets.length + 1), sum: 0, count: 0 }),
    onOverflow: () => options.onOverflow(definition.name),
  });
  const bounds = Float64Array.from(buckets);
  const size = bounds.length;

  return {
    observe: (value, first, second, third) => {
      const distribution = distributions.at(first, second, third);
      let bucket = 0;
      // A dozen bounds: a scan beats a binary search, and most requests are fast.
      while (bucket < size && value > (bounds[bucket] as number)) bucket++;
      distribution.counts[bucket] = (distribution.counts[bucket] as number) + 1;
      distribution.sum += value;
      distribution.count++;
    },
    family: () =>
      familyOf(
        definition,
        seriesOf(definition.labels, distributions, ({ counts, sum, count }) => ({
          bounds: buckets,
          counts,
          sum,
          count,
        })),
      ),
    countFamily: counter =>
      familyOf(
        counter,
        seriesOf(counter.labels, distributions, ({ count }) => count),
      ),
  };
};
