/** What stands on the OpenTelemetry SDK for metrics: one file of its own, loaded when the first part is needed. */
export { createPipeline } from './pipeline.ts';
export { startPush } from './push-readers.ts';
