export { KafkaJsInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-kafkajs';
export { instrument } from '../instrument.ts';
