import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { createPost, type OtlpTarget } from '../otlp/post.ts';

/**
 * OpenTelemetry's encodings with a request of our own. Its exporters try a failed export again for up to ten
 * seconds, say a line for each, and hold the process meanwhile; but metrics are cumulative, so that the next
 * export delivers what this one could not.
 */
export const createOtlpExporter = (target: OtlpTarget): PushMetricExporter => {
  const serializer = target.protocol === 'http/json' ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  const post = createPost(target);
  return {
    export: (metrics: ResourceMetrics, callback: (result: ExportResult) => void) => {
      const send = async (): Promise<unknown> =>
        post(serializer.serializeRequest(metrics) ?? new Uint8Array());
      send().then(
        () => callback({ code: ExportResultCode.SUCCESS }),
        (error: Error) => callback({ code: ExportResultCode.FAILED, error }),
      );
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
};
