import { type AnyFunction, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ClientTools } from '../adapter.ts';
import type { SentCall } from '../call-observer.ts';
import { prototypeOf } from '../class-prototype.ts';
import { createHandedOver } from '../handed-over.ts';
import { type AddressOptions, databaseOf } from '../mysql-address.ts';
import type { PoolState } from '../pools.ts';
import { CALLER, type Command, OPEN } from './commands.ts';

interface Connection {
  readonly config?: AddressOptions | undefined;
  /** The command that is being sent or answered. */
  readonly _command?: Command | null;
  readonly _fatalError?: unknown;
}

interface Queue {
  readonly length: number;
  readonly get: (index: number) => { readonly threadId?: unknown } | undefined;
}

interface Pool {
  readonly _allConnections: Queue;
  readonly _freeConnections: Queue;
  readonly _connectionQueue: Queue;
  readonly _closed: boolean;
  readonly config: { readonly connectionLimit?: unknown; readonly connectionConfig?: AddressOptions };
}

const closed = new Error('The connection was closed before the server had answered');

type Prototype = Record<PropertyKey, unknown>;
type Connected = (...results: unknown[]) => unknown;
type Patch = (exports: unknown) => (() => void) | undefined;

/** Which database a connection is to. */
export type ConnectionOf = (connection: object) => Pick<SentCall, 'system' | 'database'>;

export const connectionOf: ConnectionOf = connection => ({
  system: 'mysql',
  database: databaseOf((connection as Connection).config ?? {}),
});

/** Those whose server has not greeted them yet. */
const connectingIn = (all: Queue): number => {
  let connecting = 0;
  for (let index = 0; index < all.length; index++)
    if (typeof all.get(index)?.threadId !== 'number') connecting++;
  return connecting;
};

/** Called only when metrics are read. */
const readPool = (pool: Pool): PoolState | undefined => {
  const { _allConnections: all, _freeConnections: free, _connectionQueue: queue, _closed, config } = pool;
  if (_closed) return undefined;
  const { database: { host, port, namespace } = {} } = connectionOf({ config: config.connectionConfig });
  const { connectionLimit } = config;
  return {
    name: `${host ?? 'localhost'}${port === undefined ? '' : `:${port}`}/${namespace ?? ''}`,
    used: all.length - free.length - connectingIn(all),
    idle: free.length,
    waiting: queue.length,
    max: typeof connectionLimit === 'number' && connectionLimit > 0 ? connectionLimit : undefined,
  };
};

/** Remembers who asks while a command waits for its turn, or for a connection; and ends what a lost connection leaves open. */
export const createConnectionPatches = ({
  calls,
  pools,
  onFailure,
}: ClientTools): Record<'patchConnection' | 'patchPool', Patch> => {
  const { asking, asWaiting } = createHandedOver(calls);

  const addCommand = (original: AnyFunction): AnyFunction =>
    function addCommand(this: Connection, command: Command) {
      if (typeof command === 'object' && command !== null && command[CALLER] === undefined)
        command[CALLER] = asking();
      return Reflect.apply(original, this, [command]);
    };

  /** Only the command at the wire was sent; those behind it never were. */
  const notifyError = (original: AnyFunction): AnyFunction =>
    function _notifyError(this: Connection, error: unknown) {
      if (!this._fatalError) calls.fail(this._command?.[OPEN], error);
      return Reflect.apply(original, this, [error]);
    };

  /** The driver tells nobody of a query under way when the application closes its connection. */
  const close = (original: AnyFunction): AnyFunction =>
    function close(this: Connection, ...parameters) {
      calls.fail(this._command?.[OPEN], closed);
      return Reflect.apply(original, this, parameters);
    };

  const getConnection = (original: AnyFunction): AnyFunction =>
    function getConnection(this: Pool, connected: Connected, ...more: unknown[]) {
      try {
        pools.add(this, readPool);
      } catch (error) {
        onFailure('mysql2', error);
      }
      const handedTo = typeof connected === 'function' ? asWaiting(connected) : connected;
      return Reflect.apply(original, this, [handedTo, ...more]);
    };

  const has = (prototype: Prototype | undefined, name: string): Prototype | undefined =>
    // Of newer versions the methods are of a base class in a file of its own.
    prototype !== undefined && Object.hasOwn(prototype, name) ? prototype : undefined;
  return {
    patchConnection: exports =>
      replaceMethods(has(prototypeOf(exports), 'addCommand'), {
        addCommand,
        close,
        _notifyError: notifyError,
      }),
    patchPool: exports => replaceMethods(has(prototypeOf(exports), 'getConnection'), { getConnection }),
  };
};
