import type { Json, JsonObject } from '../redaction/redaction.ts';

/** Where in a trace a record was made. */
export interface LogTrace {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/** One log record on its way out, whichever logger made it; without secrets already. */
export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** 1 to 24; 0: none is known. Source: OpenTelemetry logs data model, "SeverityNumber". */
  readonly severityNumber: number;
  /** The level in the logger's own words. */
  readonly severityText: string;
  readonly body: Json;
  readonly attributes: JsonObject;
  readonly trace: LogTrace | undefined;
  /** Name of the instrumentation scope: the library that the application logs with, such as `winston`. */
  readonly scope: string;
  readonly eventName?: string;
  /** It is about a request or an error, and was written by us; not sent. */
  readonly isOwn?: true;
}

/** Takes a record; never throws and never waits. */
export type EmitRecord = (record: LogRecord) => void;
