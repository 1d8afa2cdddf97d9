import type { ClientTools } from '../adapter.ts';
import type { OpenCall, SentCall } from '../call-observer.ts';
import type { PgCaller } from './caller.ts';

/** The part of pg's Connection that is read here. */
export interface PgConnection {
  readonly parsedStatements?: Readonly<Record<string, unknown>>;
  readonly submittedNamedStatements?: Readonly<Record<string, unknown>>;
}

/** pg's Query, or whatever else a client submits: a cursor, a stream. Nothing in it is taken for granted. */
export interface Submittable {
  readonly text?: unknown;
  readonly name?: unknown;
  /** What pg-query-stream reads with. */
  readonly cursor?: { readonly text?: unknown };
  /** A row that could not be parsed: ReadyForQuery will report it as the query's error. */
  readonly _canceledDueToError?: unknown;
  [PENDING]?: OpenCall | undefined;
}

/** The same object may be on its way twice. */
interface Sent extends SentCall {
  readonly earlier: OpenCall | undefined;
}

export type Method = (this: Submittable, ...args: unknown[]) => unknown;
export const methodNames = ['submit', 'handleReadyForQuery', 'handleError'] as const;
export type Methods = Record<(typeof methodNames)[number], Method>;
export type QueryTools = Pick<ClientTools, 'calls' | 'onFailure'>;
export type Who = Pick<PgCaller, 'callerOf' | 'databaseOf'>;
export interface Observation {
  active: boolean;
}

/** On the query itself: a property costs a third of what a WeakMap does. */
const PENDING: unique symbol = Symbol('pending database call');

/** What is submitted right now: methods of ours around others of ours count it once. */
let submitting: Submittable | undefined;

/** A named statement is sent with its text only once; later the connection knows it. */
const textOf = (query: Submittable, connection: PgConnection | undefined): unknown => {
  const { text, name } = query;
  if (text) return text;
  if (typeof name !== 'string') return text ?? query.cursor?.text;
  return connection?.parsedStatements?.[name] ?? connection?.submittedNamedStatements?.[name];
};

/** The three methods by which a query meets the wire, with the observation around them, for as long as it is active. */
export const observeMethods = (
  { submit, handleReadyForQuery, handleError }: Methods,
  { calls, onFailure }: QueryTools,
  who: Who,
  observation: Observation,
): Methods => {
  const begin = (query: Submittable, connection: PgConnection | undefined): OpenCall | undefined => {
    try {
      const sent: Sent = {
        system: 'postgresql',
        text: textOf(query, connection),
        database: connection && who.databaseOf(connection),
        caller: who.callerOf(query),
        earlier: query[PENDING],
      };
      const call = calls.begin(sent);
      query[PENDING] = call;
      return call;
    } catch (error) {
      onFailure('pg', error);
      return undefined;
    }
  };

  /** The first end of a call counts: after it, nothing is pending. */
  const take = (query: Submittable): OpenCall | undefined => {
    if (!observation.active) return undefined;
    const call = query[PENDING];
    if (call !== undefined) query[PENDING] = (call.sent as Sent).earlier;
    return call;
  };

  return {
    submit(...args) {
      if (!observation.active || submitting === this) return submit.apply(this, args);
      const outer = submitting;
      submitting = this;
      const call = begin(this, args[0] as PgConnection | undefined);
      let sent = false;
      try {
        const refusal = submit.apply(this, args);
        sent = !refusal;
        return refusal;
      } finally {
        submitting = outer;
        // Nothing was sent: that error is the application's, not the database's.
        if (!sent && call !== undefined && this[PENDING] === call) take(this);
      }
    },
    handleReadyForQuery(...args) {
      // With a row that could not be parsed, pg calls handleError from here.
      if (!this._canceledDueToError) calls.end(take(this));
      return handleReadyForQuery.apply(this, args);
    },
    handleError(...args) {
      calls.fail(take(this), args[0]);
      return handleError.apply(this, args);
    },
  };
};
