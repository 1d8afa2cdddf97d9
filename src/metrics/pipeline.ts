import type { MeterProvider as MeterProviderApi } from '@opentelemetry/api';
import { hrTime } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type CollectionResult, MeterProvider, type MetricProducer } from '@opentelemetry/sdk-metrics';
import { createCollector } from './application/collector.ts';
import { createBoundedMeters } from './application/meter-provider.ts';
import { createObservables } from './application/observables.ts';
import type { Family } from './family.ts';
import { createStoreMetrics } from './store-metrics.ts';

export interface PipelineOptions {
  readonly resource: Readonly<Record<string, string>>;
  /** Names our own metrics in OTLP. */
  readonly scope: { readonly name: string; readonly version: string };
  /** Our own metrics. */
  readonly families: () => readonly Family[];
  /** Attribute sets per instrument of the application. */
  readonly limit: number;
  readonly onOverflow: (metric: string) => void;
  /** A measurement of the application that cannot be recorded. */
  readonly onInvalid: (metric: string, error: unknown) => void;
  readonly onCallbackFailed: (error: unknown) => void;
}

export interface Pipeline {
  /** For the application's `metrics.getMeter`. */
  readonly provider: MeterProviderApi;
  /** The application's own metrics; rejects when the collection as a whole fails. */
  readonly collect: () => Promise<CollectionResult>;
  /** The application's metrics and ours, for exporters. */
  readonly producer: MetricProducer;
  readonly shutdown: () => Promise<void>;
}

/** Longest time that a page waits for the application's callbacks. */
const callbackTimeoutMs = 900;

/** The OpenTelemetry side: the SDK for the application's metrics, with one reader for page and exporters. */
export const createPipeline = (options: PipelineOptions): Pipeline => {
  const observables = createObservables();
  const collector = createCollector({
    observables,
    limit: options.limit,
    timeoutMs: callbackTimeoutMs,
    onError: options.onCallbackFailed,
  });
  const sdk = new MeterProvider({
    resource: resourceFromAttributes(options.resource),
    readers: [collector.reader],
  });
  const storeMetrics = createStoreMetrics(options.families, hrTime);

  return {
    provider: createBoundedMeters(sdk, observables, options),
    collect: collector.collect,
    producer: {
      collect: async () => {
        const { resourceMetrics, errors } = await collector.collect();
        const ours = { scope: options.scope, metrics: [...storeMetrics()] };
        const scopeMetrics = [ours, ...resourceMetrics.scopeMetrics];
        return { resourceMetrics: { ...resourceMetrics, scopeMetrics }, errors };
      },
    },
    shutdown: () => sdk.shutdown(),
  };
};
