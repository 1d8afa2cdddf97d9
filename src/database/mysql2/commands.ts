import { type AnyFunction, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ClientTools } from '../adapter.ts';
import type { OpenCall } from '../call-observer.ts';
import { prototypeOf } from '../class-prototype.ts';
import type { ConnectionOf } from './connections.ts';

/** A command of mysql2, of which nothing is taken for granted. */
export interface Command {
  readonly sql?: unknown;
  /** Of a Prepare, which has no `sql`. */
  readonly query?: unknown;
  /** As the application has given them: with its placeholders. */
  readonly _queryOptions?: { readonly sql?: unknown } | undefined;
  readonly statement?: { readonly query?: unknown } | undefined;
  readonly _localStreamError?: unknown;
  [OPEN]?: OpenCall | undefined;
  [CALLER]?: object | null | undefined;
}

interface Packet {
  offset: number;
  readonly isError: () => boolean;
  readonly asError: (encoding: unknown) => Error;
}

interface Connection {
  readonly clientEncoding?: unknown;
}

type Patch = (exports: unknown) => (() => void) | undefined;

/** On the command itself: a property costs a third of what a WeakMap does. */
export const OPEN: unique symbol = Symbol('open call');
export const CALLER: unique symbol = Symbol('caller');

/** What a time-out of the driver ends: the server may still be at it, and the application has gone on. */
const timedOut = 'PROTOCOL_SEQUENCE_TIMEOUT';

/** The statement as the application wrote it, for one with values in it is never the same twice. */
const textOf = ({ _queryOptions, sql, query, statement }: Command): unknown => {
  const asGiven = _queryOptions?.sql;
  // Names of tables that are put in stand for nothing: `??`.
  if (typeof asGiven === 'string' && !asGiven.includes('??')) return asGiven;
  return sql ?? query ?? statement?.query;
};

/**
 * Observes the commands of mysql2 where they are sent (`start`) and where they are complete (`done`) or have failed. The
 * driver's own channels begin when a command is queued behind others of its connection, and tell of a failed `prepare` nothing.
 */
export const createCommandPatches = (
  { calls, onFailure }: ClientTools,
  connectionOf: ConnectionOf,
): Record<'patchQuery' | 'patchPrepare', Patch> => {
  const begin = (command: Command, connection: object): OpenCall | undefined => {
    try {
      return calls.begin({
        ...connectionOf(connection),
        text: textOf(command),
        caller: command[CALLER],
      });
    } catch (error) {
      onFailure('mysql2', error);
      return undefined;
    }
  };

  const start = (original: AnyFunction): AnyFunction =>
    function start(this: Command, packet: unknown, connection: object) {
      const call = begin(this, connection);
      this[OPEN] = call;
      let next: unknown;
      try {
        next = Reflect.apply(original, this, [packet, connection]);
        return next;
      } finally {
        // Nothing was sent: what could not be written, or a statement that is prepared already.
        if (!next) calls.drop(call);
      }
    };

  /** An error packet, before the application gets its error. */
  const execute = (original: AnyFunction): AnyFunction =>
    function execute(this: Command, packet: Packet | undefined, connection: Connection) {
      const call = this[OPEN];
      if (call?.isOpen && packet?.isError()) {
        const { offset } = packet;
        try {
          calls.fail(call, packet.asError(connection.clientEncoding));
        } catch (error) {
          onFailure('mysql2', error);
          calls.fail(call, undefined);
        }
        // The driver reads it from where it stood.
        packet.offset = offset;
      }
      return Reflect.apply(original, this, [packet, connection]);
    };

  const done = (original: AnyFunction): AnyFunction =>
    function done(this: Command, ...parameters) {
      calls.end(this[OPEN]);
      return Reflect.apply(original, this, parameters);
    };

  /** What could not be sent, or read, of a result: the application gets that, and no end comes. */
  const doneInsert = (original: AnyFunction): AnyFunction =>
    function doneInsert(this: Command, ...parameters) {
      if (this._localStreamError) calls.fail(this[OPEN], this._localStreamError);
      return Reflect.apply(original, this, parameters);
    };

  /** The statement's execution is what counts. */
  const prepareDone = (original: AnyFunction): AnyFunction =>
    function prepareDone(this: Command, ...parameters) {
      calls.drop(this[OPEN]);
      return Reflect.apply(original, this, parameters);
    };

  const onTimeout = (original: AnyFunction): AnyFunction =>
    function _handleTimeoutError(this: Command, ...parameters) {
      calls.fail(this[OPEN], undefined, timedOut);
      return Reflect.apply(original, this, parameters);
    };

  const patchWith =
    (replacements: Parameters<typeof replaceMethods>[1]): Patch =>
    exports =>
      replaceMethods(prototypeOf(exports), replacements);
  return {
    /** `lib/commands/query.js` and `lib/commands/execute.js`. */
    patchQuery: patchWith({ start, execute, done, doneInsert, _handleTimeoutError: onTimeout }),
    /** `lib/commands/prepare.js` */
    patchPrepare: patchWith({ start, execute, prepareDone }),
  };
};
