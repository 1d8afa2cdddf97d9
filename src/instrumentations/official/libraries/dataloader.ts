export { DataloaderInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-dataloader';
export { instrument } from '../instrument.ts';
