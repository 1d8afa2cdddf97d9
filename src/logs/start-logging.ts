import type { LoggerProvider } from '@opentelemetry/api';
import { otherLoggerProvider } from '../open-telemetry-globals.ts';
import { logsExporters, otlpLogsTarget, protocolOf } from '../settings/otlp-target.ts';
import type { Settings } from '../settings/table.ts';
import type { StartedTracing } from '../traces/start-tracing.ts';
import type { Logging, LoggingOptions } from './logging.ts';

export interface StartLoggingOptions extends Omit<LoggingOptions, 'settings' | 'targets' | 'redaction'> {
  readonly settings: Settings;
  /** Asked for only when we send the application's records. */
  readonly redaction: () => LoggingOptions['redaction'];
  /** What became of OpenTelemetry's configuration file. */
  readonly tracing: Pick<StartedTracing, 'running' | 'whyNot' | 'logsBy'>;
  /** Reads the file. */
  readonly load: () => typeof import('./logs.ts');
}

/** What of logs runs, in the words of the start line. */
export interface StartedLogging extends Pick<Logging, 'flush' | 'takeAtExit' | 'stop'> {
  /** `undefined`: records go nowhere. */
  readonly emit: Logging['emit'] | undefined;
  /** What others in the process are to log with; `undefined` when that is another SDK's, or nothing is sent. */
  readonly provider: LoggerProvider | undefined;
  /** Where records go. */
  readonly to: readonly string[];
  /** Why they go nowhere. */
  readonly whyNot?: string;
}

/** Logs as the settings ask for it; into another SDK where there is one that takes them, or by its configuration file. */
export const startLogging = (options: StartLoggingOptions): StartedLogging => {
  const { settings, tracing, load } = options;
  const { configFile } = settings;
  if (settings.logsExporters?.length === 0 && configFile === undefined) return off('OTEL_LOGS_EXPORTER=none');
  const other = otherLoggerProvider();
  if (other !== undefined) {
    const emit = load().emitInto(other, () => options.onDropped('export_failed', 1));
    if (tracing.logsBy === undefined) return { ...idle, emit, to: ['logs to another OpenTelemetry SDK'] };
    // The SDK does not register it for libraries that still use the API of its own.
    return { ...idle, emit, provider: other, to: [`logs as ${tracing.logsBy} says`] };
  }
  if (configFile !== undefined) {
    return off((tracing.running === undefined ? tracing.whyNot : undefined) ?? `none by ${configFile}`);
  }
  const exporters = logsExporters(settings);
  if (exporters.length === 0) return off(notAsked(settings));
  const target = otlpLogsTarget(settings);
  const logging = load().createLogging({
    ...options,
    redaction: options.redaction(),
    targets: exporters.map(exporter => (exporter === 'otlp' ? target : exporter)),
  });
  const to = exporters.map(exporter => (exporter === 'otlp' ? new URL(target.url).origin : 'the console'));
  return { ...logging, to: to.map(where => `logs to ${where}`) };
};

const idle: StartedLogging = {
  emit: undefined,
  provider: undefined,
  flush: async () => {},
  takeAtExit: () => [],
  stop: () => {},
  to: [],
};

const off = (whyNot: string): StartedLogging => ({ ...idle, whyNot });

const notAsked = (settings: Settings): string =>
  protocolOf(settings, 'Logs') === 'grpc'
    ? 'not by gRPC: OTEL_EXPORTER_OTLP_LOGS_PROTOCOL'
    : 'OTEL_EXPORTER_OTLP_ENDPOINT is not set';
