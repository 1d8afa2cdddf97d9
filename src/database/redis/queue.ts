import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ClientTools } from '../adapter.ts';
import type { DatabaseName } from '../call.ts';
import type { OpenCall } from '../call-observer.ts';
import { prototypeOf } from '../class-prototype.ts';
import { codeOf, ofSetUp, operationOf, waitsFor } from '../redis-commands.ts';

/** A command that waits to be written. */
interface Pending {
  readonly caller: object | undefined;
  readonly database: DatabaseName | undefined;
  call: OpenCall | undefined;
}

interface CommandOptions {
  readonly asap?: unknown;
  readonly chainId?: unknown;
}

interface Queue {
  [DATABASE]?: DatabaseName | undefined;
}

interface Client {
  readonly _self?: Client;
  readonly options?: {
    readonly database?: unknown;
    readonly socket?: { readonly host?: unknown; readonly port?: unknown; readonly path?: unknown };
  };
}

type Undo = (() => void) | undefined;

const DATABASE: unique symbol = Symbol('database');

const databaseOf = (client: Client): DatabaseName => {
  const { options = {} } = client._self ?? client;
  const { host, port, path } = options.socket ?? {};
  const isSocket = typeof path === 'string';
  return {
    host: isSocket ? path : typeof host === 'string' ? host : 'localhost',
    port: isSocket ? undefined : typeof port === 'number' ? port : 6379,
    namespace: String(options.database ?? 0),
  };
};

const nameIn = (given: readonly unknown[]): string => operationOf(given[0]);

/** What a client sends when its socket is there, in front of all that waits. */
const isOwn = (name: string, { asap, chainId }: CommandOptions = {}): boolean =>
  (typeof chainId === 'symbol' && chainId.description === 'Socket Initiator') ||
  (asap === true && ofSetUp.has(name.toUpperCase()));

/**
 * Observes node-redis from where a command is encoded, which is when it is written, to where its reply settles the promise that
 * the queue has made for it. The channels of newer versions begin when it is put into the queue.
 */
export const createQueuePatches = ({
  calls,
  onFailure,
}: ClientTools): {
  readonly patchQueue: (exports: unknown) => Undo;
  readonly patchClient: (exports: unknown) => Undo;
  readonly patchEncoder: (exports: Methods) => Undo;
} => {
  /** By the array of its words, which the application may send again. */
  const waiting = new WeakMap<object, Pending[]>();
  /** For the time of one synchronous call: the client that sends. */
  let sending: Client | undefined;

  const enqueue = (queue: Queue, words: readonly unknown[], options: CommandOptions | undefined) => {
    if (isOwn(nameIn(words), options)) return undefined;
    if (sending !== undefined) queue[DATABASE] ??= databaseOf(sending);
    const pending: Pending = { caller: calls.caller(), database: queue[DATABASE], call: undefined };
    const same = waiting.get(words);
    if (same === undefined) waiting.set(words, [pending]);
    else same.push(pending);
    return pending;
  };

  /** Never written: it would be taken for the next one with these words. */
  const forget = (words: object, pending: Pending): void => {
    if (pending.call !== undefined) return;
    const same = waiting.get(words);
    const at = same?.indexOf(pending) ?? -1;
    if (at >= 0) same?.splice(at, 1);
  };

  const addCommand = (original: AnyFunction): AnyFunction =>
    function addCommand(this: Queue, ...parameters: unknown[]) {
      const [words, options] = parameters as [readonly unknown[], CommandOptions | undefined];
      let pending: Pending | undefined;
      try {
        if (Array.isArray(words)) pending = enqueue(this, words, options);
      } catch (error) {
        onFailure('redis', error);
      }
      const promise: unknown = Reflect.apply(original, this, parameters);
      if (pending === undefined || !(promise instanceof Promise)) return promise;
      const known = pending;
      // In its place, so that nobody's rejection is handled by us.
      return promise.then(
        reply => {
          calls.end(known.call);
          return reply;
        },
        (error: unknown) => {
          forget(words, known);
          calls.fail(known.call, error, codeOf(error));
          throw error;
        },
      );
    };

  const encode = (original: AnyFunction): AnyFunction =>
    function encodeCommand(this: unknown, ...parameters: unknown[]) {
      const encoded: unknown = Reflect.apply(original, this, parameters);
      try {
        const [words] = parameters;
        const pending = Array.isArray(words) ? waiting.get(words)?.shift() : undefined;
        if (pending !== undefined) {
          const operation = nameIn(words as readonly unknown[]);
          pending.call = calls.begin({
            system: 'redis',
            operation,
            waits: waitsFor(operation, words as readonly unknown[]),
            database: pending.database,
            caller: pending.caller ?? null,
          });
        }
      } catch (error) {
        onFailure('redis', error);
      }
      return encoded;
    };

  const sendCommand = (original: AnyFunction): AnyFunction =>
    function sendCommand(this: Client, ...parameters) {
      const outer = sending;
      sending = this;
      try {
        return Reflect.apply(original, this, parameters);
      } finally {
        sending = outer;
      }
    };

  return {
    patchQueue: exports => replaceMethods(prototypeOf(exports), { addCommand }),
    patchClient: exports => replaceMethods(prototypeOf(exports), { sendCommand }),
    patchEncoder: exports => replaceMethods(exports, { default: encode }),
  };
};
