import { findInApplication } from '../host/application-package.ts';
import { reasonOf } from '../host/report.ts';
import type { ObserverTracing } from '../observers.ts';
import { sharedApi } from '../open-telemetry-globals.ts';
import { otlpTracesTarget, tracesExporters } from '../settings/otlp-target.ts';
import type { Settings } from '../settings/table.ts';
import type { ObserverTracingOptions } from './observer-tracing.ts';
import type { SpanTarget } from './span-destination.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

/**
 * What the application has to have installed: neither is ours, as both bring a package with an install script, and
 * each takes longer to load than all of us.
 */
const grpcPackage = '@opentelemetry/exporter-trace-otlp-grpc';
const sdkPackage = '@opentelemetry/sdk-node';

export interface StartTracingOptions
  extends Omit<TracingOptions, 'settings' | 'targets'>,
    Pick<ObserverTracingOptions, 'scope'> {
  readonly settings: Settings;
  /** Reads the file with the SDK. */
  readonly loadSdk: () => typeof import('./sdk.ts');
}

export interface RunningTracing extends Pick<Tracing, 'flush' | 'deliverAtExit' | 'stop'> {
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
}

/** Traces as the settings ask for it, or as OpenTelemetry's configuration file does; never over another SDK. */
export const startTracing = (options: StartTracingOptions): StartedTracing => {
  const { settings } = options;
  const { configFile } = settings;
  if (configFile === undefined && tracesExporters(settings).length === 0) {
    return { to: [], whyNot: notAsked(settings) };
  }
  if (sharedApi()?.trace !== undefined) {
    return { to: [], whyNot: 'another OpenTelemetry SDK traces this process' };
  }
  return configFile === undefined ? byEnvironment(options) : byFile(options, configFile);
};

const notAsked = ({ tracesExporters: given }: Settings): string =>
  given === undefined ? 'OTEL_EXPORTER_OTLP_ENDPOINT is not set' : 'OTEL_TRACES_EXPORTER=none';

const byEnvironment = (options: StartTracingOptions): StartedTracing => {
  const targets = tracesExporters(options.settings).flatMap(exporter =>
    exporter === 'console' ? exporter : (otlpDestination(options.settings) ?? []),
  );
  const isComplete = targets.length === tracesExporters(options.settings).length;
  const whyNot = isComplete ? {} : { whyNot: notInstalled('OTLP over gRPC', grpcPackage) };
  if (targets.length === 0) return { to: [], ...whyNot };
  const sdk = options.loadSdk();
  const tracing = sdk.createTracing({ ...options, targets });
  return {
    running: {
      ...tracing,
      observers: sdk.createObserverTracing(tracing, options),
      register: tracing,
    },
    to: targets.map(to => `traces to ${to === 'console' ? 'the console' : new URL(to.url).origin}`),
    ...whyNot,
  };
};

/** `undefined` where the application has no package for what was asked for. */
const otlpDestination = (settings: Settings): SpanTarget | undefined => {
  const target = otlpTracesTarget(settings);
  if (target.protocol !== 'grpc') return target;
  const exporterFile = findInApplication(grpcPackage);
  return exporterFile === undefined ? undefined : { ...target, exporterFile };
};

/** The variables for traces have no effect then. Source: OpenTelemetry specification, "Declarative configuration". */
const byFile = (options: StartTracingOptions, configFile: string): StartedTracing => {
  const file = findInApplication(sdkPackage);
  if (file === undefined) return { to: [], whyNot: notInstalled('OTEL_CONFIG_FILE', sdkPackage) };
  const sdk = options.loadSdk();
  try {
    const { tracing, takesMetrics, flush, stop } = sdk.startConfiguredSdk(file);
    const observers = tracing && sdk.createObserverTracing(tracing, options);
    return {
      // The SDK sends nothing when nothing asynchronous happens any more.
      running: { flush, deliverAtExit: () => {}, stop, observers, register: undefined },
      ...(tracing === undefined
        ? { to: [], whyNot: `none by ${configFile}` }
        : { to: [`traces as ${configFile} says`] }),
      ...(takesMetrics && { metricsBy: configFile }),
    };
  } catch (error) {
    return { to: [], whyNot: `OTEL_CONFIG_FILE cannot be used: ${reasonOf(error)}` };
  }
};

const notInstalled = (what: string, name: string): string =>
  `${what} needs ${name}, which is not installed beside the application`;
