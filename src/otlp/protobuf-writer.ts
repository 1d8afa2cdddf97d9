import type { HrTime } from '@opentelemetry/api';

/** Where a message stands in a piece of memory that it may share with others. */
export interface Written {
  readonly memory: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Writes the fields of Protocol Buffers one after the other. Source: Protocol Buffers, "Encoding". */
export interface ProtobufWriter {
  /** Begins a message within the one that is written; returns what `close` has to be told. */
  readonly open: (field: number) => number;
  readonly close: (opened: number) => void;
  /** Every one of these is a field; nothing is left out, empty or not. */
  readonly text: (field: number, value: string) => void;
  readonly bytes: (field: number, value: Uint8Array) => void;
  /** @param value hexadecimal digits, of which each two make a byte */
  readonly hex: (field: number, value: string) => void;
  /** @param value a whole number from -2^63 to 2^63 - 1 */
  readonly integer: (field: number, value: number) => void;
  readonly double: (field: number, value: number) => void;
  readonly fixed32: (field: number, value: number) => void;
  /** Seconds and nanoseconds as nanoseconds in 64 bits. */
  readonly time: (field: number, value: HrTime) => void;
  /** A message that another writer has written. */
  readonly message: (field: number, message: Written) => void;
  /** Whole fields that are encoded already. */
  readonly fields: (encoded: Uint8Array) => void;
  /** All that was written since the last time. */
  readonly take: () => Written;
}

const varint = 0;
const wire64 = 1;
const delimited = 2;
const wire32 = 5;

/** Characters from which on it is faster to let Node encode a text. */
const long = 64;
const two32 = 2 ** 32;

/**
 * Messages stand one after the other in pieces of memory, each of which is free again when nobody holds one of its
 * messages: to allocate one for each message costs as much as to write it.
 *
 * @param size bytes of a piece; a message that is larger gets one of its own
 */
export const createProtobufWriter = (size: number): ProtobufWriter => {
  let buffer = Buffer.allocUnsafeSlow(size);
  let start = 0;
  let at = 0;

  const ensure = (more: number): void => {
    if (at + more <= buffer.length) return;
    const written = at - start;
    const next = Buffer.allocUnsafeSlow(Math.max(size, 2 * written + more));
    buffer.copy(next, 0, start, at);
    buffer = next;
    start = 0;
    at = written;
  };

  /** A whole number from 0 to 2^32 - 1. */
  const number = (value: number): void => {
    let rest = value;
    while (rest > 127) {
      buffer[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    buffer[at++] = rest;
  };

  const tag = (field: number, wire: number, more: number): void => {
    ensure(more + 10);
    number((field << 3) | wire);
  };

  const close = (opened: number): void => {
    const length = at - start - opened;
    if (length < 128) {
      buffer[start + opened - 1] = length;
      return;
    }
    // Room was left for a short length only, as most messages are short.
    const more = length < 16_384 ? 1 : length < 2_097_152 ? 2 : length < 268_435_456 ? 3 : 4;
    ensure(more);
    const first = start + opened;
    buffer.copyWithin(first + more, first, at);
    at = first - 1;
    number(length);
    at += length;
  };

  const longText = (value: string): void => {
    const length = Buffer.byteLength(value);
    number(length);
    at += buffer.write(value, at, length);
  };

  /** Most texts are short and of ASCII: their length is known before they are read. */
  const text = (field: number, value: string): void => {
    const { length } = value;
    tag(field, delimited, length * 3);
    if (length >= long) {
      longText(value);
      return;
    }
    const target = buffer;
    const first = at + 1;
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index);
      if (code > 127) {
        longText(value);
        return;
      }
      target[first + index] = code;
    }
    target[at] = length;
    at = first + length;
  };

  const fixed32At = (value: number): void => {
    at = buffer.writeUInt32LE(value, at);
  };

  return {
    open: field => {
      tag(field, delimited, 1);
      return ++at - start;
    },
    close,
    text,
    bytes: (field, value) => {
      tag(field, delimited, value.length);
      number(value.length);
      buffer.set(value, at);
      at += value.length;
    },
    hex: (field, value) => {
      const length = value.length >>> 1;
      tag(field, delimited, length);
      number(length);
      const target = buffer;
      for (let index = 0; index < length; index++) {
        const high = nibble(value.charCodeAt(2 * index));
        target[at + index] = (high << 4) | nibble(value.charCodeAt(2 * index + 1));
      }
      at += length;
    },
    integer: (field, value) => {
      tag(field, varint, 10);
      if (value >= 0 && value < two32) return number(value);
      // Negative numbers as their two's complement in 64 bits, seven of them in each byte.
      let rest = BigInt.asUintN(64, BigInt(value));
      while (rest > 127n) {
        buffer[at++] = Number(rest & 127n) | 128;
        rest >>= 7n;
      }
      buffer[at++] = Number(rest);
    },
    double: (field, value) => {
      tag(field, wire64, 8);
      at = buffer.writeDoubleLE(value, at);
    },
    fixed32: (field, value) => {
      tag(field, wire32, 4);
      fixed32At(value);
    },
    time: (field, [seconds, nanoseconds]) => {
      tag(field, wire64, 8);
      // In two parts of 16 bits of the seconds, as the product is too large for a number.
      const lower = (seconds % 65_536) * 1e9 + nanoseconds;
      const upper = Math.floor(seconds / 65_536) * 1e9;
      const low = (lower % two32) + (upper % 65_536) * 65_536;
      const high = Math.floor(lower / two32) + Math.floor(upper / 65_536) + Math.floor(low / two32);
      fixed32At(low % two32);
      fixed32At(high % two32);
    },
    message: (field, { memory, start, end }) => {
      tag(field, delimited, end - start);
      number(end - start);
      at += memory.copy(buffer, at, start, end);
    },
    fields: encoded => {
      ensure(encoded.length);
      buffer.set(encoded, at);
      at += encoded.length;
    },
    take: () => {
      const written = { memory: buffer, start, end: at };
      start = at;
      return written;
    },
  };
};

/** In ASCII, bit 6 tells letters from digits: no branch, which random digits would make the processor guess wrong. */
const nibble = (code: number): number => (code & 15) + 9 * (code >> 6);
