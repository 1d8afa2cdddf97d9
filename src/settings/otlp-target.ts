import type { GrpcTarget, OtlpTarget } from '../otlp/post.ts';
import type { CertificateFiles } from '../transport/connection.ts';
import type { LogsSettings } from './logs.ts';
import type { OtlpProtocol, OtlpSettings } from './otlp.ts';
import type { PushExporter, TracesSettings } from './traces.ts';

/** The variables for metrics win over the general ones; headers of both are sent. */
export function otlpMetricsTarget(settings: OtlpSettings): OtlpTarget {
  return target(settings, 'Metrics');
}

/** The same for logs. */
export function otlpLogsTarget(settings: OtlpSettings): OtlpTarget {
  return target(settings, 'Logs');
}

/** The same for traces, which may go by gRPC. */
export function otlpTracesTarget(settings: OtlpSettings): OtlpTarget | GrpcTarget {
  if (protocolOf(settings, 'Traces') !== 'grpc') return target(settings, 'Traces');
  const endpoint = settings.otlpTracesEndpoint ?? settings.otlpEndpoint ?? 'http://localhost:4317';
  const { timeout, compression } = target(settings, 'Traces');
  // gRPC has its own paths: of an address, only scheme, host and port count.
  return { url: new URL(endpoint).origin, timeout, compression, protocol: 'grpc' };
}

/** Where traces go: by OTLP once there is an address for them, and nowhere unless somebody asks for it. */
export function tracesExporters(
  settings: OtlpSettings & Pick<TracesSettings, 'tracesExporters'>,
): readonly PushExporter[] {
  if (settings.tracesExporters !== undefined) return settings.tracesExporters;
  return (settings.otlpTracesEndpoint ?? settings.otlpEndpoint) === undefined ? [] : ['otlp'];
}

/**
 * The same for logs. Nowhere by gRPC, unless somebody asks for another exporter: a receiver of gRPC would not understand
 * them in another form.
 */
export function logsExporters(
  settings: OtlpSettings & Pick<LogsSettings, 'logsExporters'>,
): readonly PushExporter[] {
  const hasAddress = (settings.otlpLogsEndpoint ?? settings.otlpEndpoint) !== undefined;
  const asked = settings.logsExporters ?? (hasAddress ? ['otlp'] : []);
  return protocolOf(settings, 'Logs') === 'grpc' ? asked.filter(exporter => exporter !== 'otlp') : asked;
}

type Signal = 'Metrics' | 'Traces' | 'Logs';

function target(settings: OtlpSettings, signal: Signal): OtlpTarget {
  const path = `v1/${signal.toLowerCase()}`;
  return {
    url:
      settings[`otlp${signal}Endpoint`] ?? withPath(settings.otlpEndpoint ?? 'http://localhost:4318', path),
    headers: { ...settings.otlpHeaders, ...settings[`otlp${signal}Headers`] },
    timeout: settings[`otlp${signal}Timeout`] ?? settings.otlpTimeout ?? 10_000,
    compression: settings[`otlp${signal}Compression`] ?? settings.otlpCompression ?? 'none',
    protocol: protocolOf(settings, signal) === 'http/json' ? 'http/json' : 'http/protobuf',
    ...certificates(settings, signal),
  };
}

/** The protocol of a signal: its own variable wins. */
export function protocolOf(settings: OtlpSettings, signal: Signal): OtlpProtocol {
  return settings[`otlp${signal}Protocol`] ?? settings.otlpProtocol ?? 'http/protobuf';
}

/** Nothing where none is set: then the receiver is checked with what Node.js trusts. */
function certificates(settings: OtlpSettings, signal: Signal): { readonly certificates?: CertificateFiles } {
  const ca = settings[`otlp${signal}Certificate`] ?? settings.otlpCertificate;
  const cert = settings[`otlp${signal}ClientCertificate`] ?? settings.otlpClientCertificate;
  const key = settings[`otlp${signal}ClientKey`] ?? settings.otlpClientKey;
  const given = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  return Object.keys(given).length === 0 ? {} : { certificates: given };
}

/** The general endpoint is a base: the path goes behind its own path and before its query. */
function withPath(base: string, path: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  return url.href;
}
