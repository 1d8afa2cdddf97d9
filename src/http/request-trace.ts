import type { RequestObservation } from './observation.ts';

/** Where a request stands in its trace: its span, recorded or not, else the sampled one that its caller has sent. */
export const traceOf = ({
  span,
  trace,
}: Pick<RequestObservation, 'span' | 'trace'>):
  | { readonly traceId: string; readonly spanId: string; readonly traceFlags: number }
  | undefined => {
  const context = span?.spanContext();
  if (context !== undefined) return context;
  return trace === undefined ? undefined : { traceId: trace.traceId, spanId: trace.spanId, traceFlags: 1 };
};
