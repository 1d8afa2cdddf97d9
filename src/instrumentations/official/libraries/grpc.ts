export { GrpcInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-grpc';
export { instrument } from '../instrument.ts';
