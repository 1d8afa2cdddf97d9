import type { Span } from '@opentelemetry/api';
import { sharedApi } from '../open-telemetry-globals.ts';
import { sampledIds, type TraceIds } from './trace-ids.ts';

/** Under which every copy of the OpenTelemetry API keeps the span in a context. */
export const spanKey: symbol = Symbol.for('OpenTelemetry Context Key SPAN');

/** The active span of whatever OpenTelemetry SDK traces the application, when it is sampled. */
export const activeTrace = (): TraceIds | undefined => {
  const active = sharedApi()?.context?.active().getValue(spanKey) as Span | undefined;
  return sampledIds(active?.spanContext());
};
