import type { MeterProvider as MeterProviderApi } from '@opentelemetry/api';
import { hrTime } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type CollectionResult, MeterProvider, type MetricProducer } from '@opentelemetry/sdk-metrics';
import { snapshotOf } from './application/aggregation.ts';
import { createCollector, joinScopes } from './application/collector.ts';
import { createInstruments } from './application/instruments.ts';
import { createMeters } from './application/meter-provider.ts';
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
  /** The application's own metrics, whose points go on changing; rejects when the collection as a whole fails. */
  readonly collect: () => Promise<CollectionResult>;
  /** The application's metrics and ours, for exporters. */
  readonly producer: MetricProducer;
  readonly shutdown: () => Promise<void>;
}

/** Longest time that a page waits for the application's callbacks. */
const callbackTimeoutMs = 900;

/**
 * The application's metrics: tables of our own for what it records, the SDK for what it lets observe, with one reader
 * for page and exporters.
 */
export const createPipeline = (options: PipelineOptions): Pipeline => {
  const instruments = createInstruments({ ...options, now: hrTime });
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

  const collect = async (): Promise<CollectionResult> => {
    const { resourceMetrics, errors } = await collector.collect();
    const scopeMetrics = joinScopes([...instruments.read(), ...resourceMetrics.scopeMetrics]);
    return { resourceMetrics: { ...resourceMetrics, scopeMetrics }, errors };
  };

  return {
    provider: createMeters(sdk, instruments, observables, options),
    collect,
    producer: {
      collect: async () => {
        const { resourceMetrics, errors } = await collect();
        const endTime = hrTime();
        const ours = { scope: options.scope, metrics: [...storeMetrics()] };
        const applications = resourceMetrics.scopeMetrics.map(({ scope, metrics }) => ({
          scope,
          metrics: metrics.map(metric => snapshotOf(metric, endTime)),
        }));
        return { resourceMetrics: { ...resourceMetrics, scopeMetrics: [ours, ...applications] }, errors };
      },
    },
    shutdown: () => sdk.shutdown(),
  };
};
