export { AwsInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-aws-sdk';
export { instrument } from '../instrument.ts';
