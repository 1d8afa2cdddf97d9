import {
  ConsoleMetricExporter,
  type MetricProducer,
  type MetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { loadOtlpExporter, type OtlpMetricsTarget } from './otlp-exporter.ts';
import { createPushExporter } from './push-exporter.ts';

export interface PushOptions {
  readonly exporters: readonly ('otlp' | 'console')[];
  readonly target: OtlpMetricsTarget;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Everything there is to send. */
  readonly producer: MetricProducer;
  readonly onFailed: () => void;
  readonly onFailing: (error: unknown) => void;
  readonly onRecovered: () => void;
}

/** A reader for each exporter that sends metrics away. They read `producer` and are no readers of the SDK. */
export const startPushReaders = (options: PushOptions): readonly MetricReader[] => {
  const { producer, intervalMs, timeoutMs, target } = options;
  // One export is over before the next but one begins, however slow the receiver is.
  const timeout = Math.min(target.timeout, timeoutMs);
  const load = async (exporter: 'otlp' | 'console'): Promise<PushMetricExporter> =>
    exporter === 'console' ? new ConsoleMetricExporter() : await loadOtlpExporter({ ...target, timeout });
  return options.exporters.map(exporter => {
    const reader = new PeriodicExportingMetricReader({
      exporter: createPushExporter({ ...options, load: () => load(exporter) }),
      exportIntervalMillis: intervalMs,
      exportTimeoutMillis: timeoutMs,
    });
    reader.setMetricProducer(producer);
    return reader;
  });
};
