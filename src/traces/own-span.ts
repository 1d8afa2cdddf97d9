import {
  type Attributes,
  type AttributeValue,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import { hrTimeToMilliseconds, isTimeInput, isTimeInputHrTime, millisToHrTime } from '@opentelemetry/core';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';

/** What the spans of one tracer have in common. */
export interface OwnSpanHome extends Pick<ReadableSpan, 'resource' | 'instrumentationScope'> {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** A span of the SDK, for what an application adds: its limits and conversions are OpenTelemetry's. */
  readonly addition: () => Span & ReadableSpan;
  readonly onEnd: (span: ReadableSpan) => void;
}

const unset: SpanStatus = { code: SpanStatusCode.UNSET };
const nothing: readonly never[] = [];

/**
 * A span of an observer's, sampled. It keeps times as numbers and attributes as what makes them, which are needed once,
 * when it is encoded among others. A class, as there are two for each request: objects with methods of their own cost
 * more than all that is in them.
 */
export class OwnSpan implements Span, ReadableSpan {
  name: string;
  readonly kind: SpanKind;
  readonly parentSpanContext?: SpanContext;
  readonly #home: OwnSpanHome;
  readonly #ids: SpanContext;
  /** Monotonic milliseconds. */
  readonly #startedAt: number;
  /** Milliseconds since 1970. */
  readonly #startTime: number;
  #milliseconds = -1;
  #status = unset;
  #common: Attributes | undefined;
  #own: (() => Attributes) | undefined;
  #outcome: Attributes | undefined;
  #measured: Attributes | undefined;
  #added: (Span & ReadableSpan) | undefined;

  constructor(
    home: OwnSpanHome,
    name: string,
    kind: SpanKind,
    ids: SpanContext,
    parent: SpanContext | undefined,
    startedAt: number,
    startTime: number,
  ) {
    this.name = name;
    this.kind = kind;
    if (parent !== undefined) this.parentSpanContext = parent;
    this.#home = home;
    this.#ids = ids;
    this.#startedAt = startedAt;
    this.#startTime = startTime;
  }

  // What its observer does.

  /** Gives way to what the application sets. */
  describe(common: Attributes | undefined, own: (() => Attributes) | undefined): void {
    if (this.ended) return;
    this.#common = common;
    this.#own = own;
  }

  /**
   * Attributes that are given here win over what the application has set.
   *
   * @param endedAt monotonic milliseconds
   */
  endAt(endedAt: number, outcome?: Attributes, measured?: Attributes): void {
    if (this.ended) return;
    this.#outcome = outcome;
    this.#measured = measured;
    this.#milliseconds = Math.max(0, endedAt - this.#startedAt);
    this.#home.onEnd(this);
  }

  // What the application does. Source: OpenTelemetry specification, "Span operations"; all of it is ignored after the end.

  spanContext(): SpanContext {
    return this.#ids;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(name: string, value: AttributeValue): this {
    this.#add()?.setAttribute(name, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    this.#add()?.setAttributes(attributes);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    const [attributes, given] = isTimeInput(attributesOrTime)
      ? [undefined, time ?? attributesOrTime]
      : [attributesOrTime, time];
    this.#add()?.addEvent(name, attributes, given ?? this.#time());
    return this;
  }

  addLink(link: Link): this {
    this.#add()?.addLink(link);
    return this;
  }

  addLinks(links: Link[]): this {
    this.#add()?.addLinks(links);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    this.#add()?.recordException(exception, time ?? this.#time());
  }

  setStatus({ code, message }: SpanStatus): this {
    const isFinal = this.ended || this.#status.code === SpanStatusCode.OK;
    if (isFinal || code === SpanStatusCode.UNSET) return this;
    const hasMessage = code === SpanStatusCode.ERROR && typeof message === 'string';
    this.#status = hasMessage ? { code, message } : { code };
    return this;
  }

  updateName(name: string): this {
    if (!this.ended) this.name = name;
    return this;
  }

  end(endTime?: TimeInput): void {
    const { now } = this.#home;
    this.endAt(endTime === undefined ? now() : this.#monotonic(endTime));
  }

  // What is read of it.

  get resource(): ReadableSpan['resource'] {
    return this.#home.resource;
  }

  get instrumentationScope(): ReadableSpan['instrumentationScope'] {
    return this.#home.instrumentationScope;
  }

  get startTime(): HrTime {
    return millisToHrTime(this.#startTime);
  }

  get endTime(): HrTime {
    return millisToHrTime(this.ended ? this.#startTime + this.#milliseconds : 0);
  }

  get duration(): HrTime {
    return this.ended ? millisToHrTime(this.#milliseconds) : [-1, -1];
  }

  get ended(): boolean {
    return this.#milliseconds >= 0;
  }

  get status(): SpanStatus {
    return this.#status;
  }

  get attributes(): Attributes {
    return {
      ...this.#common,
      ...this.#own?.(),
      ...this.#added?.attributes,
      ...this.#outcome,
      ...this.#measured,
    };
  }

  /** The same in parts, of many spans or of this one; false: there is more, as the application has added something. */
  eachPart(ofMany: (part: Attributes) => void, ofOne: (part: Attributes) => void): boolean {
    if (this.#added !== undefined) return false;
    if (this.#common !== undefined) ofMany(this.#common);
    if (this.#own !== undefined) ofOne(this.#own());
    if (this.#outcome !== undefined) ofMany(this.#outcome);
    if (this.#measured !== undefined) ofOne(this.#measured);
    return true;
  }

  get events(): TimedEvent[] {
    return this.#added?.events ?? (nothing as never[]);
  }

  get links(): Link[] {
    return this.#added?.links ?? (nothing as never[]);
  }

  get droppedAttributesCount(): number {
    return this.#added?.droppedAttributesCount ?? 0;
  }

  get droppedEventsCount(): number {
    return this.#added?.droppedEventsCount ?? 0;
  }

  get droppedLinksCount(): number {
    return this.#added?.droppedLinksCount ?? 0;
  }

  #add(): Span | undefined {
    if (this.ended) return undefined;
    this.#added ??= this.#home.addition();
    return this.#added;
  }

  /** Milliseconds since 1970, with the precision of the span's own times: the SDK's may be before its start. */
  #time(): number {
    return this.#startTime + (this.#home.now() - this.#startedAt);
  }

  /** Numbers up to the age of the process are monotonic already, as for the SDK. */
  #monotonic(time: TimeInput): number {
    const now = this.#home.now();
    if (typeof time === 'number' && time <= now) return time;
    const milliseconds = isTimeInputHrTime(time) ? hrTimeToMilliseconds(time) : Number(time);
    // A date that is none: the span would never count as ended.
    return Number.isNaN(milliseconds) ? now : this.#startedAt + milliseconds - this.#startTime;
  }
}
