import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import type { DatabaseName } from '../call.ts';
import type { Observation, Query, QueryCalls } from './query.ts';

/** What postgres.js' Connection returns; nothing in it is taken for granted. */
interface Connection {
  execute?: unknown;
  connect?: unknown;
}

interface Options {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly path?: unknown;
  readonly database?: unknown;
}

type Execute = (this: unknown, ...args: unknown[]) => unknown;

/** On ours, shared by every copy of this package: a query is counted once. */
const PATCHED = Symbol.for('@ykmake/monitoring/postgres');

/**
 * Stands in for the function that makes a connection, and observes the queries that are given to what it makes. What the
 * connection asks by itself, such as for the types of arrays, does not come this way.
 */
export const observeConnections = (
  original: unknown,
  queries: QueryCalls,
  observation: Observation,
  onFailure: OnHookFailure,
): unknown => {
  if (typeof original !== 'function' || PATCHED in original) return undefined;
  const observed = function (this: unknown, ...parameters: unknown[]): unknown {
    const connection: unknown = Reflect.apply(original, this, parameters);
    try {
      if (observation.active) observe(connection as Connection, nameOf(parameters[0]), queries);
    } catch (error) {
      onFailure('postgres', error);
    }
    return connection;
  };
  return Object.defineProperties(observed, {
    name: { value: original.name, configurable: true },
    length: { value: original.length, configurable: true },
    [PATCHED]: { value: true },
  });
};

const observe = (connection: Connection, database: DatabaseName, queries: QueryCalls): void => {
  const { execute, connect } = connection;
  if (typeof execute !== 'function' || typeof connect !== 'function') return;
  connection.execute = function (this: unknown, ...args: Parameters<Execute>) {
    const [query] = args;
    if (!isQuery(query)) return Reflect.apply(execute, this, args);
    queries.send(query, database);
    try {
      return Reflect.apply(execute, this, args);
    } finally {
      queries.sent(query);
    }
  };
  connection.connect = function (this: unknown, ...args: unknown[]) {
    const [query] = args;
    // Whoever reserves a connection gives no query.
    if (isQuery(query)) whenSent(query, () => queries.send(query, database));
    return Reflect.apply(connect, this, args);
  };
};

const isQuery = (given: unknown): given is Query =>
  typeof given === 'object' && given !== null && 'state' in given && 'resolve' in given;

/** A query that waits for a new connection is given to it by the connection itself, which then sets its state. */
const whenSent = (query: Query, send: () => void): void => {
  const known = Object.getOwnPropertyDescriptor(query, 'state');
  if (known === undefined || !known.configurable || !('value' in known)) return;
  Object.defineProperty(query, 'state', {
    get: () => known.value,
    set: value => {
      Object.defineProperty(query, 'state', { ...known, value });
      send();
    },
    enumerable: known.enumerable ?? true,
    configurable: true,
  });
};

/** Of several addresses it is not known which one it is connected to. */
const nameOf = (given: unknown): DatabaseName => {
  const { host, port, path, database } = (given ?? {}) as Options;
  const only = (list: unknown): unknown => (Array.isArray(list) && list.length === 1 ? list[0] : undefined);
  const address = typeof path === 'string' ? path : only(host);
  const number = typeof path === 'string' ? undefined : Number(only(port));
  return {
    host: typeof address === 'string' ? address : undefined,
    port: Number.isInteger(number) ? number : undefined,
    namespace: typeof database === 'string' ? database : undefined,
  };
};
