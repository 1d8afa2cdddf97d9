/** What stands on the OpenTelemetry SDK for traces: one file of its own, loaded when something is traced. */

export { createSqlSanitiser } from '../database/sanitised.ts';
export { createDatabaseSpans } from '../database/spans.ts';
export { createServerSpans } from '../http/spans/server-spans.ts';
export { createClientSpans } from '../http-client/spans.ts';
export { createTracing } from './tracing.ts';
