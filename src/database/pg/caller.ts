import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import { type AnyFunction, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ClientTools } from '../adapter.ts';
import type { DatabaseName } from '../call.ts';
import { prototypeOf } from '../class-prototype.ts';
import { createHandedOver } from '../handed-over.ts';
import { namePool, type Pool, readPool } from './pool.ts';

/** Tells who asked for a query, while pg submits it and later, and of which database. */
export interface PgCaller {
  /** The caller of a query, read once, when the query is submitted; `null`: nobody; `undefined`: it is not known. */
  callerOf(query: object): object | null | undefined;
  databaseOf(connection: object): DatabaseName | undefined;
  /**
   * Patch what `lib/client.js` and `pg-pool` export.
   *
   * @param onQuery is shown what `client.query` is given first
   */
  readonly patchClient: (exports: unknown, onQuery: (given: unknown) => void) => (() => void) | undefined;
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
  [askedBy]?: object | null | undefined;
}

interface Connection {
  [connects]?: DatabaseName;
}

type Connected = (this: unknown, ...results: unknown[]) => unknown;

/**
 * Remembers who asked for a query: the trace or context that was active then, or that there was none. When pg submits
 * it, another's may be: a pool hands over a client in the context of whoever released it, and a busy client submits
 * in the context of its socket.
 */
export const createPgCaller = ({ calls, pools, onFailure }: ClientTools): PgCaller => {
  const { asking: read, asWaiting } = createHandedOver(calls);
  /** For the time of one synchronous call: the caller of `client.query`, or that it was nobody. */
  let asking: object | null | undefined;

  const query = (onQuery: (given: unknown) => void) => (original: AnyFunction) =>
    function query(this: Client, ...parameters: unknown[]): unknown {
      const outer = asking;
      const caller = read();
      asking = caller;
      const before = lastOf(this);
      if (typeof parameters[0] !== 'string') onQuery(parameters[0]);
      nameConnection(this, onFailure);
      try {
        return Reflect.apply(original, this, parameters);
      } finally {
        asking = outer;
        remember(lastOf(this), before, caller);
      }
    };

  /** What was not submitted yet is the last one in the queue. */
  const remember = (last: Query | undefined, before: Query | undefined, caller: object | null): void => {
    if (last === undefined || last === before) return;
    try {
      last[askedBy] = caller;
    } catch (error) {
      onFailure('pg', error);
    }
  };

  const connect = (original: AnyFunction) =>
    function connect(this: Pool, ...parameters: unknown[]): unknown {
      const [connected, ...others] = parameters;
      try {
        if (typeof connected !== 'function') return Reflect.apply(original, this, parameters);
        return Reflect.apply(original, this, [asWaiting(connected as Connected), ...others]);
      } finally {
        addPool(this);
      }
    };

  /** After `connect`, since a pool has no client before. */
  const addPool = (pool: Pool): void => {
    try {
      if (isAdded in pool || namePool(pool) === undefined) return;
      Object.defineProperty(pool, isAdded, { value: true });
      pools.add(pool, readPool);
    } catch (error) {
      onFailure('pg', error);
    }
  };

  return {
    callerOf: submitted => {
      const asked = (submitted as Query)[askedBy];
      if (asked === undefined) return asking;
      // The same object may be submitted again, for another.
      (submitted as Query)[askedBy] = undefined;
      return asked;
    },
    databaseOf: connection => (connection as Connection)[connects],
    patchClient: (exports, onQuery) => replaceMethods(prototypeOf(exports), { query: query(onQuery) }),
    patchPool: exports => replaceMethods(prototypeOf(exports), { connect }),
  };
};

const isAdded = Symbol('pool is added');

/** In newer versions `queryQueue` is a getter that warns: only a property of the client itself is the queue. */
const lastOf = (client: Client): Query | undefined => {
  const queue =
    client._queryQueue ??
    (Object.hasOwn(client, 'queryQueue') ? (client as { queryQueue?: unknown }).queryQueue : undefined);
  const last: unknown = Array.isArray(queue) && queue.length > 0 ? queue[queue.length - 1] : undefined;
  return typeof last === 'object' && last !== null ? (last as Query) : undefined;
};

/** A connection does not know what its client has connected it to. */
const nameConnection = (client: Client, onFailure: OnHookFailure): void => {
  try {
    const { connection } = client;
    if (typeof connection !== 'object' || connection === null || connects in connection) return;
    const { host, port, database } = client;
    (connection as Connection)[connects] = {
      host: typeof host === 'string' ? host : undefined,
      port: typeof port === 'number' ? port : undefined,
      namespace: typeof database === 'string' ? database : undefined,
    };
  } catch (error) {
    onFailure('pg', error);
  }
};
