import type { ClientTools } from '../adapter.ts';
import type { OpenCall, SentCall } from '../call-observer.ts';
import type { PgCaller } from './caller.ts';

/** The parts of pg's Query and Connection that are read here; nothing in them is taken for granted. */
interface PgConnection {
  readonly parsedStatements?: Readonly<Record<string, unknown>>;
  readonly submittedNamedStatements?: Readonly<Record<string, unknown>>;
}

interface PgQuery {
  readonly text?: unknown;
  readonly name?: unknown;
  /** A row that could not be parsed: ReadyForQuery will report it as the query's error. */
  readonly _canceledDueToError?: unknown;
  [PENDING]?: OpenCall | undefined;
}

/** The same Query object may be on its way twice. */
interface SentQuery extends SentCall {
  readonly earlier: OpenCall | undefined;
}

type Method = (this: PgQuery, ...args: unknown[]) => unknown;
type Who = Pick<PgCaller, 'callerOf' | 'databaseOf'>;
type Methods = Record<'submit' | 'handleReadyForQuery' | 'handleError', Method>;

/** On the query itself: a property costs a third of what a WeakMap does. */
const PENDING: unique symbol = Symbol('pending database call');
/** On the prototype, shared by every copy of this package: a query is counted once. */
const PATCHED = Symbol.for('@ykmake/monitoring/pg');

/** A named statement is sent with its text only once; later the connection knows it. */
const textOf = (query: PgQuery, connection: PgConnection | undefined): unknown => {
  if (query.text || typeof query.name !== 'string') return query.text;
  return connection?.parsedStatements?.[query.name] ?? connection?.submittedNamedStatements?.[query.name];
};

/** pg's methods with the observation around them, for as long as it is active. */
const observe = (
  original: Methods,
  { calls, onFailure }: QueryTools,
  who: Who,
  observation: { active: boolean },
): Methods => {
  const begin = (query: PgQuery, connection: PgConnection | undefined): OpenCall | undefined => {
    if (!observation.active) return undefined;
    try {
      const sent: SentQuery = {
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
  const take = (query: PgQuery): OpenCall | undefined => {
    if (!observation.active) return undefined;
    const call = query[PENDING];
    if (call !== undefined) query[PENDING] = (call.sent as SentQuery).earlier;
    return call;
  };

  return {
    submit(...args) {
      const call = begin(this, args[0] as PgConnection | undefined);
      let sent = false;
      try {
        const refusal = original.submit.apply(this, args);
        sent = !refusal;
        return refusal;
      } finally {
        // Nothing was sent: that error is the application's, not the database's.
        if (!sent && call !== undefined && this[PENDING] === call) take(this);
      }
    },
    handleReadyForQuery(...args) {
      // With a row that could not be parsed, pg calls handleError from here.
      if (!this._canceledDueToError) calls.end(take(this));
      return original.handleReadyForQuery.apply(this, args);
    },
    handleError(...args) {
      calls.fail(take(this), args[0]);
      return original.handleError.apply(this, args);
    },
  };
};

const NAMES = ['submit', 'handleReadyForQuery', 'handleError'] as const;

type Descriptors = Readonly<Record<keyof Methods, { readonly value: Method }>>;

/** The prototype's own three methods as they are, or `undefined` when this is not the Query we know. */
const describeMethods = (prototype: object): Descriptors | undefined => {
  const found: Record<string, PropertyDescriptor> = Object.getOwnPropertyDescriptors(prototype);
  const isKnown = NAMES.every(name => {
    const method = found[name];
    return typeof method?.value === 'function' && (method.configurable || method.writable);
  });
  return isKnown ? (found as unknown as Descriptors) : undefined;
};

type QueryTools = Pick<ClientTools, 'calls' | 'onFailure'>;

/**
 * Observes pg at the place where a query meets the wire, below promises, callbacks and the pool: the time in
 * a client's queue is not counted, a call that never reaches the server neither, and no promise gets a
 * then() that would hide the application's unhandled rejections.
 */
export const patchQuery = (exports: unknown, tools: QueryTools, who: Who): (() => void) | undefined => {
  const prototype: unknown = typeof exports === 'function' ? exports.prototype : undefined;
  if (typeof prototype !== 'object' || prototype === null) return undefined;
  if (PATCHED in prototype) return () => {};
  const before = describeMethods(prototype);
  if (before === undefined) return undefined;

  const observation = { active: true };
  const methods = observe(
    {
      submit: before.submit.value,
      handleReadyForQuery: before.handleReadyForQuery.value,
      handleError: before.handleError.value,
    },
    tools,
    who,
    observation,
  );
  // The mark first: where it cannot be set (a frozen prototype), nothing has been touched yet.
  Object.defineProperty(prototype, PATCHED, { value: true, configurable: true });
  for (const name of NAMES) Object.defineProperty(prototype, name, { ...before[name], value: methods[name] });

  return () => {
    if (!observation.active) return;
    observation.active = false;
    Reflect.deleteProperty(prototype, PATCHED);
    for (const name of NAMES) {
      // Somebody who has wrapped ours since stays; ours records nothing any more.
      const current = Object.getOwnPropertyDescriptor(prototype, name)?.value;
      if (current === methods[name]) Object.defineProperty(prototype, name, before[name]);
    }
  };
};
