/** What stands on the OpenTelemetry SDK for traces: one file of its own, loaded when something is traced. */

export { startConfiguredSdk } from './configured-sdk.ts';
export { createObserverTracing } from './observer-tracing.ts';
export { createTracing } from './tracing.ts';
