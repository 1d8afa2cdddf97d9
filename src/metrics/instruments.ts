import type { HistogramDefinition, MetricDefinition } from '../catalog/metrics.ts';
import type { TraceIds } from '../traces/trace-ids.ts';
import type { Exemplar, Family, Series } from './family.ts';
import { createLabelTable, type LabelTable } from './label-table.ts';

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
  /** @param trace the sampled trace in which it was measured, kept as the exemplar of its bucket */
  observe(value: number, trace: TraceIds | undefined, first?: string, second?: string, third?: string): void;
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

/** Series are made one by one while they are read: a page of many is produced in slices. */
function* readTable<Value>(
  table: LabelTable<Value>,
  read: (value: Value) => Series['value'],
): Generator<Series> {
  for (const { labels, value } of table.entries()) yield { labels, value: read(value) };
}

const familyOf = <Value>(
  { name, type, help }: MetricDefinition,
  table: LabelTable<Value>,
  read: (value: Value) => Series['value'],
): Family => ({ name, type, help, series: { [Symbol.iterator]: () => readTable(table, read) } });

const createCells = (definition: MetricDefinition, options: InstrumentOptions): LabelTable<Cell> =>
  createLabelTable<Cell>({
    names: definition.labels,
    limit: options.limit,
    overflow: definition.overflow,
    create: () => ({ value: 0 }),
    onOverflow: () => options.onOverflow(definition.name),
  });

const cellValue = (cell: Cell): number => cell.value;

export const createCounter = (definition: MetricDefinition, options: InstrumentOptions): Counter => {
  const cells = createCells(definition, options);
  return {
    add: (amount, first, second, third) => {
      cells.at(first, second, third).value += amount;
    },
    family: () => familyOf(definition, cells, cellValue),
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
    family: () => familyOf(definition, cells, cellValue),
  };
};

interface Distribution {
  readonly counts: Float64Array;
  sum: number;
  count: number;
  exemplars: (Exemplar | undefined)[] | undefined;
}

/** @param buckets replaces the definition's bounds; ascending, without +Inf */
export const createHistogram = (
  definition: HistogramDefinition,
  buckets: readonly number[],
  options: InstrumentOptions,
): Histogram => {
  const distributions = createLabelTable<Distribution>({
    names: definition.labels,
    limit: options.limit,
    overflow: definition.overflow,
    create: () => ({ counts: new Float64Array(buckets.length + 1), sum: 0, count: 0, exemplars: undefined }),
    onOverflow: () => options.onOverflow(definition.name),
  });
  const bounds = Float64Array.from(buckets);
  const size = bounds.length;

  return {
    observe: (value, trace, first, second, third) => {
      const distribution = distributions.at(first, second, third);
      let bucket = 0;
      // A dozen bounds: a scan beats a binary search, and most requests are fast.
      while (bucket < size && value > (bounds[bucket] as number)) bucket++;
      distribution.counts[bucket] = (distribution.counts[bucket] as number) + 1;
      distribution.sum += value;
      distribution.count++;
      if (trace === undefined) return;
      distribution.exemplars ??= [];
      distribution.exemplars[bucket] = {
        traceId: trace.traceId,
        spanId: trace.spanId,
        value,
        timestamp: Date.now() / 1000,
      };
    },
    family: () =>
      familyOf(definition, distributions, ({ counts, sum, count, exemplars }) => ({
        bounds: buckets,
        counts,
        sum,
        count,
        exemplars,
      })),
    countFamily: counter => familyOf(counter, distributions, ({ count }) => count),
  };
};
