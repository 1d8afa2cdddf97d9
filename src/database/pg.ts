import { performance } from 'node:perf_hooks';
import type { ModulePatch, OnHookFailure } from '../instrumentations/module-patch.ts';
import type { DatabaseCall, RecordCall } from './call.ts';
import { createPgCaller, type PgCaller } from './pg-caller.ts';
import { createStatementReader } from './statement.ts';

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
  [PENDING]?: PendingCall | undefined;
}

/** A call that was sent and has not ended. The same Query object may be on its way twice. */
interface PendingCall {
  readonly text: unknown;
  readonly start: number;
  readonly caller: unknown;
  readonly connection: PgConnection | undefined;
  readonly earlier: PendingCall | undefined;
}

type Method = (this: PgQuery, ...args: unknown[]) => unknown;
type Ended = Omit<DatabaseCall<unknown>, 'operation' | 'table'>;
type OnCall = (call: Ended) => void;
type Who = Pick<PgCaller<object>, 'callerOf' | 'databaseOf'>;
type Methods = Record<'submit' | 'handleReadyForQuery' | 'handleError', Method>;

/** On the query itself: a property costs a third of what a WeakMap does. */
const PENDING: unique symbol = Symbol('pending database call');
/** On the prototype, shared by every copy of this package: a query is counted once. */
const PATCHED = Symbol.for('@ykmake/monitoring/pg');

/** Bound now, so that an application's fake timers do not become our clock. */
const now = performance.now.bind(performance);

/** A named statement is sent with its text only once; later the connection knows it. */
const textOf = (query: PgQuery, connection: PgConnection | undefined): unknown => {
  if (query.text || typeof query.name !== 'string') return query.text;
  return connection?.parsedStatements?.[query.name] ?? connection?.submittedNamedStatements?.[query.name];
};

/** pg's methods with the observation around them, for as long as it is active. */
const observe = (
  original: Methods,
  onCall: OnCall,
  who: Who,
  onFailure: OnHookFailure,
  observation: { active: boolean },
): Methods => {
  const begin = (query: PgQuery, connection: PgConnection | undefined): PendingCall | undefined => {
    if (!observation.active) return undefined;
    try {
      const call = {
        text: textOf(query, connection),
        start: now(),
        caller: who.callerOf(query),
        connection,
        earlier: query[PENDING],
      };
      query[PENDING] = call;
      return call;
    } catch (error) {
      onFailure('pg', error);
      return undefined;
    }
  };

  /** The first end of a call counts: after it, nothing is pending. */
  const finish = (query: PgQuery, failed: boolean, error?: unknown): void => {
    if (!observation.active) return;
    try {
      const call = query[PENDING];
      if (call === undefined) return;
      query[PENDING] = call.earlier;
      const { text, start, caller, connection } = call;
      onCall({
        text,
        start,
        seconds: (now() - start) / 1000,
        failed,
        error,
        caller,
        database: connection && who.databaseOf(connection),
      });
    } catch (error) {
      onFailure('pg', error);
    }
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
        if (!sent && call !== undefined && this[PENDING] === call) this[PENDING] = call.earlier;
      }
    },
    handleReadyForQuery(...args) {
      // With a row that could not be parsed, pg calls handleError from here.
      if (!this._canceledDueToError) finish(this, false);
      return original.handleReadyForQuery.apply(this, args);
    },
    handleError(...args) {
      finish(this, true, args[0]);
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

const patchQuery = (
  exports: unknown,
  onCall: OnCall,
  who: Who,
  onFailure: OnHookFailure,
): (() => void) | undefined => {
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
    onCall,
    who,
    onFailure,
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

/**
 * Observes pg at the place where a query meets the wire, below promises, callbacks and the pool: the time in
 * a client's queue is not counted, a call that never reaches the server neither, and no promise gets a
 * then() that would hide the application's unhandled rejections. pg-native and submittables of their own
 * kind (pg-cursor, pg-query-stream, pg-copy-streams) do not pass here.
 */
export const pgPatches = <Caller extends object>(
  record: RecordCall<Caller>,
  onFailure: OnHookFailure,
  active: () => Caller | undefined = () => undefined,
): readonly ModulePatch[] => {
  const readStatement = createStatementReader();
  const caller = createPgCaller(active, onFailure);
  const onCall: OnCall = call => {
    const { operation, table } = readStatement(call.text);
    record({ ...call, operation, table, caller: call.caller as Caller | undefined });
  };
  const applyToQuery = (exports: unknown): (() => void) | undefined =>
    patchQuery(exports, onCall, caller, onFailure);
  return [{ module: 'pg', file: 'lib/query.js', apply: applyToQuery }, ...caller.patches];
};
