import type { LabelSet } from './label-set.ts';

/** A measurement that names the trace in which it was made. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  readonly value: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
}

/** A classic histogram: `counts` holds one number per bound and a last one for everything above, not cumulated. */
export interface HistogramValue {
  readonly bounds: readonly number[];
  readonly counts: ArrayLike<number>;
  readonly sum: number;
  readonly count: number;
  /** The latest one of each bucket, by the bucket's index. */
  readonly exemplars?: readonly (Exemplar | undefined)[] | undefined;
}

export interface Series {
  readonly labels: LabelSet;
  readonly value: number | HistogramValue;
}

/** One metric with all its series: what every reader of the store receives. Series are made as they are read. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly series: Iterable<Series>;
}

/** Quantiles that the application has computed itself. */
export interface SummaryValue {
  readonly quantiles: readonly (readonly [quantile: number, value: number])[];
  readonly sum: number;
  readonly count: number;
}

/** Only from other metric libraries and only for the page: neither we nor OpenTelemetry make summaries. */
interface SummaryFamily {
  readonly name: string;
  readonly type: 'summary';
  readonly help: string;
  readonly series: Iterable<{ readonly labels: LabelSet; readonly value: SummaryValue }>;
}

/** All that the page can show. */
export type PageFamily = Family | SummaryFamily;
