import type { Attributes, Link, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import { writeAttributes, writeCount } from '../otlp/attribute-encoding.ts';
import { type EncodedItem, encodeItem, exportRequest } from '../otlp/export-request.ts';
import { createProtobufWriter, type ProtobufWriter } from '../otlp/protobuf-writer.ts';
import { OwnSpan } from './own-span.ts';

export interface SpanEncoder {
  /** Throws for attributes that OpenTelemetry does not allow. */
  readonly encode: (span: ReadableSpan) => EncodedItem;
  /** An `ExportTraceServiceRequest`. */
  readonly request: (spans: readonly EncodedItem[]) => Uint8Array;
}

/**
 * OTLP in protobuf, span by span: a few are encoded at a time, so that no batch holds the application while it is
 * encoded, and what waits is bytes and not objects for the garbage collector to follow. Half the work of
 * OpenTelemetry's encoding, which a test holds it to, because that goes through each span twice.
 * Source: opentelemetry-proto 1.x, trace.proto.
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

  const write = (span: ReadableSpan): void => writeSpan(writer, span, writeAttributesOf);
  return { encode: span => encodeItem(writer, span, write), request: exportRequest };
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
