import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import { type AnyFunction, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { DatabaseName } from '../call.ts';
import type { CallObserver } from '../call-observer.ts';

/** Tells who asked for a query, while pg submits it and later, and of which database. */
export interface PgCaller {
  /** The caller of a query, read when the query is submitted; `undefined`: none is known for sure. */
  callerOf(query: object): object | undefined;
  databaseOf(connection: object): DatabaseName | undefined;
  /** Patch what `lib/client.js` and `pg-pool` export. */
  readonly patchClient: (exports: unknown) => (() => void) | undefined;
  readonly patchPool: (exports: unknown) => (() => void) | undefined;
}

interface Client {
  /** Queries that wait for their turn; private, so nothing is taken for granted. */
  readonly _queryQueue?: unknown;
  readonly connection?: unknown;
  readonly host?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
}

const askedBy = Symbol('caller');
const connects = Symbol('database');

interface Query {
  [askedBy]?: object;
}

interface Connection {
  [connects]?: DatabaseName;
}

type Connected = (...results: unknown[]) => unknown;

/**
 * Remembers who asked for a query: the trace or context that was active then. When pg submits it, another's may
 * be: a pool hands over a client in the context of whoever released it, and a busy client submits in the
 * context of its socket. Where none is active nothing is done.
 */
export const createPgCaller = (
  { caller: active }: Pick<CallObserver, 'caller'>,
  onFailure: OnHookFailure,
): PgCaller => {
  /** For the time of one synchronous call: the caller that waited for a client of the pool. */
  let waited: object | undefined;
  /** For the time of one synchronous call: the caller of `client.query`. */
  let asking: object | undefined;

  const read = (): object | undefined => waited ?? active();

  const query = (original: AnyFunction) =>
    function query(this: Client, ...parameters: unknown[]): unknown {
      const caller = read();
      const outer = asking;
      asking = caller;
      nameConnection(this, onFailure);
      try {
        return Reflect.apply(original, this, parameters);
      } finally {
        asking = outer;
        // Not submitted yet: it is the last one in the queue.
        const queue = this._queryQueue;
        const last: unknown = caller !== undefined && Array.isArray(queue) ? queue.at(-1) : undefined;
        if (caller !== undefined && typeof last === 'object' && last !== null)
          (last as Query)[askedBy] ??= caller;
      }
    };

  const connect = (original: AnyFunction) =>
    function connect(this: unknown, ...parameters: unknown[]): unknown {
      const [connected] = parameters;
      const caller = typeof connected === 'function' ? read() : undefined;
      if (caller === undefined) return Reflect.apply(original, this, parameters);
      const asCaller: Connected = (...results) => {
        const outer = waited;
        waited = caller;
        try {
          return Reflect.apply(connected as Connected, undefined, results);
        } finally {
          waited = outer;
        }
      };
      return Reflect.apply(original, this, [asCaller]);
    };

  return {
    callerOf: submitted => (submitted as Query)[askedBy] ?? asking,
    databaseOf: connection => (connection as Connection)[connects],
    patchClient: exports => replaceMethods(prototypeOf(exports), { query }),
    patchPool: exports => replaceMethods(prototypeOf(exports), { connect }),
  };
};

/** A connection does not know what its client has connected it to. */
const nameConnection = (client: Client, onFailure: OnHookFailure): void => {
  try {
    const { connection, host, port, database } = client;
    if (typeof connection !== 'object' || connection === null || connects in connection) return;
    (connection as Connection)[connects] = {
      host: typeof host === 'string' ? host : undefined,
      port: typeof port === 'number' ? port : undefined,
      namespace: typeof database === 'string' ? database : undefined,
    };
  } catch (error) {
    onFailure('pg', error);
  }
};

const prototypeOf = (exports: unknown): Record<string, unknown> | undefined =>
  typeof exports === 'function' ? (exports.prototype as Record<string, unknown>) : undefined;
