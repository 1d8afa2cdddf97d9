import type { MeterProvider as MeterProviderApi } from '@opentelemetry/api';
import { hrTime } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type CollectionResult, MeterProvider, type MetricProducer } from '@opentelemetry/sdk-metrics';
import { snapshotOf } from './application/aggregation.ts';
import { createCollector, joinScopes } from './application/collector.ts';
import { createInstruments } from './application/instruments.ts';
import { createMeters } from './application/meter-provider.ts';
import { createObservables } from './application/observables.ts';
import type { Family, PageFamily } from './family.ts';
import { createMetricData } from './metric-data.ts';

export interface PipelineOptions {
  readonly resource: Readonly<Record<string, string>>;
  /** Names our own metrics in OTLP. */
  readonly scope: { readonly name: string; readonly version: string };
  /** Our own metrics. */
  readonly families: () => readonly Family[];
  /** Metrics that the application makes with prom-client, for exporters; never rejects. */
  readonly promClient?: () => Promise<readonly PageFamily[]>;
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
  const metricData = createMetricData(hrTime);

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
        const [{ resourceMetrics, errors }, families = []] = await Promise.all([
          collect(),
          options.promClient?.(),
        ]);
        const endTime = hrTime();
        const ours = { scope: options.scope, metrics: [...metricData(options.families())] };
        const metrics = [...metricData(families.filter(isFamily))];
        const promClient = metrics.length > 0 ? [{ scope: { name: 'prom-client' }, metrics }] : [];
        const applications = resourceMetrics.scopeMetrics.map(({ scope, metrics }) => ({
          scope,
          metrics: metrics.map(metric => snapshotOf(metric, endTime)),
        }));
        return {
          resourceMetrics: { ...resourceMetrics, scopeMetrics: [ours, ...promClient, ...applications] },
          errors,
        };
      },
    },
    shutdown: () => sdk.shutdown(),
  };
};

/** OpenTelemetry's SDK has no summaries. */
const isFamily = (family: PageFamily): family is Family => family.type !== 'summary';
