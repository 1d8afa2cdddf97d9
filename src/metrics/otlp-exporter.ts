import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';

/** Where and how metrics are sent by OTLP over HTTP. */
export interface OtlpMetricsTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for one request. */
  readonly timeout: number;
  readonly compression: 'none' | 'gzip';
  readonly protocol: 'http/protobuf' | 'http/json';
}

/** Loads the exporter for the target's protocol, each in a chunk of its own. */
export const loadOtlpExporter = async (target: OtlpMetricsTarget): Promise<PushMetricExporter> => {
  const { OTLPMetricExporter } =
    target.protocol === 'http/json'
      ? await import('@opentelemetry/exporter-metrics-otlp-http')
      : await import('@opentelemetry/exporter-metrics-otlp-proto');
  return new OTLPMetricExporter({
    url: target.url,
    headers: { ...target.headers },
    timeoutMillis: target.timeout,
    compression: target.compression as never,
  });
};
