import type { Span } from '@opentelemetry/api';
import type { LogTrace } from '../logs/record.ts';
import { sharedApi } from '../open-telemetry-globals.ts';

/** Under which every copy of the OpenTelemetry API keeps the span in a context. */
export const spanKey: symbol = Symbol.for('OpenTelemetry Context Key SPAN');

/** Source: W3C Trace Context, 3.2.2.3 and 3.2.2.4: an id of zeros is none. */
const noTrace = '0'.repeat(32);
const noSpan = '0'.repeat(16);

/** The active span of whatever OpenTelemetry SDK traces the application, sampled or not. */
export const activeSpan = (): LogTrace | undefined => {
  const active = sharedApi()?.context?.active().getValue(spanKey) as Span | undefined;
  const ids = active?.spanContext();
  return ids === undefined || ids.traceId === noTrace || ids.spanId === noSpan ? undefined : ids;
};
