import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ClientTools } from '../adapter.ts';
import type { OpenCall } from '../call-observer.ts';
import { operationOf } from '../redis-commands.ts';

/** A command of memcached, of which nothing is taken for granted. */
interface Query {
  readonly type?: unknown;
  callback?: unknown;
  start?: unknown;
}

interface Stream {
  readonly serverAddress?: unknown;
  readonly once?: (event: string, listener: () => void) => unknown;
  [UNDER_WAY]?: Set<OpenCall>;
}

type Callback = (this: unknown, ...results: unknown[]) => unknown;

/** On a connection: calls that it has sent. */
const UNDER_WAY: unique symbol = Symbol('calls under way');

const lost = new Error('The connection was closed before the server had answered');

const databaseOf = (address: unknown) => {
  const [, host, port] = /^(.*):(\d+)$/.exec(String(address)) ?? [];
  return host === undefined ? { host: String(address) } : { host, port: Number(port) };
};

/**
 * Observes memcached from where a command is written, which is when the client notes its time, to its callback. Whom it has asked
 * for several keys, it asks once each; a connection that is closed leaves callbacks uncalled, but no call open.
 */
export const createMemcachedPatch = ({
  calls,
  onFailure,
}: ClientTools): ((exports: unknown) => (() => void) | undefined) => {
  /** For the time of one synchronous call: the connection on which a command is written. */
  let opened: Stream | undefined;

  const begin = (query: Query, caller: object | undefined): OpenCall | undefined => {
    const stream = opened;
    if (stream === undefined) return undefined;
    const call = calls.begin({
      system: 'memcached',
      operation: operationOf(query.type),
      database: databaseOf(stream.serverAddress),
      caller: caller ?? null,
    });
    if (call === undefined) return undefined;
    const underWay = stream[UNDER_WAY] ?? new Set();
    if (stream[UNDER_WAY] === undefined) {
      stream[UNDER_WAY] = underWay;
      stream.once?.('close', () => {
        for (const open of underWay) calls.fail(open, lost);
        underWay.clear();
      });
    }
    underWay.add(call);
    return call;
  };

  const watch = (query: Query, caller: object | undefined): void => {
    const { callback } = query;
    if (typeof callback !== 'function') return;
    let call: OpenCall | undefined;
    let stream: Stream | undefined;
    let started: unknown;
    Object.defineProperty(query, 'start', {
      configurable: true,
      enumerable: true,
      get: () => started,
      set: value => {
        started = value;
        stream = opened;
        guard(() => {
          call = begin(query, caller);
        });
      },
    });
    query.callback = function (this: unknown, ...results: unknown[]) {
      if (call !== undefined) {
        stream?.[UNDER_WAY]?.delete(call);
        const [error] = results;
        if (error) calls.fail(call, error);
        else calls.end(call);
      }
      return Reflect.apply(callback as Callback, this, results);
    };
  };

  const guard = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      onFailure('memcached', error);
    }
  };

  const command = (original: AnyFunction): AnyFunction =>
    function memcachedCommand(this: unknown, ...parameters: unknown[]) {
      const [compile, ...rest] = parameters;
      if (typeof compile !== 'function') return Reflect.apply(original, this, parameters);
      const caller = calls.caller();
      const compiled = (): unknown => {
        const query: unknown = Reflect.apply(compile, undefined, []);
        guard(() => {
          if (typeof query === 'object' && query !== null) watch(query, caller);
        });
        return query;
      };
      return Reflect.apply(original, this, [compiled, ...rest]);
    };

  const connect = (original: AnyFunction): AnyFunction =>
    function connect(this: unknown, ...parameters: unknown[]) {
      const [server, connected] = parameters;
      if (typeof connected !== 'function') return Reflect.apply(original, this, parameters);
      const onConnected: Callback = function (this: unknown, ...results) {
        const outer = opened;
        opened = (results[1] || undefined) as Stream | undefined;
        try {
          return Reflect.apply(connected, this, results);
        } finally {
          opened = outer;
        }
      };
      return Reflect.apply(original, this, [server, onConnected]);
    };

  return exports =>
    replaceMethods(typeof exports === 'function' ? (exports.prototype as Methods) : undefined, {
      command,
      connect,
    });
};
