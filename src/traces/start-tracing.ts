import type { ObserverTracing } from '../observers.ts';
import { sharedApi } from '../open-telemetry-globals.ts';
import { tracesExporters } from '../settings/otlp-target.ts';
import type { Settings } from '../settings/table.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

export interface StartTracingOptions extends Omit<TracingOptions, 'settings' | 'targets' | 'redactSpan'> {
  readonly settings: Settings;
  /** Reads the file with the SDK. */
  readonly loadSdk: () => typeof import('./sdk.ts');
}

export interface RunningTracing extends Pick<Tracing, 'flush' | 'takeAtExit' | 'stop'> {
  /** `undefined`: there are no spans. */
  readonly observers: ObserverTracing | undefined;
  /** What others in the process are to trace with; `undefined` when that is registered already. */
  readonly register: Pick<Tracing, 'provider' | 'contextManager' | 'propagator'> | undefined;
}

/** What of tracing runs, in the words of the start line. */
export interface StartedTracing {
  readonly running?: RunningTracing;
  /** Where spans go. */
  readonly to: readonly string[];
  /** Why there are none, or not all that were asked for. */
  readonly whyNot?: string;
  /** The configuration file, when metrics that are made through the API go where it says. */
  readonly metricsBy?: string;
  /** The same for log records. */
  readonly logsBy?: string;
}

/** Traces as the settings ask for it, or as OpenTelemetry's configuration file does; never over another SDK. */
export const startTracing = (options: StartTracingOptions): StartedTracing => {
  const { settings } = options;
  const { configFile } = settings;
  const toSentry = settings.sentryTraces && settings.sentryDsn !== undefined;
  if (configFile === undefined && !toSentry && tracesExporters(settings).length === 0) {
    return { to: [], whyNot: notAsked(settings) };
  }
  if (sharedApi()?.trace !== undefined) {
    return { to: [], whyNot: 'another OpenTelemetry SDK traces this process' };
  }
  const sdk = options.loadSdk();
  return configFile === undefined
    ? sdk.traceByEnvironment(options)
    : sdk.traceByConfigFile(options, configFile);
};

const notAsked = ({ tracesExporters: given }: Settings): string =>
  given === undefined ? 'OTEL_EXPORTER_OTLP_ENDPOINT is not set' : 'OTEL_TRACES_EXPORTER=none';
