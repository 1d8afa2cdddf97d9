import type { EmitRecord, LogRecord } from '../logs/record.ts';
import type { Json, JsonObject } from '../redaction/redaction.ts';
import { detach } from '../text-cache.ts';

export interface LogTrailOptions {
  /** Traces that are remembered at most. */
  readonly traces: number;
  /** The last so many lines of each. */
  readonly lines: number;
  /** Characters of all that is remembered, an object that holds them counted as 256. */
  readonly characters: number;
}

/** The last log lines of each trace: what led to an error. */
export interface LogTrail {
  /** Lines outside of traces are nobody's; lines of our own, about requests and errors, lead to nothing. */
  readonly add: EmitRecord;
  /** From the oldest to the newest; long ones are cut. */
  readonly of: (traceId: string) => readonly LogRecord[];
}

interface Lines {
  readonly records: LogRecord[];
  /** Of each record. */
  readonly sizes: number[];
  /** All of them. */
  size: number;
}

/** Size of one line: of a longer one, the beginning of its body and the short ones of its attributes are kept. */
const longestLine = 2_048;
const longestAttribute = 256;
const perObject = 256;

/**
 * Two generations, each of half the size: a trace that has a new line moves into the young one; when that is full it
 * becomes the old one, which is forgotten. So the traces that are over are the first to go.
 */
export const createLogTrail = ({
  traces = 1_000,
  lines: mostLines = 20,
  characters: mostCharacters = 4_000_000,
}: Partial<LogTrailOptions> = {}): LogTrail => {
  let young = new Map<string, Lines>();
  let old = new Map<string, Lines>();
  /** Of the young generation. */
  let characters = 0;

  const linesOf = (traceId: string): Lines => {
    const known = young.get(traceId);
    if (known !== undefined) return known;
    const lines = old.get(traceId) ?? { records: [], sizes: [], size: 0 };
    old.delete(traceId);
    if (young.size >= traces / 2) rotate();
    young.set(traceId, lines);
    characters += lines.size;
    return lines;
  };
  const rotate = (): void => {
    old = young;
    young = new Map();
    characters = 0;
  };

  return {
    add: record => {
      if (record.trace === undefined || record.isOwn) return;
      const size = sizeOf(record);
      const isLong = size > longestLine;
      const lines = linesOf(record.trace.traceId);
      characters += append(lines, isLong ? shortened(record) : record, Math.min(size, longestLine));
      if (lines.records.length > mostLines) characters -= removeFirst(lines);
      if (characters > mostCharacters / 2) rotate();
    },
    of: traceId => [...((young.get(traceId) ?? old.get(traceId))?.records ?? [])],
  };
};

/** Returns its size. */
const append = (lines: Lines, record: LogRecord, size: number): number => {
  lines.records.push(record);
  lines.sizes.push(size);
  lines.size += size;
  return size;
};

/** Returns the size of the first. */
const removeFirst = (lines: Lines): number => {
  lines.records.shift();
  const size = lines.sizes.shift() ?? 0;
  lines.size -= size;
  return size;
};

const sizeOf = ({ body, attributes }: LogRecord): number =>
  perObject + charactersOf(body) + charactersOf(attributes);

/** Roughly, without making a text of it. */
const charactersOf = (value: Json): number => {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  // By itself, as V8 is slow in going over names of objects where it has seen that done with a list.
  if (isList(value)) return value.reduce<number>((sum, item) => sum + charactersOf(item), 0);
  let sum = 0;
  for (const name in value) sum += name.length + charactersOf(value[name] as Json);
  return sum;
};

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);

const shortened = (record: LogRecord): LogRecord => {
  const { body, attributes } = record;
  const short: Record<string, Json> = {};
  let left = longestLine / 2;
  for (const name in attributes) {
    const value = attributes[name] as Json;
    const size = name.length + charactersOf(value);
    if (size > longestAttribute || size > left) continue;
    short[name] = value;
    left -= size;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { ...record, attributes: short, body: cut(text, longestLine / 2) };
};

const cut = (text: string, length: number): string =>
  text.length > length ? `${detach(text.slice(0, length))}…` : text;
