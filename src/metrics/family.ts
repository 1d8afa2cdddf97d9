/** Label names and values of one series, in the order in which they are printed. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** A classic histogram: `counts` holds one number per bound and a last one for everything above, not cumulated. */
export interface HistogramValue {
  readonly bounds: readonly number[];
  readonly counts: ArrayLike<number>;
  readonly sum: number;
  readonly count: number;
}

export interface Series {
  readonly labels: Labels;
  readonly value: number | HistogramValue;
}

/** One metric with all its series: what every reader of the store receives. */
export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly series: readonly Series[];
}
