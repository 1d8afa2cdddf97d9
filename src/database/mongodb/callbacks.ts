import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ClientTools } from '../adapter.ts';
import type { OpenCall } from '../call-observer.ts';
import { codeOfAnswer, codeOfError, isOfChangeStream } from './answer.ts';
import { collectionOf, databaseOf, isOfDriver, type MongoConnection, nameOf, waitsFor } from './command.ts';

type Callback = (...results: unknown[]) => unknown;
type CommandParameters = readonly [
  ns: { readonly db?: unknown } | null | undefined,
  command: Readonly<Record<string, unknown>> | null | undefined,
  options: unknown,
  callback: Callback,
];

const askedBy: unique symbol = Symbol('caller');

interface Connection extends MongoConnection {
  /** Who waited for it in the pool, until it is used; `null`: nobody. */
  [askedBy]?: object | null | undefined;
}

interface Sent {
  readonly name: string;
  readonly sentCall: { waits: boolean };
  readonly call: OpenCall | undefined;
  /** What fails before the method has returned was never sent. */
  hasReturned: boolean;
}

/** Patches what `lib/cmap/connection.js` and `lib/cmap/connection_pool.js` export up to version 6.2. */
export interface CallbackPatches {
  readonly patchConnection: (prototype: Methods) => (() => void) | undefined;
  readonly patchPool: (prototype: Methods) => (() => void) | undefined;
}

/**
 * Observes the driver up to version 6.2, whose connections answer with callbacks. Its pool hands over a connection in
 * the context of whoever gave it back, so who asked for it is remembered on the connection.
 */
export const createCallbackPatches = ({
  calls,
  onFailure,
}: Pick<ClientTools, 'calls' | 'onFailure'>): CallbackPatches => {
  let active = true;

  const begin = (connection: Connection, parameters: readonly unknown[]): Sent | undefined => {
    try {
      const [ns, command, options, callback] = parameters as CommandParameters;
      const name = command && nameOf(command);
      if (!name || typeof callback !== 'function' || isOfDriver(name, connection, options)) return undefined;
      const caller = connection[askedBy];
      connection[askedBy] = undefined;
      const sentCall = {
        system: 'mongodb',
        operation: name,
        table: collectionOf(name, command),
        database: databaseOf(connection, ns?.db),
        waits: waitsFor(name, options),
        caller,
      };
      return { name, sentCall, call: calls.begin(sentCall), hasReturned: false };
    } catch (error) {
      onFailure('mongodb', error);
      return undefined;
    }
  };

  const end = ({ name, sentCall, call, hasReturned }: Sent, [error, answer]: readonly unknown[]): void => {
    if (!active) return;
    try {
      if (!error) {
        sentCall.waits ||= name === 'getMore' && isOfChangeStream(answer);
        const code = codeOfAnswer(name, answer);
        if (code !== undefined) calls.fail(call, undefined, code);
      } else if (hasReturned) calls.fail(call, error, codeOfError(error));
      else calls.drop(call);
    } catch (failure) {
      onFailure('mongodb', failure);
    }
    calls.end(call);
  };

  const command = (original: AnyFunction) =>
    function command(this: Connection, ...parameters: unknown[]): unknown {
      const sent = active ? begin(this, parameters) : undefined;
      if (sent === undefined) return Reflect.apply(original, this, parameters);
      const [ns, asked, options, callback] = parameters as unknown as CommandParameters;
      const observed: Callback = function (this: unknown, ...results) {
        end(sent, results);
        return Reflect.apply(callback, this, results);
      };
      try {
        const result = Reflect.apply(original, this, [ns, asked, options, observed]);
        sent.hasReturned = true;
        return result;
      } finally {
        if (!sent.hasReturned) calls.drop(sent.call);
      }
    };

  const checkOut = (original: AnyFunction) =>
    function checkOut(this: unknown, ...parameters: unknown[]): unknown {
      const [callback] = parameters;
      if (!active || typeof callback !== 'function') return Reflect.apply(original, this, parameters);
      const caller = calls.caller() ?? null;
      const handOver: Callback = function (this: unknown, ...results) {
        const connection = results[1];
        if (typeof connection === 'object' && connection !== null)
          (connection as Connection)[askedBy] = caller;
        return Reflect.apply(callback, this, results);
      };
      return Reflect.apply(original, this, [handOver, ...parameters.slice(1)]);
    };

  const undoing = (restore: (() => void) | undefined) =>
    restore &&
    (() => {
      active = false;
      restore();
    });

  return {
    patchConnection: prototype => undoing(replaceMethods(prototype, { command })),
    patchPool: prototype => undoing(replaceMethods(prototype, { checkOut })),
  };
};
