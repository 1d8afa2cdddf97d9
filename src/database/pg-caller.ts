import type { ModulePatch, OnHookFailure } from '../instrumentations/module-patch.ts';
import { type AnyFunction, replaceMethods } from '../instrumentations/replace-methods.ts';
import type { TraceIds } from '../traces/trace-ids.ts';

/** Tells in which trace a query was asked for, while pg submits it and later. */
export interface PgCaller {
  /** The trace of the caller of a query, read when the query is submitted; `undefined`: none is known for sure. */
  traceOf(query: object): TraceIds | undefined;
  readonly patches: readonly ModulePatch[];
}

interface Client {
  /** Queries that wait for their turn; private, so nothing is taken for granted. */
  readonly _queryQueue?: unknown;
}

const askedIn = Symbol('trace of the caller');

interface Query {
  [askedIn]?: TraceIds;
}

type Connected = (...results: unknown[]) => unknown;

/**
 * Remembers the trace in which the application asked for a query. When pg submits it, the active trace may be
 * another's: a pool hands over a client in the context of whoever released it, and a busy client submits in
 * the context of its socket. Where no trace is active nothing is done.
 */
export const createPgCaller = (
  activeTrace: () => TraceIds | undefined,
  onFailure: OnHookFailure,
): PgCaller => {
  /** For the time of one synchronous call: the trace of the caller that waited for a client of the pool. */
  let waited: TraceIds | undefined;
  /** For the time of one synchronous call: the trace of the caller of `client.query`. */
  let asking: TraceIds | undefined;

  const read = (): TraceIds | undefined => {
    try {
      return waited ?? activeTrace();
    } catch (error) {
      onFailure('pg', error);
      return undefined;
    }
  };

  const query = (original: AnyFunction) =>
    function query(this: Client, ...parameters: unknown[]): unknown {
      const trace = read();
      const outer = asking;
      asking = trace;
      try {
        return Reflect.apply(original, this, parameters);
      } finally {
        asking = outer;
        // Not submitted yet: it is the last one in the queue.
        const queue = this._queryQueue;
        const last: unknown = trace !== undefined && Array.isArray(queue) ? queue.at(-1) : undefined;
        if (trace !== undefined && typeof last === 'object' && last !== null)
          (last as Query)[askedIn] ??= trace;
      }
    };

  const connect = (original: AnyFunction) =>
    function connect(this: unknown, ...parameters: unknown[]): unknown {
      const [connected] = parameters;
      const trace = typeof connected === 'function' ? read() : undefined;
      if (trace === undefined) return Reflect.apply(original, this, parameters);
      const inCallersTrace: Connected = (...results) => {
        const outer = waited;
        waited = trace;
        try {
          return Reflect.apply(connected as Connected, undefined, results);
        } finally {
          waited = outer;
        }
      };
      return Reflect.apply(original, this, [inCallersTrace]);
    };

  return {
    traceOf: submitted => (submitted as Query)[askedIn] ?? asking,
    patches: [
      {
        module: 'pg',
        file: 'lib/client.js',
        apply: exports => replaceMethods(prototypeOf(exports), { query }),
      },
      { module: 'pg-pool', apply: exports => replaceMethods(prototypeOf(exports), { connect }) },
    ],
  };
};

const prototypeOf = (exports: unknown): Record<string, unknown> | undefined =>
  typeof exports === 'function' ? (exports.prototype as Record<string, unknown>) : undefined;
