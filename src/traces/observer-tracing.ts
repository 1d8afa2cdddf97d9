import type { Context } from '@opentelemetry/api';
import { createSqlSanitiser } from '../database/sanitised.ts';
import { createDatabaseSpans } from '../database/spans.ts';
import { createServerSpans } from '../http/spans/server-spans.ts';
import { createClientSpans } from '../http-client/spans.ts';
import type { ObserverTracing } from '../observers.ts';
import { createUrlRedaction } from '../redaction/url.ts';
import type { Settings } from '../settings/table.ts';
import type { Tracing } from './tracing.ts';

export interface ObserverTracingOptions {
  readonly settings: Pick<Settings, 'redactKeys' | 'trustProxy'>;
  readonly scope: { readonly name: string; readonly version: string };
}

/** What makes the spans of each observer, with our tracing or that of another SDK. */
export const createObserverTracing = (
  {
    provider,
    contextManager,
    propagator,
    setOwnAttributes,
  }: Pick<Tracing, 'provider' | 'contextManager' | 'propagator' | 'setOwnAttributes'>,
  { settings, scope }: ObserverTracingOptions,
): ObserverTracing => {
  const tracer = provider.getTracer(scope.name, scope.version);
  const redaction = createUrlRedaction(settings.redactKeys);
  const root = contextManager.active();
  const parts = { tracer, contextManager, propagator, setOwnAttributes };
  return {
    requests: createServerSpans({ ...parts, trustProxy: settings.trustProxy, redaction }),
    calls: createClientSpans({ ...parts, redactUrl: redaction.url }),
    databaseSpan: createDatabaseSpans({
      tracer,
      setOwnAttributes,
      system: 'postgresql',
      sanitise: createSqlSanitiser(),
    }),
    activeContext: (): Context | undefined => {
      const active = contextManager.active();
      return active === root ? undefined : active;
    },
  };
};
