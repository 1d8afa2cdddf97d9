import type { AnyValue } from '@opentelemetry/api';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** Writes each attribute as a field that is a message `KeyValue`. Source: opentelemetry-proto 1.x, common.proto. */
export const writeAttributes = (
  writer: ProtobufWriter,
  field: number,
  attributes: Readonly<Record<string, AnyValue>> | undefined,
): void => {
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

/** Writes the fields of an `AnyValue`; one without any is "no value". Source: common.proto. */
export const writeValue = (writer: ProtobufWriter, value: unknown): void => {
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
    writeAttributes(writer, 1, value as Readonly<Record<string, AnyValue>>);
    writer.close(map);
  }
};

/** Writes a count unless there is nothing to count. */
export const writeCount = (writer: ProtobufWriter, field: number, count: number | undefined): void => {
  if (count) writer.integer(field, count);
};
