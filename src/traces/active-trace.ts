import { TraceFlags, trace } from '@opentelemetry/api';
import type { TraceIds } from './trace-ids.ts';

/** The active span of whatever OpenTelemetry SDK traces the application, when it is sampled. */
export const activeTrace = (): TraceIds | undefined => {
  const span = trace.getActiveSpan()?.spanContext();
  return span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0 ? span : undefined;
};
