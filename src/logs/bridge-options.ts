import type { OnHookFailure } from '../instrumentations/module-patch.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { OnLoggedError } from './logged-error.ts';
import type { EmitRecord, LogTrace } from './record.ts';

/** Where the records of the application's loggers go. */
export interface RecordSink {
  readonly emit: EmitRecord;
  readonly redaction: Pick<Redaction, 'text' | 'data' | 'properties'>;
  /** Nobody wants records of what happens outside of traces. */
  readonly onlyInTraces?: boolean;
}

/** What every bridge from a logger of the application needs. */
export interface BridgeOptions {
  /** `undefined`: no records are made; the ids of the trace stand on the lines all the same. */
  readonly records: RecordSink | undefined;
  /** `undefined`: nobody wants to know. */
  readonly onLoggedError?: OnLoggedError | undefined;
  /** The active span, sampled or not. */
  readonly activeTrace: () => LogTrace | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onFailure: OnHookFailure;
}

/** Where a record made there would go. */
export const sinkFor = (
  records: RecordSink | undefined,
  trace: LogTrace | undefined,
): RecordSink | undefined => (trace === undefined && records?.onlyInTraces ? undefined : records);
