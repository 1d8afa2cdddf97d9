import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  AggregationTemporality,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

export interface PushExporterOptions {
  /** Imports and makes the real exporter; called when there is something to send for the first time. */
  readonly load: () => Promise<PushMetricExporter>;
  readonly onFailed: (error: unknown) => void;
  /** Told once when exports work again after one has failed. */
  readonly onRecovered: () => void;
  /** Told once for each row of failures. */
  readonly onFailing: (error: unknown) => void;
}

/** An exporter that costs nothing at start and speaks up once per change of state. */
export const createPushExporter = (options: PushExporterOptions): PushMetricExporter => {
  let loading: Promise<PushMetricExporter> | undefined;
  let failing = false;
  const load = (): Promise<PushMetricExporter> => {
    loading ??= options.load();
    return loading;
  };

  const note = (result: ExportResult): void => {
    if (result.code === ExportResultCode.SUCCESS) {
      if (failing) options.onRecovered();
      failing = false;
      return;
    }
    options.onFailed(result.error);
    if (!failing) options.onFailing(result.error);
    failing = true;
  };

  const send = async (metrics: ResourceMetrics): Promise<ExportResult> => {
    try {
      const exporter = await load();
      return await new Promise(resolve => {
        exporter.export(metrics, resolve);
      });
    } catch (error) {
      return { code: ExportResultCode.FAILED, error: error as Error };
    }
  };

  const underway = new Set<Promise<void>>();
  return {
    // Answered at once: the reader's timer, which waits for the answer, would keep the process alive. And a
    // failure is counted and reported here; the SDK would report it once more, every time.
    export: (metrics: ResourceMetrics, callback: (result: ExportResult) => void) => {
      const ended = send(metrics)
        .then(note)
        .finally(() => underway.delete(ended));
      underway.add(ended);
      callback({ code: ExportResultCode.SUCCESS });
    },
    forceFlush: async () => {
      await Promise.all(underway);
      await (await loading)?.forceFlush();
    },
    shutdown: async () => {
      await (await loading)?.shutdown();
    },
    selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE,
  };
};
