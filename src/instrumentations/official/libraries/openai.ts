export { OpenAIInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-openai';
export { instrument } from '../instrument.ts';
