/** What is used of prom-client 13 to 15. */
export interface PromRegistry {
  getMetricsAsArray(): readonly PromMetric[];
  readonly contentType?: string;
  /** Only of one that asks the workers of a cluster. */
  readonly clusterMetrics?: unknown;
  /** Internal, but the same in all of these versions; `getMetricsAsJSON` would run the `collect` of every metric. */
  readonly _defaultLabels?: Readonly<Record<string, unknown>>;
}

export interface PromMetric {
  readonly name: string;
  /** Runs the application's `collect`. */
  get(): Promise<PromValues>;
}

export interface PromValues {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly values?: readonly PromValue[];
}

export interface PromValue {
  readonly value: number;
  readonly labels?: Readonly<Record<string, unknown>>;
  /** Absent: that of the metric. */
  readonly metricName?: string;
}
