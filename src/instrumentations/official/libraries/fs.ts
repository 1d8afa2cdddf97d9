export { FsInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-fs';
export { instrument } from '../instrument.ts';
