import { enumeration, milliseconds, text } from './parse.ts';
import { headers } from './parse-lists.ts';
import { url } from './parse-network.ts';
import { type Kind, type Setting, setting, type Table } from './setting.ts';

export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc';
export type OtlpCompression = 'none' | 'gzip';

interface Values {
  readonly Endpoint: string | undefined;
  readonly Headers: Readonly<Record<string, string>> | undefined;
  readonly Timeout: number | undefined;
  readonly Compression: OtlpCompression | undefined;
  readonly Protocol: OtlpProtocol | undefined;
  readonly Certificate: string | undefined;
  readonly ClientKey: string | undefined;
  readonly ClientCertificate: string | undefined;
}

type Scope = '' | 'Metrics' | 'Traces' | 'Logs';

/** `otlpEndpoint`, `otlpMetricsEndpoint`, …; `undefined` where the variable is not set (see otlp-target.ts). */
export type OtlpSettings = {
  readonly [Key in keyof Values as `otlp${Scope}${Key}`]: Values[Key];
};

const protocol: Kind<OtlpProtocol> = enumeration(['http/protobuf', 'http/json', 'grpc']);
const protocolWithoutGrpc: Kind<OtlpProtocol> = {
  ...enumeration(['http/protobuf', 'http/json']),
  expected: 'http/protobuf or http/json (only traces go by gRPC)',
};

const general = rows('');
const metrics = rows('METRICS_');
const traces = rows('TRACES_');
const logs = rows('LOGS_');

export const otlp: Table<OtlpSettings> = {
  otlpEndpoint: general.Endpoint,
  otlpHeaders: general.Headers,
  otlpTimeout: general.Timeout,
  otlpCompression: general.Compression,
  otlpProtocol: general.Protocol,
  otlpCertificate: general.Certificate,
  otlpClientKey: general.ClientKey,
  otlpClientCertificate: general.ClientCertificate,
  otlpMetricsEndpoint: metrics.Endpoint,
  otlpMetricsHeaders: metrics.Headers,
  otlpMetricsTimeout: metrics.Timeout,
  otlpMetricsCompression: metrics.Compression,
  otlpMetricsProtocol: metrics.Protocol,
  otlpMetricsCertificate: metrics.Certificate,
  otlpMetricsClientKey: metrics.ClientKey,
  otlpMetricsClientCertificate: metrics.ClientCertificate,
  otlpTracesEndpoint: traces.Endpoint,
  otlpTracesHeaders: traces.Headers,
  otlpTracesTimeout: traces.Timeout,
  otlpTracesCompression: traces.Compression,
  otlpTracesProtocol: traces.Protocol,
  otlpTracesCertificate: traces.Certificate,
  otlpTracesClientKey: traces.ClientKey,
  otlpTracesClientCertificate: traces.ClientCertificate,
  otlpLogsEndpoint: logs.Endpoint,
  otlpLogsHeaders: logs.Headers,
  otlpLogsTimeout: logs.Timeout,
  otlpLogsCompression: logs.Compression,
  otlpLogsProtocol: logs.Protocol,
  otlpLogsCertificate: logs.Certificate,
  otlpLogsClientKey: logs.ClientKey,
  otlpLogsClientCertificate: logs.ClientCertificate,
};

/** The same eight variables exist for all signals and for each of them, where they win. */
function rows(scope: '' | 'METRICS_' | 'TRACES_' | 'LOGS_'): Table<Values> {
  const name = (suffix: string): string => `OTEL_EXPORTER_OTLP_${scope}${suffix}`;
  const signal = scope === '' ? 'telemetry' : scope.slice(0, -1).toLowerCase();
  // Without a variable of its own a signal takes the general one.
  const otherwise = (suffix: string, text: string): { fallbackText: string } => ({
    fallbackText: scope === '' ? text : `the value of OTEL_EXPORTER_OTLP_${suffix}`,
  });
  const goesByGrpc = scope === '' || scope === 'TRACES_';
  const file = (suffix: string, help: string): Setting<string | undefined> =>
    setting(name(suffix), text, undefined, help, scope === '' ? {} : otherwise(suffix, ''));
  const endpointHelp =
    scope === ''
      ? 'Address of the OTLP receiver for every signal; `/v1/metrics` and the like are appended. By gRPC it is `http://localhost:4317` otherwise.'
      : `Full address for ${signal}, to which nothing is appended.`;
  const ownPath = scope === '' ? '' : `, with /v1/${signal}`;

  return {
    Endpoint: setting(name('ENDPOINT'), url, undefined, endpointHelp, {
      fallbackText:
        scope === '' ? 'http://localhost:4318' : `the value of OTEL_EXPORTER_OTLP_ENDPOINT${ownPath}`,
    }),
    Headers: setting(name('HEADERS'), headers, undefined, `HTTP headers sent with ${signal}.`, {
      ...(scope !== '' && otherwise('HEADERS', '')),
      secret: true,
    }),
    Timeout: setting(
      name('TIMEOUT'),
      milliseconds,
      undefined,
      `Longest time in milliseconds for one request with ${signal}.`,
      otherwise('TIMEOUT', '10000'),
    ),
    Compression: setting(
      name('COMPRESSION'),
      enumeration(['none', 'gzip']),
      undefined,
      `Compression of ${signal}.`,
      otherwise('COMPRESSION', 'none'),
    ),
    Protocol: setting(
      name('PROTOCOL'),
      goesByGrpc ? protocol : protocolWithoutGrpc,
      undefined,
      `Encoding of ${signal}.${goesByGrpc ? ' `grpc`: for traces, with `@opentelemetry/exporter-trace-otlp-grpc` installed.' : ''}`,
      otherwise('PROTOCOL', 'http/protobuf'),
    ),
    Certificate: file(
      'CERTIFICATE',
      `Path of the certificate that the receiver of ${signal} is checked with.`,
    ),
    ClientKey: file('CLIENT_KEY', `Path of the client's private key for ${signal}.`),
    ClientCertificate: file('CLIENT_CERTIFICATE', `Path of the client's certificate for ${signal}.`),
  };
}
