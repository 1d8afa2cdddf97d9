import {
  type CollectionResult,
  type MetricData,
  type MetricProducer,
  MetricReader,
  type ResourceMetrics,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { scopeKey } from './instruments.ts';
import { instrumentKey } from './meter-provider.ts';
import type { Observables } from './observables.ts';

/** Cumulative and without a time table of its own: it reads when it is asked. */
class PullReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

export interface CollectorOptions {
  readonly observables: Observables;
  /** Attribute sets per instrument that the SDK may hold; the limit proper is set in front of it. */
  readonly limit: number;
  /** Milliseconds for the callbacks of observable instruments. */
  readonly timeoutMs: number;
  readonly onError: (error: unknown) => void;
}

export interface Collector extends MetricProducer {
  /** The SDK's only reader, for the MeterProvider. */
  readonly reader: MetricReader;
}

/**
 * Collects what the application lets observe from the SDK, for the page and for every exporter alike: the SDK keeps
 * what each of its readers has not read yet, so it gets one. Requests that come while one is under way share
 * it. What a callback did not say this time, or took too long to say, is left out and told to `onError`.
 */
export const createCollector = (options: CollectorOptions): Collector => {
  const { observables, limit, timeoutMs, onError } = options;
  // Over the limit in front, so that the SDK's own, which starts anew with every collection, never applies.
  const reader = new PullReader({ cardinalitySelector: () => 2 * limit });
  let underway: Promise<CollectionResult> | undefined;

  const collect = async (): Promise<CollectionResult> => {
    observables.begin();
    const { resourceMetrics, errors } = await reader.collect({ timeoutMillis: timeoutMs });
    errors.forEach(onError);
    return { resourceMetrics: currentOnly(resourceMetrics, observables), errors: [] };
  };

  return {
    reader,
    collect: () => {
      underway ??= collect().finally(() => {
        underway = undefined;
      });
      return underway;
    },
  };
};

/** One entry for each scope, also of one that has instruments of both sorts. */
export const joinScopes = (all: readonly ScopeMetrics[]): ScopeMetrics[] => {
  const joined = new Map<string, ScopeMetrics>();
  for (const { scope, metrics } of all) {
    const key = scopeKey(scope);
    const earlier = joined.get(key);
    joined.set(key, { scope, metrics: [...(earlier?.metrics ?? []), ...metrics] });
  }
  return [...joined.values()].filter(({ metrics }) => metrics.length > 0);
};

const currentOnly = (collected: ResourceMetrics, observables: Observables): ResourceMetrics => ({
  resource: collected.resource,
  scopeMetrics: collected.scopeMetrics.map(({ scope, metrics }) => ({
    scope,
    metrics: metrics.map(metric => {
      const instrument = instrumentKey(scope.name, metric.descriptor.name);
      if (!observables.isObservable(instrument)) return metric;
      const dataPoints = [...metric.dataPoints].filter(({ attributes }) =>
        observables.isCurrent(instrument, attributes),
      );
      return { ...metric, dataPoints } as MetricData;
    }),
  })),
});
