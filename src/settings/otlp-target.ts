import type { OtlpTarget } from '../otlp/post.ts';
import type { OtlpSettings } from './otlp.ts';

/** The variables for metrics win over the general ones; headers of both are sent. */
export function otlpMetricsTarget(settings: OtlpSettings): OtlpTarget {
  return {
    url:
      settings.otlpMetricsEndpoint ??
      withPath(settings.otlpEndpoint ?? 'http://localhost:4318', 'v1/metrics'),
    headers: { ...settings.otlpHeaders, ...settings.otlpMetricsHeaders },
    timeout: settings.otlpMetricsTimeout ?? settings.otlpTimeout ?? 10_000,
    compression: settings.otlpMetricsCompression ?? settings.otlpCompression ?? 'none',
    protocol: settings.otlpMetricsProtocol ?? settings.otlpProtocol ?? 'http/protobuf',
  };
}

/** The general endpoint is a base: the path goes behind its own path and before its query. */
function withPath(base: string, path: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  return url.href;
}
