import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import { otlpMetricsTarget } from '../settings/otlp-target.ts';
import type { Settings } from '../settings/table.ts';
import type { Push } from './push-readers.ts';

export interface PushSettings {
  readonly settings: Settings;
  /** Everything there is to send. */
  readonly producer: () => MetricProducer;
  /** Reads the file with the SDK. */
  readonly loadSdk: () => typeof import('./sdk.ts');
  readonly onFailed: () => void;
  /** Told once for each row of failures, with the receiver's host. */
  readonly onFailing: (host: string, error: unknown) => void;
  readonly onRecovered: () => void;
}

/** Sends metrics away where the settings ask for it; `undefined` where they do not. */
export const pushMetrics = (options: PushSettings): Push | undefined => {
  const { settings, producer, loadSdk, onFailing } = options;
  const exporters = settings.metricsExporters.filter(exporter => exporter !== 'prometheus');
  if (exporters.length === 0) return undefined;
  const target = otlpMetricsTarget(settings);
  return loadSdk().startPush({
    ...options,
    exporters,
    target,
    producer: producer(),
    intervalMs: settings.metricExportInterval,
    timeoutMs: settings.metricExportTimeout,
    onFailing: error => onFailing(new URL(target.url).host, error),
  });
};
