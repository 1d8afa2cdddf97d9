import type { LogTrace } from '../logs/record.ts';
import type { RequestObservation } from './observation.ts';

/** Where a request stands in its trace: its span, recorded or not, else where its caller says that it stands. */
export const traceOf = ({
  span,
  trace,
  parent,
}: Partial<Pick<RequestObservation, 'span' | 'trace' | 'parent'>>): LogTrace | undefined => {
  const context = span?.spanContext();
  if (context !== undefined) return context;
  return trace === undefined ? parent : { traceId: trace.traceId, spanId: trace.spanId, traceFlags: 1 };
};
