import type { Json, JsonObject, Redaction } from '../../redaction/redaction.ts';
import { isError } from '../exception.ts';
import { idNames } from '../line-ids.ts';
import type { Exception, PreparedRecord } from '../prepared.ts';
import type { LogTrace } from '../record.ts';
import { type Call, call, clean, type Info } from './call.ts';
import { errorProperties, exceptionOf, messageOf, read } from './error-properties.ts';

/** What a line says, and what OpenTelemetry gets; without secrets. */
export interface LineRecord {
  /** Made for this record, and whoever has it may add to it. */
  readonly line: Record<string, Json>;
  readonly prepared: PreparedRecord;
}

/** What is said in a place of its own. Ids of traces are hexadecimal digits, not to be taken for card numbers. */
const inMeta: ReadonlySet<string> = new Set(['level', 'message']);
const inInfo: ReadonlySet<string> = new Set([...inMeta, ...idNames]);

/** Where applications put an error into metadata. */
const errorNames = ['err', 'error', 'cause'] as const;

const nothing: JsonObject = {};

interface Found {
  exception: Exception | undefined;
  /** The name that it has in the metadata; `undefined`: it is the record itself. */
  name: string | undefined;
}

/** Makes the record of an `info` of winston: redacted once, for the line and for OpenTelemetry. */
export const createRecords = (redaction: Redaction): ((info: Info) => LineRecord) => {
  const { properties, text, data } = redaction;
  const ofDefaults = rememberLast(properties);
  const timestamp = createTimestamp();

  const ofError = (error: Error, found: Found): JsonObject => {
    const said = errorProperties(error, redaction);
    found.exception ??= exceptionOf(said);
    return said;
  };
  /** The message of an error that is the record itself is the record's. */
  const asRecord = (error: Error, found: Found): JsonObject => {
    const { message: _, ...said } = ofError(error, found);
    return said;
  };
  const ofMeta = (meta: object, skip: ReadonlySet<string>, found: Found): JsonObject => {
    if (isError(meta)) return asRecord(meta, found);
    const said = properties(meta, skip);
    if (!errorNames.some(name => name in said)) return said;
    const errors: Record<string, Json> = {};
    for (const name of errorNames) {
      const value = name in said ? read(meta, name) : undefined;
      if (!isError(value)) continue;
      if (found.exception === undefined) found.name = name;
      errors[name] = ofError(value, found);
    }
    return { ...said, ...errors };
  };
  /** Into what is said, which is made for this record. */
  const addCall = (said: Record<string, Json>, { meta, defaults, defaultsWin }: Call, found: Found): void => {
    const own = defaults === undefined ? nothing : ofDefaults(defaults);
    Object.assign(said, own);
    if (meta === undefined) return;
    Object.assign(said, ofMeta(meta, inMeta, found));
    if (defaultsWin) Object.assign(said, own);
  };

  return info => {
    const found: Found = { exception: undefined, name: undefined };
    const { message, [call]: brought, [clean]: known } = info;
    const said: Record<string, Json> = {};
    // Metadata of a child, and whatever else writes into winston's stream.
    if (known !== undefined) {
      Object.assign(said, known.properties);
      found.exception = known.exception;
    } else if (hasMore(info)) Object.assign(said, ofMeta(info, inInfo, found));
    if (brought !== undefined) addCall(said, brought, found);
    let body: Json | undefined;
    if (typeof message === 'string') body = known === undefined ? text(message) : message;
    else if (isError(message)) {
      Object.assign(said, asRecord(message, found));
      body = text(messageOf(message));
    } else if (message !== undefined) body = data(message);

    const line: Record<string, Json> = { timestamp: said.timestamp || timestamp(), level: info.level };
    if (body !== undefined) line.message = body;
    for (const name in said) if (name !== 'timestamp') line[name] = said[name] as Json;
    for (const name of idNames) {
      const value = info[name];
      if (typeof value === 'string') line[name] = value;
    }
    const prepared = preparedOf(body ?? null, said, found);
    return { line, prepared: known === undefined ? prepared : ownOf(prepared, known.trace) };
  };
};

const ownOf = (prepared: PreparedRecord, trace: LogTrace | undefined): PreparedRecord => ({
  ...prepared,
  ...(trace && { trace }),
  isOwn: true,
});

/** What the exception says is not said again. */
const preparedOf = (body: Json, said: JsonObject, { exception, name }: Found): PreparedRecord => {
  if (exception === undefined) return { body, attributes: said };
  if (name === undefined) return { body, attributes: withoutException(said), exception };
  const { [name]: error, ...attributes } = said;
  const { message: _, ...more } = withoutException(error as JsonObject);
  const isMore = Object.keys(more).length > 0;
  return { body, attributes: isMore ? { ...attributes, [name]: more } : attributes, exception };
};

const withoutException = ({ name: _name, stack: _stack, ...rest }: JsonObject): JsonObject => rest;

const hasMore = (info: Info): boolean => {
  for (const name in info) if (!inInfo.has(name)) return true;
  return false;
};

/** Of the same few texts and numbers, which a logger's metadata are, the last answer is given again. */
const rememberLast = (properties: Redaction['properties']): ((object: object) => JsonObject) => {
  let last: Readonly<Record<string, unknown>> = {};
  let count = -1;
  let answer: JsonObject = nothing;
  const isLast = (object: Readonly<Record<string, unknown>>): boolean => {
    let seen = 0;
    for (const name in object) {
      if (object[name] !== last[name]) return false;
      seen += 1;
    }
    return seen === count;
  };
  return object => {
    try {
      if (isLast(object as Readonly<Record<string, unknown>>)) return answer;
      last = { ...object };
      const values = Object.values(last);
      const isPlain = values.every(value => typeof value === 'string' || typeof value === 'number');
      count = isPlain ? values.length : -1;
    } catch {
      // A getter that throws: the redaction minds it.
      count = -1;
    }
    answer = properties(object);
    return answer;
  };
};

/** Bound now, so that an application's fake timers do not become our clock. */
const wall = Date.now.bind(Date);

/** ISO 8601 with milliseconds, written once for each of them. */
const createTimestamp = (): (() => string) => {
  let time = -1;
  let text = '';
  return () => {
    const now = wall();
    if (now !== time) {
      time = now;
      text = new Date(now).toISOString();
    }
    return text;
  };
};
