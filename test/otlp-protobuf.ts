/** Reads what is needed of an OTLP export of traces or logs in protobuf, into the shape that it has in JSON. */

/** The values of a message by field number: numbers, 64-bit integers, and bytes that nobody has read yet. */
type Fields = ReadonlyMap<number, readonly (bigint | number | Buffer)[]>;

/** Source: Protocol Buffers, "Encoding". */
const fieldsOf = (message: Buffer): Fields => {
  const fields = new Map<number, (bigint | number | Buffer)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const bytes = (length: number): Buffer => {
    if (at + length > message.length)
      throw new RangeError(`a field is longer than its message at byte ${at}`);
    at += length;
    return message.subarray(at - length, at);
  };
  const read = (wire: number): bigint | number | Buffer => {
    if (wire === 0) return varint();
    if (wire === 1) return bytes(8).readDoubleLE();
    if (wire === 2) return bytes(Number(varint()));
    if (wire === 5) return bytes(4).readUInt32LE();
    throw new TypeError(`no wire type: ${wire} at byte ${at}`);
  };
  while (at < message.length) {
    const tag = Number(varint());
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), read(tag & 7)]);
  }
  return fields;
};

const messages = (fields: Fields, field: number): readonly Fields[] =>
  (fields.get(field) ?? []).map(value => fieldsOf(value as Buffer));
const string = (fields: Fields, field: number, encoding: BufferEncoding = 'utf8'): string =>
  ((fields.get(field)?.[0] as Buffer | undefined) ?? Buffer.alloc(0)).toString(encoding);
const integer = (fields: Fields, field: number): number =>
  Number(BigInt.asIntN(64, (fields.get(field)?.[0] as bigint | undefined) ?? 0n));

const none: Fields = new Map();

/** Source: opentelemetry/proto/common/v1/common.proto. */
const anyValue = (value: Fields): unknown => {
  if (value.size === 0) return {};
  if (value.has(5))
    return { arrayValue: { values: messages(messages(value, 5)[0] ?? none, 1).map(anyValue) } };
  if (value.has(6)) return { kvlistValue: { values: attributes(messages(value, 6)[0] ?? none, 1) } };
  if (value.has(7)) return { bytesValue: string(value, 7, 'base64') };
  if (value.has(1)) return { stringValue: string(value, 1) };
  if (value.has(2)) return { boolValue: integer(value, 2) === 1 };
  if (value.has(3)) return { intValue: integer(value, 3) };
  return { doubleValue: value.get(4)?.[0] };
};
const attributes = (fields: Fields, field: number): unknown =>
  messages(fields, field).map(pair => ({
    key: string(pair, 1),
    value: anyValue(fieldsOf((pair.get(2)?.[0] as Buffer | undefined) ?? Buffer.alloc(0))),
  }));

/** Source: opentelemetry/proto/trace/v1/trace.proto. */
const span = (fields: Fields): unknown => ({
  traceId: string(fields, 1, 'hex'),
  spanId: string(fields, 2, 'hex'),
  traceState: string(fields, 3),
  parentSpanId: string(fields, 4, 'hex'),
  name: string(fields, 5),
  kind: integer(fields, 6),
  attributes: attributes(fields, 9),
  events: messages(fields, 11).map(event => ({ name: string(event, 2), attributes: attributes(event, 3) })),
  status: { code: messages(fields, 15).map(status => integer(status, 3))[0] ?? 0 },
});

/** The spans of an `ExportTraceServiceRequest`. */
export const spansInProtobuf = (body: Buffer): readonly unknown[] =>
  messages(fieldsOf(body), 1)
    .flatMap(resource => messages(resource, 2))
    .flatMap(scope => messages(scope, 2))
    .map(span);

/** A 64-bit number that was read as if it were a fraction. */
const fixed64 = (fields: Fields, field: number): string =>
  String(new BigUint64Array(new Float64Array([Number(fields.get(field)?.[0] ?? 0)]).buffer)[0]);

/** Source: opentelemetry/proto/logs/v1/logs.proto. */
const logRecord = (fields: Fields): object => ({
  timeUnixNano: fixed64(fields, 1),
  severityNumber: integer(fields, 2),
  severityText: string(fields, 3),
  ...(fields.has(5) && { body: anyValue(messages(fields, 5)[0] ?? none) }),
  attributes: attributes(fields, 6),
  droppedAttributesCount: integer(fields, 7),
  flags: Number(fields.get(8)?.[0] ?? 0),
  traceId: string(fields, 9, 'hex'),
  spanId: string(fields, 10, 'hex'),
  observedTimeUnixNano: fixed64(fields, 11),
  eventName: string(fields, 12),
});

/** What an `ExportLogsServiceRequest` says, in the shape that it has in JSON. */
export const logsInProtobuf = (body: Buffer): unknown => ({
  resourceLogs: messages(fieldsOf(body), 1).map(resource => ({
    resource: { attributes: attributes(messages(resource, 1)[0] ?? none, 1) },
    scopeLogs: messages(resource, 2).map(scope => ({
      scope: messages(scope, 1).map(fields => ({
        name: string(fields, 1),
        version: string(fields, 2),
        attributes: attributes(fields, 3),
      }))[0],
      logRecords: messages(scope, 2).map(logRecord),
      schemaUrl: string(scope, 3),
    })),
  })),
});

/** Which fields of a message are messages; all others are numbers and bytes. */
type Schema = { readonly [field: number]: () => Schema };

const value: Schema = { 5: () => ({ 1: () => value }), 6: () => ({ 1: () => pair }) };
const pair: Schema = { 2: () => value };
const wholeSpan: Schema = {
  9: () => pair,
  11: () => ({ 3: () => pair }),
  13: () => ({ 4: () => pair }),
  15: () => ({}),
};
const scopeSpans: Schema = { 1: () => ({}), 2: () => wholeSpan };
const wholeRequest: Schema = { 1: () => ({ 1: () => ({ 1: () => pair }), 2: () => scopeSpans }) };

const scopeLogs: Schema = { 1: () => ({ 3: () => pair }), 2: () => ({ 5: () => value, 6: () => pair }) };
const wholeLogs: Schema = { 1: () => ({ 1: () => ({ 1: () => pair }), 2: () => scopeLogs }) };

/** The same for an `ExportLogsServiceRequest`. */
export const wholeLogsRequest = (body: Uint8Array): unknown => whole(Buffer.from(body), wholeLogs);

/**
 * All that an `ExportTraceServiceRequest` says, by field numbers, to be compared with another one. Numbers that are zero
 * are left out, as they mean the same as none, except in values, where one of several fields is chosen.
 */
export const wholeTraceRequest = (body: Uint8Array): unknown => whole(Buffer.from(body), wholeRequest);

const whole = (message: Buffer, schema: Schema): unknown => {
  const said: Record<string, unknown> = {};
  for (const [field, values] of fieldsOf(message)) {
    const inner = schema[field];
    const read = values.map(each => {
      if (!Buffer.isBuffer(each)) return String(each);
      return inner === undefined ? each.toString('latin1') : whole(each, inner());
    });
    const isNothing = (each: unknown): boolean => each === '0' || (field === 15 && isEmpty(each));
    const kept = schema === value ? read : read.filter(each => !isNothing(each));
    if (kept.length > 0) said[field] = kept;
  }
  return said;
};

const isEmpty = (said: unknown): boolean => Object.keys(said as object).length === 0;
