import type { LogTrace } from '../logs/record.ts';
import type { JsonObject } from '../redaction/redaction.ts';
import type { Repeats } from './repeats.ts';
import type { AlertSeverity } from './severity.ts';

/** Which way an error came to us. */
export type ErrorSource =
  | 'captureError'
  /** A request that failed. */
  | 'request'
  /** An error that the application logged. */
  | 'log'
  | 'uncaughtException'
  | 'unhandledRejection';

/** One error of a report: the one that was caught, one of its causes, or one of an AggregateError. */
export interface ReportedException {
  /** Its class, or its name where that says more; of what is no error, what it is: `string`, `Object`. */
  readonly type: string;
  readonly message: string;
  /** As Node.js writes it, with its first line; `undefined`: it has none, or is no error. */
  readonly stack: string | undefined;
  /** What else it has, such as `code`. */
  readonly properties: JsonObject;
  /** Index of the one that has it, and under which name: `cause`, `errors[0]`; absent for the first. */
  readonly parent?: { readonly index: number; readonly name: string };
}

/** The request that an error belongs to. */
export interface ReportedRequest {
  readonly method: string;
  /** The route template; `undefined`: none is known. */
  readonly route: string | undefined;
  /** Path and query, redacted; `undefined` in a digest, which is about several. */
  readonly url: string | undefined;
  /** Of the answer; `undefined`: there is none yet. */
  readonly status: number | undefined;
}

/** One unexpected error as it leaves the process: plain data of bounded size, without secrets. */
export interface ErrorReport {
  /** 32 lower-case hexadecimal digits, in event, message and log line alike. */
  readonly eventId: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly severity: AlertSeverity;
  readonly source: ErrorSource;
  /** Never empty; the first is the one that was caught. Of a failed request without an error it has no stack. */
  readonly exceptions: readonly [ReportedException, ...ReportedException[]];
  readonly trace: LogTrace | undefined;
  readonly request: ReportedRequest | undefined;
  /** Id of the user, where the application said it. */
  readonly user: string | undefined;
  /** What the application said beside the error. */
  readonly context: JsonObject;
  /** Of a digest: how often the same error came again since it was last reported, and in how many milliseconds. */
  readonly repeats?: Repeats;
}
