import type { HrTime, SpanContext } from '@opentelemetry/api';
import type { EncodedResource, EncodedScope } from '../otlp/export-request.ts';
import type { Json, JsonObject } from '../redaction/redaction.ts';
import { type AttributeLimits, limitAttributes } from './attribute-limits.ts';
import type { LogRecord } from './record.ts';

/** What is sent, in the form that the SDK's encodings read; whoever made it gave it away. */
export interface OutgoingRecord {
  readonly severityNumber: number | undefined;
  readonly severityText: string | undefined;
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly spanContext: SpanContext | undefined;
  readonly eventName: string | undefined;
  readonly body: Json | undefined;
  readonly attributes: JsonObject;
  readonly droppedAttributesCount: number;
  readonly instrumentationScope: EncodedScope;
  readonly resource: EncodedResource;
}

export interface OutgoingOptions {
  readonly resource: EncodedResource;
  readonly limits: AttributeLimits;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/** More scopes than any application has; those beyond are not remembered. */
const mostScopes = 1_000;

/** Makes of our own records what is sent. */
export const createOutgoing = (options: OutgoingOptions): ((record: LogRecord) => OutgoingRecord) => {
  const { resource, limits, wallClock } = options;
  const scopes = new Map<string, EncodedScope>();
  const scopeOf = (name: string): EncodedScope => {
    const known = scopes.get(name);
    if (known !== undefined) return known;
    const scope = { name };
    if (scopes.size < mostScopes) scopes.set(name, scope);
    return scope;
  };
  return ({ time, severityNumber, severityText, body, trace, scope, eventName, ...record }) => {
    const { attributes, dropped } = limitAttributes(record.attributes, limits);
    return {
      hrTime: hrTimeOf(time),
      hrTimeObserved: hrTimeOf(wallClock()),
      severityNumber,
      severityText,
      body,
      attributes,
      droppedAttributesCount: dropped,
      spanContext: trace,
      eventName,
      instrumentationScope: scopeOf(scope),
      resource,
    };
  };
};

/** Seconds and nanoseconds of milliseconds since 1970. */
export const hrTimeOf = (milliseconds: number): HrTime => [
  Math.trunc(milliseconds / 1_000),
  Math.round((milliseconds % 1_000) * 1e6),
];
