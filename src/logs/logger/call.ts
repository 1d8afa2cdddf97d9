import type { JsonObject, Redaction } from '../../redaction/redaction.ts';
import { isError } from '../exception.ts';
import type { Exception, isSeen } from '../prepared.ts';
import type { LogTrace } from '../record.ts';
import { read } from './error-properties.ts';
import { LEVEL, SPLAT } from './winston-symbols.ts';

/**
 * What a call of a logger brings along. It is not read before it is redacted: it may be of any size, and its getters
 * may throw.
 */
export interface Call {
  readonly meta: object | undefined;
  /** Metadata of the logger. */
  readonly defaults: object | undefined;
  /** Which of the two wins; winston has it one way for a single object and the other way for text with metadata. */
  readonly defaultsWin: boolean;
}

/** Under which an `info` of ours keeps it. */
export const call: unique symbol = Symbol('@ykmake/monitoring.call');

/** Under which an `info` of ours keeps what needs no redaction, like its message, as who made it knows. */
export const clean: unique symbol = Symbol('@ykmake/monitoring.clean');

export interface Clean {
  readonly properties: JsonObject;
  readonly exception: Exception | undefined;
  /** Where it was made; the ids stand in the `info`, too. */
  readonly trace: LogTrace | undefined;
}

/** What goes through a logger of winston. */
export interface Info {
  [name: string]: unknown;
  level: string;
  message: unknown;
  [LEVEL]: string;
  /** What stands behind the message; without one, the object itself. */
  [SPLAT]?: readonly unknown[];
  [call]?: Call;
  [clean]?: Clean;
  [isSeen]?: true;
}

/** The `info` that winston would make of `logger[level](...values)`, without reading or changing the metadata. */
export const infoOfCall = (level: string, values: readonly unknown[], defaults: object | undefined): Info => {
  const [first, second] = values;
  if (values.length <= 1) {
    const text = values.length === 0 ? '' : first;
    if (!isObject(text)) return infoOf(level, text, { meta: undefined, defaults, defaultsWin: false });
    const message = read(text, 'message');
    if (!isError(text) && !message)
      return infoOf(level, text, { meta: undefined, defaults, defaultsWin: true });
    return infoOf(level, message, { meta: text, defaults, defaultsWin: true });
  }
  const meta = isObject(second) ? second : undefined;
  const more = meta === undefined ? undefined : read(meta, 'message');
  const message = more ? `${textOf(first)} ${textOf(more)}` : first;
  const info = infoOf(level, isError(first) ? first : message, { meta, defaults, defaultsWin: false });
  info[SPLAT] = values.slice(1);
  return info;
};

/** Likewise of `logger.log(entry)` and `logger.log(level, entry)`. */
export const infoOfEntry = (entry: object, level: unknown, defaults: object | undefined): Info =>
  infoOf(textOf(level ?? read(entry, 'level')), read(entry, 'message'), {
    meta: entry,
    defaults,
    defaultsWin: true,
  });

const infoOf = (level: string, message: unknown, brought: Call): Info => {
  const info: Info = { level, message, [LEVEL]: level, [call]: brought };
  // Where the bridge, and formats in front of ours, look for an error.
  if (brought.meta !== undefined) info[SPLAT] = [brought.meta];
  return info;
};

/** Metadata of a child, which is copied with each of its calls; what cannot be is copied now, as far as it goes. */
export const readable = (metadata: object, { properties }: Pick<Redaction, 'properties'>): object => {
  try {
    Object.assign({}, metadata);
    return metadata;
  } catch {
    return properties(metadata);
  }
};

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const textOf = (value: unknown): string => {
  try {
    return String(value);
  } catch {
    return '';
  }
};
