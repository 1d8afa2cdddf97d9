export { GenericPoolInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-generic-pool';
export { instrument } from '../instrument.ts';
