import type { Context } from '@opentelemetry/api';
import type { ObserverTracing } from '../observers.ts';
import type { OtlpTarget } from '../otlp/post.ts';
import { createUrlRedaction } from '../redaction/url.ts';
import type { Settings } from '../settings/table.ts';
import type { PushExporter } from '../settings/traces.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

export interface StartTracingOptions extends Omit<TracingOptions, 'settings' | 'exporters' | 'target'> {
  readonly settings: Settings;
  readonly exporters: readonly PushExporter[];
  readonly target: OtlpTarget;
  readonly scope: { readonly name: string; readonly version: string };
  /** The file with the SDK. */
  readonly sdk: typeof import('./sdk.ts');
}

export interface RunningTracing extends Tracing {
  readonly observers: ObserverTracing;
}

/** Tracing with what makes the spans of each observer. */
export const startTracing = (options: StartTracingOptions): RunningTracing => {
  const { settings, scope, sdk } = options;
  const tracing = sdk.createTracing(options);
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
