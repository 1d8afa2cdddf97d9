import type { LogRecord as ApiRecord, Context, HrTime } from '@opentelemetry/api';
import type { EncodedScope } from '../otlp/export-request.ts';
import type { JsonObject, Redaction } from '../redaction/redaction.ts';
import { type AttributeLimits, type LimitedAttributes, limitAttributes } from './attribute-limits.ts';
import { hrTimeOf, type OutgoingOptions, type OutgoingRecord } from './outgoing-record.ts';
import { timeOf } from './record-time.ts';
import { spanContextIn } from './span-context.ts';

export interface ApiRecordOptions extends OutgoingOptions {
  readonly redaction: Redaction;
  /** Milliseconds since 1970 at which the process began. */
  readonly timeOrigin: number;
  readonly activeContext: () => Context | undefined;
}

/** What an application gives, of which nothing is known. */
type Given = { readonly [Name in keyof ApiRecord]?: unknown };

/**
 * Makes of a record that the application emits through OpenTelemetry's API what is sent, as the SDK would, but without
 * secrets; and what the SDK leaves out of attributes because it is no plain data, becomes plain data. Throws when
 * something in it throws.
 */
export const createApiRecord = (
  options: ApiRecordOptions,
): ((record: Given, scope: EncodedScope) => OutgoingRecord) => {
  const { resource, limits, wallClock, timeOrigin, redaction } = options;
  return (record, instrumentationScope) => {
    const { timestamp, observedTimestamp, severityNumber, severityText, body, eventName, exception } = record;
    const now: HrTime = hrTimeOf(wallClock());
    const context = (record.context ?? options.activeContext()) as Context | undefined;
    const own = limitAttributes(attributesOf(record.attributes, redaction), limits);
    const { attributes, dropped } =
      exception === undefined ? own : withException(own, exceptionOf(exception, redaction), limits);
    return {
      hrTime: timeOf(timestamp, timeOrigin) ?? now,
      hrTimeObserved: timeOf(observedTimestamp, timeOrigin) ?? now,
      severityNumber: isSeverity(severityNumber) ? severityNumber : undefined,
      severityText: textOr(severityText),
      body: body === undefined ? undefined : redaction.data(body),
      attributes,
      droppedAttributesCount: dropped,
      spanContext: spanContextIn(context),
      eventName: textOr(eventName),
      instrumentationScope,
      resource,
    };
  };
};

export const attributesOf = (attributes: unknown, redaction: Redaction): JsonObject =>
  typeof attributes === 'object' && attributes !== null ? redaction.properties(attributes) : {};

/** Attributes that say the same by themselves win. */
const withException = (
  own: LimitedAttributes,
  said: JsonObject,
  limits: AttributeLimits,
): LimitedAttributes => {
  const more = Object.entries(said).filter(([name]) => !Object.hasOwn(own.attributes, name));
  const { attributes, dropped } = limitAttributes({ ...own.attributes, ...Object.fromEntries(more) }, limits);
  return { attributes, dropped: own.dropped + dropped };
};

/** Source: semantic conventions, "Exceptions in logs". */
const exceptionOf = (exception: unknown, redaction: Redaction): JsonObject =>
  Object.fromEntries(
    Object.entries(parts(exception))
      .filter(([, part]) => isTold(part))
      .map(([name, part]) => [name, redaction.text(String(part))]),
  );

const parts = (exception: unknown): Readonly<Record<string, unknown>> => {
  if (typeof exception !== 'object' || exception === null) return { 'exception.message': exception };
  const { code, name, message, stack } = exception as Readonly<Record<string, unknown>>;
  return {
    'exception.type': isTold(code) ? code : name,
    'exception.message': message,
    'exception.stacktrace': stack,
  };
};

const isTold = (part: unknown): part is string | number =>
  (typeof part === 'string' && part !== '') || typeof part === 'number';

const isSeverity = (number: unknown): number is number =>
  typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 24;

const textOr = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
