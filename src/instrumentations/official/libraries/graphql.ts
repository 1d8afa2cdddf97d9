export { GraphQLInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-graphql';
export { instrument } from '../instrument.ts';
