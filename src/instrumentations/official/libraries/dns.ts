export { DnsInstrumentation as Instrumentation } from '@opentelemetry/instrumentation-dns';
export { instrument } from '../instrument.ts';
