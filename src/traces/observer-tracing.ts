import type { Context } from '@opentelemetry/api';
import { createSqlSanitiser } from '../database/sanitised.ts';
import { createDatabaseSpans } from '../database/spans.ts';
import { createServerSpans } from '../http/spans/server-spans.ts';
import { createClientSpans } from '../http-client/spans.ts';
import type { ObserverTracing } from '../observers.ts';
import { createUrlRedaction } from '../redaction/url.ts';
import type { Settings } from '../settings/table.ts';
import type { Tracing } from './tracing.ts';

/** What makes the spans of each observer, with our tracing or that of another SDK. */
export const createObserverTracing = (
  parts: Pick<Tracing, 'spans' | 'contextManager' | 'propagator'>,
  settings: Pick<Settings, 'redactKeys' | 'trustProxy'>,
): ObserverTracing => {
  const { spans, contextManager } = parts;
  const redaction = createUrlRedaction(settings.redactKeys);
  const root = contextManager.active();
  return {
    requests: createServerSpans({ ...parts, trustProxy: settings.trustProxy, redaction }),
    calls: createClientSpans({ ...parts, redactUrl: redaction.url }),
    databaseSpan: createDatabaseSpans({ spans, system: 'postgresql', sanitise: createSqlSanitiser() }),
    activeContext: (): Context | undefined => {
      const active = contextManager.active();
      return active === root ? undefined : active;
    },
  };
};
