import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ClientTools } from '../adapter.ts';
import type { OpenCall } from '../call-observer.ts';
import { prototypeOf } from '../class-prototype.ts';
import { type AddressOptions, databaseOf } from '../mysql-address.ts';

/** A sequence of mysql, of which nothing is taken for granted. */
interface Query {
  readonly sql?: unknown;
  readonly _ended?: unknown;
  readonly _connection?: { readonly config?: AddressOptions } | undefined;
  [OPEN]?: OpenCall | undefined;
  [CALLER]?: object | undefined;
  [TEXT]?: unknown;
}

interface Connection {
  readonly _protocol?: { readonly _queue?: readonly (Query | undefined)[] } | undefined;
}

/** Names of tables that are put in stand for nothing: `??`. */
const textOf = ({ [TEXT]: asGiven, sql }: Query): unknown =>
  typeof asGiven === 'string' && !asGiven.includes('??') ? asGiven : sql;

const destroyed = new Error('The connection was destroyed before the server had answered');

type Patch = (exports: unknown) => (() => void) | undefined;

const OPEN: unique symbol = Symbol('open call');
const CALLER: unique symbol = Symbol('caller');
/** The statement before its values were put into it, for one with values is never the same twice. */
const TEXT: unique symbol = Symbol('statement');

/**
 * Observes mysql where a query is sent and where its sequence ends, by its results or an error. What waits behind others of
 * its connection has not begun: when that is lost, it never reached the server.
 */
export const createMysqlPatches = ({
  calls,
  onFailure,
}: ClientTools): Record<'patchQuery' | 'patchConnection', Patch> => {
  const begin = (query: Query): OpenCall | undefined => {
    try {
      const config = query._connection?.config;
      return calls.begin({
        system: 'mysql',
        text: textOf(query),
        caller: query[CALLER] ?? null,
        database: config && databaseOf(config),
      });
    } catch (error) {
      onFailure('mysql', error);
      return undefined;
    }
  };

  const start = (original: AnyFunction): AnyFunction =>
    function start(this: Query, ...parameters) {
      const call = begin(this);
      this[OPEN] = call;
      let isSent = false;
      try {
        const result = Reflect.apply(original, this, parameters);
        isSent = true;
        return result;
      } finally {
        if (!isSent) calls.drop(call);
      }
    };

  const end = (original: AnyFunction): AnyFunction =>
    function end(this: Query, ...parameters: unknown[]) {
      const [error] = parameters;
      if (this._ended !== true) {
        if (error) calls.fail(this[OPEN], error);
        else calls.end(this[OPEN]);
      }
      return Reflect.apply(original, this, parameters);
    };

  /** Called when the application asks, of a connection as of a pool. */
  const createQuery = (original: AnyFunction): AnyFunction =>
    function createQuery(this: unknown, ...parameters) {
      const query = Reflect.apply(original, this, parameters) as Query;
      try {
        query[CALLER] ??= calls.caller();
        query[TEXT] ??= query.sql;
      } catch (error) {
        onFailure('mysql', error);
      }
      return query;
    };

  /** The driver tells nobody of a query under way when the application destroys its connection. */
  const destroy = (original: AnyFunction): AnyFunction =>
    function destroy(this: Connection, ...parameters) {
      calls.fail(this._protocol?._queue?.[0]?.[OPEN], destroyed);
      return Reflect.apply(original, this, parameters);
    };

  return {
    patchQuery: exports => replaceMethods(prototypeOf(exports), { start, end }),
    patchConnection: exports => {
      const restores = [
        replaceMethods(exports as Methods, { createQuery }),
        replaceMethods(prototypeOf(exports), { destroy }),
      ];
      return () => {
        for (const restore of restores) restore?.();
      };
    },
  };
};
