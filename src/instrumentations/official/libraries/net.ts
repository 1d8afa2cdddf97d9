export { NetInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-net';
export { instrument } from '../instrument.ts';
