import type { Attributes, Link, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import { createProtobufWriter, type ProtobufWriter, type Written } from '../otlp/protobuf-writer.ts';
import { OwnSpan } from './own-span.ts';

/** A span that is ready to be sent, as a message `Span`, and what it belongs to. */
export interface EncodedSpan extends Written, Pick<ReadableSpan, 'resource' | 'instrumentationScope'> {}

export interface SpanEncoder {
  /** Throws for attributes that OpenTelemetry does not allow. */
  readonly encode: (span: ReadableSpan) => EncodedSpan;
  /** An `ExportTraceServiceRequest`. */
  readonly request: (spans: readonly EncodedSpan[]) => Uint8Array;
}

/**
 * OTLP in protobuf, span by span: a few are encoded at a time, so that no batch holds the application while it is
 * encoded, and what waits is bytes and not objects for the garbage collector to follow. Half the work of
 * OpenTelemetry's encoding, which a test holds it to, because that goes through each span twice.
 * Source: opentelemetry-proto 1.x, trace.proto, common.proto, resource.proto.
 */
export const createSpanEncoder = (): SpanEncoder => {
  const writer = createProtobufWriter(65_536);
  /** What has been encoded once, and the encoding of what came a second time. */
  const known = new WeakMap<Attributes, Uint8Array | undefined>();

  /** Attributes that many spans have, such as those of a statement: bytes of their own, as they live long. */
  const encodeShared = (attributes: Attributes): Uint8Array => {
    const writer = createProtobufWriter(1_024);
    writeAttributes(writer, attributesField, attributes);
    const { memory, start, end } = writer.take();
    const encoded = new Uint8Array(memory.subarray(start, end));
    known.set(attributes, encoded);
    return encoded;
  };

  const writePart = (attributes: Attributes): void => writeAttributes(writer, attributesField, attributes);

  const writePartOfMany = (attributes: Attributes): void => {
    const encoded = known.get(attributes);
    if (encoded !== undefined) writer.fields(encoded);
    else if (known.has(attributes)) writer.fields(encodeShared(attributes));
    else {
      known.set(attributes, undefined);
      writePart(attributes);
    }
  };

  const writeAttributesOf = (span: ReadableSpan): void => {
    if (span instanceof OwnSpan && span.eachPart(writePartOfMany, writePart)) return;
    writePart(span.attributes);
  };

  return {
    encode: span => {
      const { resource, instrumentationScope } = span;
      try {
        writeSpan(writer, span, writeAttributesOf);
      } catch (error) {
        writer.take();
        throw error;
      }
      const { memory, start, end } = writer.take();
      return { memory, start, end, resource, instrumentationScope };
    },
    request: spans => {
      const size = spans.reduce((sum, { start, end }) => sum + end - start + 6, 0);
      const writer = createProtobufWriter(size + 4_096);
      for (const [resource, scopes] of groupsOf(spans)) writeResourceSpans(writer, resource, scopes);
      const { memory, start, end } = writer.take();
      return memory.subarray(start, end);
    },
  };
};

type Scopes = ReadonlyMap<ReadableSpan['instrumentationScope'], readonly EncodedSpan[]>;

const writeResourceSpans = (
  writer: ProtobufWriter,
  resource: ReadableSpan['resource'],
  scopes: Scopes,
): void => {
  const resourceSpans = writer.open(1);
  const described = writer.open(1);
  writeAttributes(writer, 1, resource.attributes);
  writer.close(described);
  for (const [{ name, version, schemaUrl }, spans] of scopes) {
    const scopeSpans = writer.open(2);
    const scope = writer.open(1);
    writer.text(1, name);
    if (version) writer.text(2, version);
    writer.close(scope);
    for (const span of spans) writer.message(2, span);
    if (schemaUrl) writer.text(3, schemaUrl);
    writer.close(scopeSpans);
  }
  if (resource.schemaUrl) writer.text(3, resource.schemaUrl);
  writer.close(resourceSpans);
};

const groupsOf = (spans: readonly EncodedSpan[]): ReadonlyMap<ReadableSpan['resource'], Scopes> => {
  const groups = new Map<
    ReadableSpan['resource'],
    Map<ReadableSpan['instrumentationScope'], EncodedSpan[]>
  >();
  for (const span of spans) {
    const scopes =
      groups.get(span.resource) ?? new Map<ReadableSpan['instrumentationScope'], EncodedSpan[]>();
    groups.set(span.resource, scopes);
    const members = scopes.get(span.instrumentationScope) ?? [];
    scopes.set(span.instrumentationScope, members);
    members.push(span);
  }
  return groups;
};

/** Of a message `Span`. */
const attributesField = 9;

const writeSpan = (
  writer: ProtobufWriter,
  span: ReadableSpan,
  writeAttributesOf: (span: ReadableSpan) => void,
): void => {
  const own = span.spanContext();
  const { parentSpanContext: parent } = span;
  writeIds(writer, own);
  if (parent?.spanId) writer.hex(4, parent.spanId);
  writer.text(5, span.name);
  writer.integer(6, span.kind + 1);
  writer.time(7, span.startTime);
  writer.time(8, span.endTime);
  writeAttributesOf(span);
  writeCount(writer, 10, span.droppedAttributesCount);
  for (const event of span.events) writeEvent(writer, event);
  writeCount(writer, 12, span.droppedEventsCount);
  for (const link of span.links) writeLink(writer, link);
  writeCount(writer, 14, span.droppedLinksCount);
  const { code, message } = span.status;
  if (code !== 0) {
    const status = writer.open(15);
    if (message) writer.text(2, message);
    writer.integer(3, code);
    writer.close(status);
  }
  writer.fixed32(16, flagsOf(own.traceFlags, parent));
};

const writeIds = (writer: ProtobufWriter, { traceId, spanId, traceState }: SpanContext): void => {
  writer.hex(1, traceId);
  writer.hex(2, spanId);
  const state = traceState?.serialize();
  if (state) writer.text(3, state);
};

const writeEvent = (writer: ProtobufWriter, event: TimedEvent): void => {
  const opened = writer.open(11);
  writer.time(1, event.time);
  writer.text(2, event.name);
  writeAttributes(writer, 3, event.attributes);
  writeCount(writer, 4, event.droppedAttributesCount);
  writer.close(opened);
};

const writeLink = (writer: ProtobufWriter, { context, attributes, droppedAttributesCount }: Link): void => {
  const opened = writer.open(13);
  writeIds(writer, context);
  writeAttributes(writer, 4, attributes);
  writeCount(writer, 5, droppedAttributesCount);
  writer.fixed32(6, flagsOf(context.traceFlags, context));
  writer.close(opened);
};

/** Source: trace.proto, SpanFlags: whether the parent, or what is linked, is of another process is known. */
const flagsOf = (traceFlags: number, other: SpanContext | undefined): number =>
  (traceFlags & 0xff) | 0x100 | (other?.isRemote ? 0x200 : 0);

const writeCount = (writer: ProtobufWriter, field: number, count: number | undefined): void => {
  if (count) writer.integer(field, count);
};

const writeAttributes = (writer: ProtobufWriter, field: number, attributes: Attributes | undefined): void => {
  if (attributes === undefined) return;
  for (const name of Object.keys(attributes)) {
    const attribute = writer.open(field);
    writer.text(1, name);
    const value = writer.open(2);
    writeValue(writer, attributes[name]);
    writer.close(value);
    writer.close(attribute);
  }
};

/** Source: common.proto, AnyValue; one without any field is "no value". */
const writeValue = (writer: ProtobufWriter, value: unknown): void => {
  if (typeof value === 'string') writer.text(1, value);
  else if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) writer.integer(3, value);
    else writer.double(4, value);
  } else if (typeof value === 'boolean') writer.integer(2, value ? 1 : 0);
  else if (value instanceof Uint8Array) writer.bytes(7, value);
  else if (Array.isArray(value)) {
    const list = writer.open(5);
    for (const item of value) {
      const opened = writer.open(1);
      writeValue(writer, item);
      writer.close(opened);
    }
    writer.close(list);
  } else if (typeof value === 'object' && value !== null) {
    const map = writer.open(6);
    writeAttributes(writer, 1, value as Attributes);
    writer.close(map);
  }
};
