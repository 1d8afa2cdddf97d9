import type { Context, Span, SpanContext } from '@opentelemetry/api';
import { sharedApi } from '../open-telemetry-globals.ts';
import { spanKey } from '../traces/active-span.ts';

/** The context that the application is in, by whatever OpenTelemetry SDK there is. */
export const activeContext = (): Context | undefined => sharedApi()?.context?.active();

/** Where in a trace a context stands, sampled or not; `undefined` outside of any trace. May throw. */
export const spanContextIn = (context: Context | undefined): SpanContext | undefined => {
  const span = context?.getValue(spanKey) as Partial<Span> | undefined;
  const found = span?.spanContext?.();
  return found !== undefined && isValid(found) ? found : undefined;
};

/** Source: W3C Trace Context, 3.2.2.3 and 3.2.2.4. */
const isValid = ({ traceId, spanId }: SpanContext): boolean =>
  /^(?!0{32})[0-9a-f]{32}$/i.test(traceId) && /^(?!0{16})[0-9a-f]{16}$/i.test(spanId);
