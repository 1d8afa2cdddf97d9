import type { Span } from '@opentelemetry/api';
import { sharedApi } from '../open-telemetry-globals.ts';
import type { TraceIds } from './trace-ids.ts';

/** Under which every copy of the OpenTelemetry API keeps the span in a context. */
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN');

/** Source: W3C Trace Context, 3.2.2.5.1. */
const sampledFlag = 1;

/** The active span of whatever OpenTelemetry SDK traces the application, when it is sampled. */
export const activeTrace = (): TraceIds | undefined => {
  const active = sharedApi()?.context?.active().getValue(spanKey) as Span | undefined;
  const trace = active?.spanContext();
  return trace !== undefined && (trace.traceFlags & sampledFlag) !== 0 ? trace : undefined;
};
