export { AmqplibInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-amqplib';
export { instrument } from '../instrument.ts';
