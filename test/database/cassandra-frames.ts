/** The parts of Cassandra's native protocol, version 4, that its driver needs of a server. Source: native_protocol_v4.spec. */

export const opcodes = {
  error: 0x00,
  startup: 0x01,
  ready: 0x02,
  options: 0x05,
  supported: 0x06,
  query: 0x07,
  result: 0x08,
  prepare: 0x09,
  execute: 0x0a,
  register: 0x0b,
  batch: 0x0d,
} as const;

export interface Frame {
  readonly version: number;
  readonly stream: number;
  readonly opcode: number;
  readonly body: Buffer;
}

export const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

export const short = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
};

export const string = (text: string): Buffer =>
  Buffer.concat([short(Buffer.byteLength(text)), Buffer.from(text)]);

const bytes = (value: Buffer | undefined): Buffer =>
  value === undefined ? int(-1) : Buffer.concat([int(value.length), value]);

type Value = string | number | readonly string[] | undefined;
export type Row = Readonly<Record<string, Value>>;

const varchar = 0x0d;
const set = 0x22;

/** `id` and the like are an int, all else is text or a set of texts. */
const typeOf = (value: Value): Buffer => {
  if (typeof value === 'number') return short(0x09);
  return Array.isArray(value) ? Buffer.concat([short(set), short(varchar)]) : short(varchar);
};

const written = (value: Value): Buffer => {
  if (value === undefined) return bytes(undefined);
  if (typeof value === 'number') return bytes(int(value));
  if (typeof value === 'string') return bytes(Buffer.from(value));
  return bytes(Buffer.concat([int(value.length), ...value.map(text => bytes(Buffer.from(text)))]));
};

const globalTable = 1;
const morePages = 2;

const columnsOf = (row: Row): readonly Buffer[] =>
  Object.entries(row).flatMap(([name, value]) => [string(name), typeOf(value)]);

/** @param pageState where more rows are to be had */
export const rowsResult = (rows: readonly Row[], pageState?: Buffer): Buffer => {
  const columns = rows[0] ?? { id: 0 };
  return Buffer.concat([
    int(2),
    int(globalTable | (pageState === undefined ? 0 : morePages)),
    int(Object.keys(columns).length),
    ...(pageState === undefined ? [] : [bytes(pageState)]),
    ...[string('shop'), string('users'), ...columnsOf(columns)],
    int(rows.length),
    ...rows.flatMap(row => Object.values(row).map(written)),
  ]);
};

export const voidResult: Buffer = int(1);

/** @param parameters by name: an int, or text */
export const preparedResult = (id: Buffer, parameters: Row): Buffer =>
  Buffer.concat([
    ...[int(4), short(id.length), id],
    ...[int(globalTable), int(Object.keys(parameters).length), int(0)],
    ...[string('shop'), string('users'), ...columnsOf(parameters)],
    // Of the rows: none is told before there are some.
    ...[int(4), int(0)],
  ]);

/** Takes whole frames off what has arrived. */
export const createFrameReader = (onFrame: (frame: Frame) => void): ((chunk: Buffer) => void) => {
  let rest: Buffer = Buffer.alloc(0);
  return chunk => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 9 && rest.length >= 9 + rest.readInt32BE(5)) {
      const end = 9 + rest.readInt32BE(5);
      const [version, stream, opcode] = [rest.readUInt8(0) & 0x7f, rest.readInt16BE(2), rest.readUInt8(4)];
      const body = rest.subarray(9, end);
      rest = rest.subarray(end);
      onFrame({ version, stream, opcode, body });
    }
  };
};

export const frame = (stream: number, opcode: number, body: Buffer): Buffer => {
  const header = Buffer.alloc(9);
  header.writeUInt8(0x84, 0);
  header.writeInt16BE(stream, 2);
  header.writeUInt8(opcode, 4);
  header.writeInt32BE(body.length, 5);
  return Buffer.concat([header, body]);
};

/** What of the rows is asked for, in QUERY and EXECUTE. */
export interface Paging {
  readonly size: number | undefined;
  readonly state: Buffer | undefined;
}

/** @param at where the parameters begin, behind the query or its id */
export const pagingOf = (body: Buffer, at: number): Paging => {
  const flags = body.readUInt8(at + 2);
  let next = at + 3;
  if (flags & 0x01) {
    const count = body.readUInt16BE(next);
    next += 2;
    for (let index = 0; index < count; index++) {
      if (flags & 0x40) next += 2 + body.readUInt16BE(next);
      next += 4 + Math.max(0, body.readInt32BE(next));
    }
  }
  const size = flags & 0x04 ? body.readInt32BE(next) : undefined;
  if (size !== undefined) next += 4;
  const state = flags & 0x08 ? body.subarray(next + 4, next + 4 + body.readInt32BE(next)) : undefined;
  return { size, state };
};
