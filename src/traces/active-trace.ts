import { activeSpan } from './active-span.ts';
import { sampledIds, type TraceIds } from './trace-ids.ts';

/** The active span of whatever OpenTelemetry SDK traces the application, when it is sampled. */
export const activeTrace = (): TraceIds | undefined => sampledIds(activeSpan());
