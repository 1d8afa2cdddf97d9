import type { MeterProvider as MeterProviderApi } from '@opentelemetry/api';
import { hrTime } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type CollectionResult, MeterProvider } from '@opentelemetry/sdk-metrics';
import { createCollector } from './application/collector.ts';
import { createBoundedMeters } from './application/meter-provider.ts';
import { createObservables } from './application/observables.ts';
import type { Family } from './family.ts';
import { type PushOptions, startPushReaders } from './push-readers.ts';
import { createStoreMetrics } from './store-metrics.ts';

export interface PipelineOptions {
  readonly resource: Readonly<Record<string, string>>;
  /** Names the contract's values in OTLP. */
  readonly scope: { readonly name: string; readonly version: string };
  readonly readStore: () => readonly Family[];
  /** Attribute sets per instrument of the application. */
  readonly limit: number;
  readonly push: Omit<PushOptions, 'producer'>;
  readonly onOverflow: (metric: string) => void;
  /** A measurement of the application that cannot be recorded, or a callback of it that failed or hangs. */
  readonly onInvalid: (metric: string, error: unknown) => void;
  readonly onCallbackFailed: (error: unknown) => void;
}

export interface Pipeline {
  /** For the application's `metrics.getMeter`. */
  readonly provider: MeterProviderApi;
  /** The application's own metrics; rejects when the collection as a whole fails. */
  readonly collect: () => Promise<CollectionResult>;
  /** True when something is sent away, and so has to be flushed. */
  readonly pushes: boolean;
  readonly flush: () => Promise<void>;
  readonly shutdown: () => Promise<void>;
}

/** Longest time that a page waits for the application's callbacks. */
const callbackTimeoutMs = 900;

/** The OpenTelemetry side: the SDK for the application's metrics, read by the page and by the push readers. */
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
  const storeMetrics = createStoreMetrics(options.readStore, hrTime);
  const pushReaders = startPushReaders({
    ...options.push,
    producer: {
      collect: async () => {
        const { resourceMetrics, errors } = await collector.collect();
        const ours = { scope: options.scope, metrics: [...storeMetrics()] };
        return {
          resourceMetrics: { ...resourceMetrics, scopeMetrics: [ours, ...resourceMetrics.scopeMetrics] },
          errors,
        };
      },
    },
  });

  return {
    provider: createBoundedMeters(sdk, observables, options),
    collect: collector.collect,
    pushes: pushReaders.length > 0,
    flush: async () => {
      await Promise.allSettled(pushReaders.map(reader => reader.forceFlush()));
    },
    shutdown: async () => {
      await Promise.allSettled([...pushReaders, sdk].map(part => part.shutdown()));
    },
  };
};
