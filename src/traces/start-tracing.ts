import path from 'node:path';
import type { Context } from '@opentelemetry/api';
import type { ObserverTracing } from '../observers.ts';
import type { GrpcTarget, OtlpTarget } from '../otlp/post.ts';
import { createUrlRedaction } from '../redaction/url.ts';
import type { Settings } from '../settings/table.ts';
import type { PushExporter } from '../settings/traces.ts';
import { findGrpcPackage, grpcNotInstalled } from './grpc-package.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

export interface StartTracingOptions extends Omit<TracingOptions, 'settings' | 'exporters' | 'target'> {
  readonly settings: Settings;
  readonly exporters: readonly PushExporter[];
  readonly target: OtlpTarget | GrpcTarget;
  readonly scope: { readonly name: string; readonly version: string };
  /** The file with the SDK. */
  readonly sdk: typeof import('./sdk.ts');
}

export interface RunningTracing extends Tracing {
  readonly observers: ObserverTracing;
}

/**
 * Tracing with what makes the spans of each observer; `undefined` when the only way that was asked for is gRPC and its
 * package is not installed, which `onFailing` is told.
 */
export const startTracing = (options: StartTracingOptions): RunningTracing | undefined => {
  const { settings, scope, sdk } = options;
  const usable = withGrpcPackage(options);
  if (usable.exporters.length === 0) return undefined;
  const tracing = sdk.createTracing({ ...options, ...usable });
  const { provider, contextManager, propagator } = tracing;
  const tracer = provider.getTracer(scope.name, scope.version);
  const redaction = createUrlRedaction(settings.redactKeys);
  const root = contextManager.active();
  const parts = { tracer, contextManager, propagator };
  return {
    ...tracing,
    observers: {
      requests: sdk.createServerSpans({
        ...parts,
        trustProxy: settings.trustProxy,
        redaction,
      }),
      calls: sdk.createClientSpans({ ...parts, redactUrl: redaction.url }),
      databaseSpan: sdk.createDatabaseSpans({
        tracer,
        system: 'postgresql',
        sanitise: sdk.createSqlSanitiser(),
      }),
      activeContext: (): Context | undefined => {
        const active = contextManager.active();
        return active === root ? undefined : active;
      },
    },
  };
};

/** Where the application may have the package that sends by gRPC. */
const applicationFolders = (): readonly string[] => {
  const script = process.argv[1];
  return [...(script === undefined ? [] : [path.dirname(script)]), process.cwd()];
};

/** Without OTLP where it would go by gRPC and the application has no package for that, which is told once. */
const withGrpcPackage = ({
  exporters,
  target,
  onFailing,
}: StartTracingOptions): Pick<TracingOptions, 'exporters' | 'target'> => {
  if (target.protocol !== 'grpc' || !exporters.includes('otlp')) return { exporters, target };
  const exporterFile = findGrpcPackage(applicationFolders());
  if (exporterFile !== undefined) return { exporters, target: { ...target, exporterFile } };
  onFailing(grpcNotInstalled());
  return { exporters: exporters.filter(exporter => exporter !== 'otlp'), target };
};
