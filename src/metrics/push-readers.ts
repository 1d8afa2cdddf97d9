import {
  ConsoleMetricExporter,
  type MetricProducer,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import type { OtlpTarget } from '../otlp/post.ts';
import { createPushExporter } from './push-exporter.ts';

export interface PushOptions {
  readonly exporters: readonly ('otlp' | 'console')[];
  readonly target: OtlpTarget;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Everything there is to send. */
  readonly producer: MetricProducer;
  readonly onFailed: () => void;
  readonly onFailing: (error: unknown) => void;
  readonly onRecovered: () => void;
}

export interface Push {
  /** Delivers what there is; never rejects. */
  readonly flush: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A reader for each exporter that sends metrics away. They read `producer` and are no readers of the SDK. */
export const startPush = (options: PushOptions): Push => {
  const { producer, intervalMs, timeoutMs, target } = options;
  // One export is over before the next but one begins, however slow the receiver is.
  const timeout = Math.min(target.timeout, timeoutMs);
  const load = async (exporter: 'otlp' | 'console'): Promise<PushMetricExporter> => {
    if (exporter === 'console') return new ConsoleMetricExporter();
    const { createOtlpExporter } = await import('./otlp-exporter.ts');
    return createOtlpExporter({ ...target, timeout });
  };
  const readers = options.exporters.map(exporter => {
    const reader = new PeriodicExportingMetricReader({
      exporter: createPushExporter({ ...options, load: () => load(exporter) }),
      exportIntervalMillis: intervalMs,
      exportTimeoutMillis: timeoutMs,
    });
    reader.setMetricProducer(producer);
    return reader;
  });
  return {
    flush: async () => {
      await Promise.allSettled(readers.map(reader => reader.forceFlush()));
    },
    stop: async () => {
      await Promise.allSettled(readers.map(reader => reader.shutdown()));
    },
  };
};
