/**
 * Counts the spans of a Datadog trace request (`/v0.4/traces`) in MessagePack: an array of traces, each an array of
 * spans. Source: the MessagePack specification, "Formats".
 */
export const countMsgpackSpans = (message: Uint8Array): number => {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let position = 0;
  const readNumber = (bytes: number): number => {
    let value = 0;
    for (let index = 0; index < bytes; index++) value = value * 256 + view.getUint8(position++);
    return value;
  };
  const readArray = (): number => {
    const type = readNumber(1);
    if (type >= 0x90 && type <= 0x9f) return type & 15;
    if (type === 0xdc || type === 0xdd) return readNumber(type === 0xdc ? 2 : 4);
    throw new Error(`not an array of traces: type ${type}`);
  };
  /** Passes over values with everything in them. */
  const skip = (values: number): void => {
    for (let left = values; left > 0; left--) {
      const { length = 0, bytes = 0, each = 0, values: inside = 0 } = formatOf(readNumber(1));
      const count = length === 0 ? 0 : readNumber(length);
      position += bytes + count * each;
      left += inside * (length === 0 ? 1 : count);
    }
  };

  let spans = 0;
  for (let traces = readArray(); traces > 0; traces--) {
    const count = readArray();
    spans += count;
    skip(count);
  }
  return spans;
};

/** What follows a type: first a length of so many bytes, then bytes, so many bytes for each of that length, or values. */
interface Format {
  readonly length?: number;
  readonly bytes?: number;
  readonly each?: number;
  /** For each of the length where there is one. */
  readonly values?: number;
}

const formatOf = (type: number): Format => {
  if (type <= 0x7f || type >= 0xe0) return {};
  if (type <= 0x8f) return { values: (type & 15) * 2 };
  if (type <= 0x9f) return { values: type & 15 };
  if (type <= 0xbf) return { bytes: type & 31 };
  const format = formats[type];
  if (format === undefined) throw new Error(`not MessagePack: type ${type}`);
  return format;
};

const formats: Readonly<Record<number, Format>> = {
  // nil, false, true
  192: {},
  194: {},
  195: {},
  // bin
  196: { length: 1, each: 1 },
  197: { length: 2, each: 1 },
  198: { length: 4, each: 1 },
  // ext, with a type of its own
  199: { length: 1, each: 1, bytes: 1 },
  200: { length: 2, each: 1, bytes: 1 },
  201: { length: 4, each: 1, bytes: 1 },
  // float, uint, int
  202: { bytes: 4 },
  203: { bytes: 8 },
  204: { bytes: 1 },
  205: { bytes: 2 },
  206: { bytes: 4 },
  207: { bytes: 8 },
  208: { bytes: 1 },
  209: { bytes: 2 },
  210: { bytes: 4 },
  211: { bytes: 8 },
  // fixext
  212: { bytes: 2 },
  213: { bytes: 3 },
  214: { bytes: 5 },
  215: { bytes: 9 },
  216: { bytes: 17 },
  // str
  217: { length: 1, each: 1 },
  218: { length: 2, each: 1 },
  219: { length: 4, each: 1 },
  // array, map
  220: { length: 2, values: 1 },
  221: { length: 4, values: 1 },
  222: { length: 2, values: 2 },
  223: { length: 4, values: 2 },
};
