import type { LogTrace } from './record.ts';

/** The names that OpenTelemetry's instrumentations of loggers use. */
export interface LineIds {
  readonly trace_id: string;
  readonly span_id: string;
  /** Two hexadecimal digits. */
  readonly trace_flags: string;
}

export const idNames: readonly (keyof LineIds)[] = ['trace_id', 'span_id', 'trace_flags'];

export const lineIds = ({ traceId, spanId, traceFlags }: LogTrace): LineIds => ({
  trace_id: traceId,
  span_id: spanId,
  trace_flags: traceFlags < 16 ? `0${traceFlags.toString(16)}` : traceFlags.toString(16),
});
