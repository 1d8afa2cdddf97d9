import { writeAttributes, writeCount, writeValue } from '../otlp/attribute-encoding.ts';
import { type EncodedItem, encodeItem, exportRequest } from '../otlp/export-request.ts';
import { createProtobufWriter, type ProtobufWriter } from '../otlp/protobuf-writer.ts';
import type { OutgoingRecord } from './outgoing-record.ts';

export interface RecordEncoder {
  /** Throws for what OpenTelemetry does not allow. */
  readonly encode: (record: OutgoingRecord) => EncodedItem;
  /** An `ExportLogsServiceRequest`. */
  readonly request: (records: readonly EncodedItem[]) => Uint8Array;
}

/**
 * OTLP in protobuf, record by record: a few are encoded at a time, so that no batch holds the application, and what waits
 * is bytes and not objects for the garbage collector to follow. A test holds it to OpenTelemetry's own encoding.
 */
export const createRecordEncoder = (): RecordEncoder => {
  const writer = createProtobufWriter(65_536);
  const write = (record: OutgoingRecord): void => writeRecord(writer, record);
  return { encode: record => encodeItem(writer, record, write), request: exportRequest };
};

/** Source: opentelemetry-proto 1.x, logs.proto, LogRecord. */
const writeRecord = (writer: ProtobufWriter, record: OutgoingRecord): void => {
  const { severityText, body, spanContext, eventName } = record;
  writer.time(1, record.hrTime);
  writeCount(writer, 2, record.severityNumber);
  if (severityText) writer.text(3, severityText);
  if (body !== undefined) {
    const value = writer.open(5);
    writeValue(writer, body);
    writer.close(value);
  }
  writeAttributes(writer, 6, record.attributes);
  writeCount(writer, 7, record.droppedAttributesCount);
  if (spanContext !== undefined) {
    if (spanContext.traceFlags !== 0) writer.fixed32(8, spanContext.traceFlags);
    writer.hex(9, spanContext.traceId);
    writer.hex(10, spanContext.spanId);
  }
  writer.time(11, record.hrTimeObserved);
  if (eventName) writer.text(12, eventName);
};
