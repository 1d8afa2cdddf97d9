import type { Context } from '@opentelemetry/api';
import { createDatabaseSpans } from '../database/spans.ts';
import { createServerSpans } from '../http/spans/server-spans.ts';
import { createClientSpans } from '../http-client/spans.ts';
import type { ObserverTracing } from '../observers.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { Settings } from '../settings/table.ts';
import type { Tracing } from './tracing.ts';

/** What makes the spans of each observer, with our tracing or that of another SDK. */
export const createObserverTracing = (
  parts: Pick<Tracing, 'spans' | 'contextManager' | 'propagator'>,
  { trustProxy }: Pick<Settings, 'trustProxy'>,
  { url, text }: Redaction,
): ObserverTracing => {
  const { spans, contextManager } = parts;
  const root = contextManager.active();
  const requests = createServerSpans({ ...parts, trustProxy, redaction: url, redactText: text });
  return {
    requests,
    calls: createClientSpans({ ...parts, redactUrl: url.url }),
    databaseSpan: createDatabaseSpans({ spans }),
    currentRequest: requests.currentRequest,
    activeContext: (): Context | undefined => {
      const active = contextManager.active();
      return active === root ? undefined : active;
    },
  };
};
