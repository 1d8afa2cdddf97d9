import { types } from 'node:util';
import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ClientTools } from '../adapter.ts';
import type { OpenCall } from '../call-observer.ts';
import { codeOfAnswer, codeOfError, isOfChangeStream } from './answer.ts';
import { collectionOf, databaseOf, isOfDriver, type MongoConnection, nameOf, waitsFor } from './command.ts';

interface Connection extends MongoConnection {
  readonly socket?: { readonly bytesWritten?: unknown };
}

/** A command from when it is asked for; it is sent before the method returns, or never. */
interface Asked {
  readonly connection: Connection;
  readonly parameters: readonly unknown[];
  sent: { readonly operation: string; waits: boolean } | undefined;
  call: OpenCall | undefined;
  /** Of the socket, before it was sent. */
  written: unknown;
}

type CommandParameters = readonly [
  ns?: { readonly db?: unknown } | null,
  command?: Readonly<Record<string, unknown>> | null,
  options?: unknown,
];

/**
 * Observes the driver from version 6.3 at the place where a connection sends a command: `command` says what it is and
 * gives the promise of its end, and calls `writeCommand` before it returns if it comes so far. That promise is
 * the driver's own, which always awaits it, so to listen to it hides no rejection of the application's.
 */
export const patchPromises = (
  prototype: Methods,
  { calls, onFailure }: Pick<ClientTools, 'calls' | 'onFailure'>,
): (() => void) | undefined => {
  let active = true;
  /** For the time of one synchronous call. */
  let asking: Asked | undefined;

  const begin = (asked: Asked): void => {
    try {
      const { connection, parameters } = asked;
      const [ns, command, options] = parameters as CommandParameters;
      const name = command && nameOf(command);
      if (!name || isOfDriver(name, connection, options)) return;
      asked.written = connection.socket?.bytesWritten;
      const sent = {
        system: 'mongodb',
        operation: name,
        table: collectionOf(name, command),
        database: databaseOf(connection, ns?.db),
        waits: waitsFor(name, options),
      };
      asked.sent = sent;
      asked.call = calls.begin(sent);
    } catch (error) {
      onFailure('mongodb', error);
    }
  };

  const answered = ({ sent, call }: Asked, answer: unknown): void => {
    if (!active || sent === undefined) return;
    try {
      const code = codeOfAnswer(sent.operation, answer);
      if (code !== undefined) calls.fail(call, undefined, code);
      else if (sent.operation === 'getMore') sent.waits ||= isOfChangeStream(answer);
    } catch (error) {
      onFailure('mongodb', error);
    }
    calls.end(call);
  };

  const rejected = ({ call, connection, written }: Asked, error: unknown): void => {
    if (!active) return;
    try {
      const now = connection.socket?.bytesWritten;
      // What cannot be serialised, or has no time left, is not written at all.
      const wasSent = typeof now !== 'number' || typeof written !== 'number' || now > written;
      if (wasSent) calls.fail(call, error, codeOfError(error));
      else calls.drop(call);
    } catch (failure) {
      onFailure('mongodb', failure);
    }
    calls.fail(call, error);
  };

  const command = (original: AnyFunction) =>
    function command(this: Connection, ...parameters: unknown[]): unknown {
      if (!active) return Reflect.apply(original, this, parameters);
      const asked: Asked = {
        connection: this,
        parameters,
        sent: undefined,
        call: undefined,
        written: undefined,
      };
      const outer = asking;
      asking = asked;
      let promise: unknown;
      try {
        promise = Reflect.apply(original, this, parameters);
      } finally {
        asking = outer;
      }
      if (asked.call === undefined) return promise;
      if (types.isPromise(promise)) {
        promise.then(
          answer => answered(asked, answer),
          (error: unknown) => rejected(asked, error),
        );
      } else calls.drop(asked.call);
      return promise;
    };

  const writeCommand = (original: AnyFunction) =>
    function writeCommand(this: Connection, ...parameters: unknown[]): unknown {
      const asked = asking;
      asking = undefined;
      if (asked?.connection === this) begin(asked);
      return Reflect.apply(original, this, parameters);
    };

  const restore = replaceMethods(prototype, { command, writeCommand });
  return (
    restore &&
    (() => {
      active = false;
      restore();
    })
  );
};
