import type { ClientTools } from '../adapter.ts';
import type { DatabaseName } from '../call.ts';
import type { OpenCall, SentCall } from '../call-observer.ts';

/** The parts of postgres.js' Query that are read and set here; nothing in them is taken for granted. */
export interface Query {
  /** Set when it is given to a connection that is open. */
  state?: unknown;
  /** The statement with numbers in place of its parameters, made when it is sent; `null` before. */
  readonly statement?: unknown;
  readonly string?: unknown;
  readonly executed?: unknown;
  readonly cursorFn?: unknown;
  resolve?: unknown;
  reject?: unknown;
  [ASKED_BY]?: object | null;
  [SENT]?: Sent | undefined;
}

type Settle = (this: unknown, ...args: unknown[]) => unknown;

interface Sent extends SentCall {
  text: unknown;
  call: OpenCall | undefined;
  resolve: Settle;
  reject: Settle;
  readonly isCursor: boolean;
}

const ASKED_BY: unique symbol = Symbol('caller');
const SENT: unique symbol = Symbol('sent database call');

export interface Observation {
  active: boolean;
}

/** What a COPY and a replication hand over in place of a result. */
interface Stream {
  readonly pipe?: unknown;
  readonly write?: unknown;
}

export interface QueryCalls {
  /** Who asks for it, before it waits for a connection. */
  readonly ask: (query: Query) => void;
  /** It is about to be sent. */
  readonly send: (query: Query, database: DatabaseName) => void;
  /** Whether it was sent is known now. */
  readonly sent: (query: Query) => void;
}

/**
 * Observes a query from the moment a connection gets it, by the two functions with which the connection settles it: they
 * belong to the query and are called by the connection alone, below every promise of the application.
 */
export const createQueryCalls = ({ calls, onFailure }: ClientTools, observation: Observation): QueryCalls => {
  /** The end of the call, unless the query was settled with a stream that only begins now. */
  const end = (query: Query, sent: Sent, result: unknown): void => {
    const isStream = typeof (result as Stream | null | undefined)?.pipe === 'function';
    // A replication has no end: it is answered when it begins.
    const isEndless =
      isStream && typeof (result as Stream).write === 'function' && 'read' in (result as object);
    if (isStream && !isEndless) return;
    release(query, sent);
    nameStatement(query, sent);
    calls.end(sent.call);
  };

  const fail = (query: Query, sent: Sent, error: unknown): void => {
    release(query, sent);
    // Its text or its values could not be written.
    if (query.statement === null || isTooLong(error)) calls.drop(sent.call);
    else {
      nameStatement(query, sent);
      calls.fail(sent.call, error);
    }
  };

  /** Both stand in for the query's own function, and are called as methods of the query. */
  function resolve(this: Query, ...args: unknown[]): unknown {
    const sent = this[SENT];
    if (sent === undefined) return undefined;
    try {
      end(this, sent, args[0]);
    } catch (error) {
      onFailure('postgres', error);
    }
    return Reflect.apply(sent.resolve, this, args);
  }

  function reject(this: Query, ...args: unknown[]): unknown {
    const sent = this[SENT];
    if (sent === undefined) return undefined;
    try {
      fail(this, sent, args[0]);
    } catch (error) {
      onFailure('postgres', error);
    }
    return Reflect.apply(sent.reject, this, args);
  }

  /** A cursor is given other functions with each portion that is asked for: these are what ours have to call then. */
  const follow = (query: Query, sent: Sent, name: 'resolve' | 'reject'): void => {
    Object.defineProperty(query, name, {
      get: () => settlers[name],
      set: value => {
        sent[name] = value;
      },
      enumerable: true,
      configurable: true,
    });
  };

  /** Puts its own functions back. */
  const release = (query: Query, sent: Sent): void => {
    if (sent.isCursor)
      for (const name of ['resolve', 'reject'] as const)
        Object.defineProperty(query, name, {
          value: sent[name],
          writable: true,
          enumerable: true,
          configurable: true,
        });
    if (query.resolve === resolve) query.resolve = sent.resolve;
    if (query.reject === reject) query.reject = sent.reject;
  };

  const settlers = { resolve, reject };

  return {
    ask: query => {
      try {
        if (observation.active && !query.executed) query[ASKED_BY] = calls.caller() ?? null;
      } catch (error) {
        onFailure('postgres', error);
      }
    },
    send: (query, database) => {
      try {
        const { resolve: ownResolve, reject: ownReject } = query;
        if (!observation.active || query[SENT] !== undefined) return;
        if (typeof ownResolve !== 'function' || typeof ownReject !== 'function') return;
        const sent: Sent = {
          system: 'postgresql',
          text: undefined,
          database,
          caller: query[ASKED_BY],
          call: undefined,
          resolve: ownResolve as Settle,
          reject: ownReject as Settle,
          isCursor: Boolean(query.cursorFn),
        };
        query[SENT] = sent;
        if (sent.isCursor) {
          follow(query, sent, 'resolve');
          follow(query, sent, 'reject');
        } else {
          query.resolve = resolve;
          query.reject = reject;
        }
        sent.call = calls.begin(sent);
      } catch (error) {
        onFailure('postgres', error);
      }
    },
    sent: query => {
      const sent = query[SENT];
      if (sent === undefined || !sent.call?.isOpen || query.state) return;
      // The connection did not take it: it was cancelled before.
      try {
        release(query, sent);
        query[SENT] = undefined;
        calls.drop(sent.call);
      } catch (error) {
        onFailure('postgres', error);
      }
    },
  };
};

/** The statement is made while it is sent, after the call has begun. */
const nameStatement = (query: Query, sent: Sent): void => {
  sent.text = query.string;
};

const isTooLong = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | null | undefined)?.code === 'MAX_PARAMETERS_EXCEEDED';
