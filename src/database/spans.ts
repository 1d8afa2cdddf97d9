import { type Attributes, type Context, ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { rememberTexts } from '../text-cache.ts';
import { errorType } from '../traces/exception.ts';
import type { SpanMaker } from '../traces/span-maker.ts';
import { sampledIds, type TraceIds } from '../traces/trace-ids.ts';
import type { DatabaseCall, DatabaseName } from './call.ts';

export interface DatabaseSpansOptions {
  readonly spans: SpanMaker;
}

/**
 * Makes the span of a call that has ended, as a child of whoever asked for it, and returns where it stands in its
 * trace when that is sampled. Made at its end because nothing runs inside of it: a query has no children here.
 * Source: OpenTelemetry semantic conventions, database client spans, stable attributes.
 */
export const createDatabaseSpans = ({ spans }: DatabaseSpansOptions) => {
  /** What the last span of a statement was described with: most are sent to one database only. */
  const lastOf = rememberTexts(
    (): Described => ({ name: undefined, system: '', database: undefined, attributes: {} }),
  );

  const attributesOf = (call: DatabaseCall<Context>, name: string): Attributes => {
    const { system, operation, table, text, shown, database } = call;
    const last = typeof text === 'string' ? lastOf(text) : undefined;
    if (last?.name === name && last.system === system && isSame(last.database, database))
      return last.attributes;
    const attributes: Attributes = { 'db.system.name': system, 'db.query.summary': name };
    if (operation !== 'none') attributes['db.operation.name'] = operation;
    if (table !== 'none') attributes['db.collection.name'] = table;
    if (typeof text === 'string' && shown !== undefined) attributes['db.query.text'] = shown(text);
    if (database?.namespace !== undefined) attributes['db.namespace'] = database.namespace;
    if (database?.host !== undefined) attributes['server.address'] = database.host;
    if (database?.port !== undefined) attributes['server.port'] = database.port;
    if (last !== undefined) Object.assign(last, { name, system, database, attributes });
    return attributes;
  };

  return (call: DatabaseCall<Context>): TraceIds | undefined => {
    const { system, operation, table, start, seconds, failed, error, code, caller = ROOT_CONTEXT } = call;
    const name = nameOf(operation, table) ?? system;
    const span = spans.start(name, SpanKind.CLIENT, caller, start);
    if (!span.isRecording()) return undefined;
    spans.describe(span, attributesOf(call, name));
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    spans.end(span, start + seconds * 1000, undefined, failed ? failureOf(error, code) : undefined);
    return sampledIds(span.spanContext());
  };
};

interface Described {
  /** `undefined`: there was none yet. */
  name: string | undefined;
  system: string;
  database: DatabaseName | undefined;
  attributes: Attributes;
}

const isSame = (one: DatabaseName | undefined, other: DatabaseName | undefined): boolean =>
  one === other ||
  (one?.host === other?.host && one?.port === other?.port && one?.namespace === other?.namespace);

/** Source: semantic conventions, database spans, "Name": what is known of the summary. */
const nameOf = (operation: string, table: string): string | undefined => {
  if (operation === 'none') return table === 'none' ? undefined : table;
  return table === 'none' ? operation : `${operation} ${table}`;
};

const failureOf = (error: unknown, given: string | undefined): Attributes => {
  const code = given ?? codeOf(error);
  return {
    ...(code !== undefined && { 'db.response.status_code': code }),
    'error.type': code ?? errorType(error),
  };
};

/** The database's own code, such as SQLSTATE 23505. */
const codeOf = (error: unknown): string | undefined => {
  try {
    const code = (error as { code?: unknown } | undefined)?.code;
    return typeof code === 'string' && code !== '' ? code.slice(0, 64) : undefined;
  } catch {
    return undefined;
  }
};
