import type { Json, JsonObject } from '../redaction/redaction.ts';
import type { LogTrace } from './record.ts';

/** An error as OpenTelemetry's `exception.*` attributes have it; without secrets. */
export interface Exception {
  readonly type: string;
  readonly message: string;
  readonly stacktrace?: string;
}

/** What of a record goes to OpenTelemetry, without secrets already. */
export interface PreparedRecord {
  readonly body: Json;
  readonly attributes: JsonObject;
  readonly exception?: Exception;
  /** Where it was made, when that is somewhere else than where it is written: the request of a record of the request log. */
  readonly trace?: LogTrace;
  /** It is about a request or an error, and was written by us. */
  readonly isOwn?: true;
}

/** Under which whoever formats an `info` of winston leaves it there, so that nothing is redacted twice. */
export const prepared: unique symbol = Symbol.for('@ykmake/monitoring.prepared');

/** On an `info` of winston whose error has been shown already to whoever wants logged errors, or is not to be. */
export const isSeen: unique symbol = Symbol.for('@ykmake/monitoring.is-seen');

/** Attributes with what they say about an exception. Source: semantic conventions, "Exceptions in logs". */
export const withException = (attributes: JsonObject, exception: Exception | undefined): JsonObject =>
  exception === undefined
    ? attributes
    : {
        ...attributes,
        'exception.type': exception.type,
        'exception.message': exception.message,
        'exception.stacktrace': exception.stacktrace ?? '',
      };
