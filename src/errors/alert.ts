import type { LogTrace } from '../logs/record.ts';
import type { JsonObject } from '../redaction/redaction.ts';
import type { Repeats } from './repeats.ts';
import type { AlertSeverity } from './severity.ts';

/** One message for people: plain data, without secrets; not yet escaped or cut for any service. */
export interface Alert {
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly message: string;
  /** Shown as fields, in this order. */
  readonly details: JsonObject;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly trace: LogTrace | undefined;
  /** Of a digest: how often the same came again since it was last said, and in how many milliseconds. */
  readonly repeats?: Repeats;
}
