/** What stands on the OpenTelemetry SDK for traces: one file of its own, loaded when traces are asked for. */

export { traceByConfigFile } from './by-config-file.ts';
export { traceByEnvironment } from './by-environment.ts';
