import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ClientTools, PatchClient } from '../adapter.ts';
import type { DatabaseName } from '../call.ts';
import type { OpenCall } from '../call-observer.ts';
import { isBulkDeclaration, type Request, saidOf } from './sent.ts';

interface Connection {
  readonly state?: unknown;
  readonly STATE?: { readonly LOGGED_IN?: unknown };
  readonly config?: {
    readonly server?: unknown;
    readonly options?: { readonly port?: unknown; readonly database?: unknown };
  };
}

/**
 * Observes the place where every request meets the wire. A connection has one at a time, and tells its end by the
 * request's `callback`, once: answered, failed, cancelled, or its connection lost.
 */
export const createConnectionPatch = ({
  calls,
  onFailure,
}: Pick<ClientTools, 'calls' | 'onFailure'>): PatchClient => {
  /** The next request is that of a pool: what sends it does so before it returns. */
  let isHousekeeping = false;

  const begin = (connection: Connection, request: Request, payload: object): OpenCall | undefined => {
    const isOwn = isHousekeeping;
    isHousekeeping = false;
    // Refused, or cancelled before it was sent.
    const isSent =
      connection.STATE?.LOGGED_IN !== undefined && connection.state === connection.STATE.LOGGED_IN;
    if (isOwn || !isSent || request.canceled) return undefined;
    const said = saidOf(request, payload);
    return said && calls.begin({ ...said, database: databaseOf(connection) });
  };

  /** For the time of one request: afterwards the same object may be sent again. */
  const watch = (request: Request, call: OpenCall): void => {
    const { callback } = request;
    if (typeof callback !== 'function') {
      calls.drop(call);
      return;
    }
    const isDeclaration = isBulkDeclaration(request);
    const ended = function (this: unknown, ...results: unknown[]): unknown {
      if (request.callback === ended) request.callback = callback;
      const [error] = results;
      if (error) calls.fail(call, error, numberOf(error));
      // The rows are a request of their own, which is the one that counts.
      else if (isDeclaration) calls.drop(call);
      else calls.end(call);
      return Reflect.apply(callback, this, results);
    };
    request.callback = ended;
  };

  const makeRequest = (original: AnyFunction) =>
    function makeRequest(this: Connection, ...parameters: unknown[]): unknown {
      try {
        const [request, , payload] = parameters as [Request, unknown, object];
        const call = begin(this, request, payload);
        if (call !== undefined) watch(request, call);
      } catch (error) {
        onFailure('tedious', error);
      }
      return Reflect.apply(original, this, parameters);
    };

  const housekeeping = (original: AnyFunction) =>
    function (this: unknown, ...parameters: unknown[]): unknown {
      const before = isHousekeeping;
      isHousekeeping = true;
      try {
        return Reflect.apply(original, this, parameters);
      } finally {
        isHousekeeping = before;
      }
    };

  return ({ module, exports }) => {
    const main: unknown =
      typeof exports === 'object' && exports !== null && 'default' in exports ? exports.default : exports;
    if (typeof main !== 'function') return undefined;
    return module === 'mssql'
      ? replaceMethods(main.prototype as Methods, { _poolValidate: housekeeping })
      : replaceMethods(main.prototype as Methods, { makeRequest, reset: housekeeping });
  };
};

interface TediousError {
  readonly number?: unknown;
  /** Of several in one answer the first says why: the others, that all was ended. */
  readonly errors?: readonly TediousError[];
}

/** SQL Server's own: tedious says EREQUEST of whatever the server refuses. */
const numberOf = (error: unknown): string | undefined => {
  try {
    const { number, errors } = error as TediousError;
    const said = number ?? errors?.[0]?.number;
    return typeof said === 'number' ? String(said) : undefined;
  } catch {
    return undefined;
  }
};

const databaseOf = ({ config }: Connection): DatabaseName => {
  const { port, database } = config?.options ?? {};
  return {
    host: typeof config?.server === 'string' ? config.server : undefined,
    port: typeof port === 'number' ? port : undefined,
    namespace: typeof database === 'string' ? database : undefined,
  };
};
