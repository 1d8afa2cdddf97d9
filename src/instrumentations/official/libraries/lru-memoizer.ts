export { LruMemoizerInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-lru-memoizer';
export { instrument } from '../instrument.ts';
