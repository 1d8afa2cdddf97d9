import { MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** Reads the SDK when the page is asked for; cumulative, as Prometheus wants it. */
class PullReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

export interface SdkReader {
  /** For the MeterProvider. */
  readonly reader: MetricReader;
  /** All metrics of the SDK. Errors of single callbacks go to `onError`; their metrics are missing. Rejects when the collection itself fails. */
  collect(): Promise<ResourceMetrics>;
}

export const createSdkReader = (onError: (error: unknown) => void): SdkReader => {
  const reader = new PullReader();
  return {
    reader,
    collect: async () => {
      const { resourceMetrics, errors } = await reader.collect();
      errors.forEach(onError);
      return resourceMetrics;
    },
  };
};
