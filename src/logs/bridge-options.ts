import type { OnHookFailure } from '../instrumentations/module-patch.ts';
import type { Redaction } from '../redaction/redaction.ts';
import type { EmitRecord, LogTrace } from './record.ts';

/** Where the records of the application's loggers go. */
export interface RecordSink {
  readonly emit: EmitRecord;
  readonly redaction: Pick<Redaction, 'text' | 'data' | 'properties'>;
}

/** What every bridge from a logger of the application needs. */
export interface BridgeOptions {
  /** `undefined`: no records are made; the ids of the trace stand on the lines all the same. */
  readonly records: RecordSink | undefined;
  /** The active span, sampled or not. */
  readonly activeTrace: () => LogTrace | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onFailure: OnHookFailure;
}
