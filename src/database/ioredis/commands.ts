import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ClientTools } from '../adapter.ts';
import type { OpenCall } from '../call-observer.ts';
import { prototypeOf } from '../class-prototype.ts';
import { codeOf, operationOf, waitsFor } from '../redis-commands.ts';

/** A command of ioredis, of which nothing is taken for granted. */
interface Command {
  readonly name?: unknown;
  readonly args?: unknown;
  resolve?: unknown;
  reject?: unknown;
  [OPEN]?: OpenCall | undefined;
  [CALLER]?: object | null | undefined;
  [IS_SEEN]?: boolean;
  [RESOLVE]?: unknown;
  [REJECT]?: unknown;
}

interface Redis {
  readonly status?: unknown;
  readonly condition?: { readonly select?: unknown; readonly handshake?: unknown } | null;
  readonly options?: {
    readonly host?: unknown;
    readonly port?: unknown;
    readonly path?: unknown;
  };
}

type Patch = (exports: unknown) => (() => void) | undefined;

const OPEN: unique symbol = Symbol('open call');
const CALLER: unique symbol = Symbol('caller');
/** It has come to be sent before, and waited. */
const IS_SEEN: unique symbol = Symbol('is seen');
/** What is called in place of the command's own, so that nothing is put around it twice. */
const RESOLVE: unique symbol = Symbol('resolve');
const REJECT: unique symbol = Symbol('reject');

const lost = new Error('The connection was lost, and the command is sent again');

const databaseOf = ({ options = {}, condition }: Redis) => ({
  host: typeof options.path === 'string' ? options.path : String(options.host ?? 'localhost'),
  port: typeof options.path !== 'string' && typeof options.port === 'number' ? options.port : undefined,
  namespace: condition?.select === undefined ? undefined : String(condition.select),
});

/**
 * Observes ioredis where a command is written, by itself or in a pipeline, and where it is answered. The channels of newer versions
 * hold a promise for it that is made before its reply is, tell of a command that is sent again once, and have no caller.
 */
export const createIoredisPatches = ({
  calls,
  onFailure,
}: ClientTools): Record<'patchCommand' | 'patchRedis' | 'patchEvents', Patch> => {
  /** For the time of one synchronous call: the connection that sends. */
  let sending: Redis | undefined;
  let sends: Command | undefined;
  /** For the time of one synchronous call: a connection is ready, and sends what it has been before. */
  let isRestoring = false;

  const isOwn = (redis: Redis, command: Command): boolean => {
    if (isRestoring) return command[IS_SEEN] !== true;
    // Newer versions say when they set a connection up; older ones send little else before it is ready.
    return redis.status === 'connect' && redis.condition?.handshake !== false;
  };

  const begin = (command: Command): void => {
    const redis = sends === command ? sending : undefined;
    const call = command[OPEN];
    if (call?.isOpen) calls.fail(call, lost);
    command[OPEN] = undefined;
    if (redis === undefined || isOwn(redis, command)) return;
    const operation = operationOf(command.name);
    command[OPEN] = calls.begin({
      system: 'redis',
      operation,
      waits: waitsFor(operation, Array.isArray(command.args) ? command.args : []),
      database: databaseOf(redis),
      caller: command[CALLER],
    });
    watch(command);
  };

  const watch = (command: Command): void => {
    const { resolve, reject } = command;
    if (typeof resolve !== 'function' || typeof reject !== 'function') return;
    if (resolve !== command[RESOLVE]) {
      command[RESOLVE] = command.resolve = (...values: unknown[]): unknown => {
        calls.end(command[OPEN]);
        return Reflect.apply(resolve, command, values);
      };
    }
    if (reject !== command[REJECT]) {
      command[REJECT] = command.reject = (...values: unknown[]): unknown => {
        const [error] = values;
        calls.fail(command[OPEN], error, codeOf(error));
        return Reflect.apply(reject, command, values);
      };
    }
  };

  const guarded = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      onFailure('ioredis', error);
    }
  };

  const toWritable = (original: AnyFunction): AnyFunction =>
    function toWritable(this: Command, ...parameters) {
      const written: unknown = Reflect.apply(original, this, parameters);
      guarded(() => begin(this));
      return written;
    };

  /** Called by the constructor, when the application asks. */
  const initPromise = (original: AnyFunction): AnyFunction =>
    function initPromise(this: Command, ...parameters) {
      // Again, when a pipeline is sent again.
      if (this[CALLER] === undefined) this[CALLER] = calls.caller() ?? null;
      return Reflect.apply(original, this, parameters);
    };

  const sendCommand = (original: AnyFunction): AnyFunction =>
    function sendCommand(this: Redis, ...parameters: unknown[]) {
      const outer = { sending, sends };
      sending = this;
      sends = parameters[0] as Command;
      try {
        return Reflect.apply(original, this, parameters);
      } finally {
        ({ sending, sends } = outer);
        const [command] = parameters;
        if (typeof command === 'object' && command !== null) (command as Command)[IS_SEEN] = true;
      }
    };

  const readyHandler = (original: AnyFunction): AnyFunction =>
    function readyHandler(this: unknown, ...parameters) {
      const onReady = Reflect.apply(original, this, parameters) as AnyFunction;
      return function (this: unknown, ...values: never[]) {
        const outer = isRestoring;
        isRestoring = true;
        try {
          return Reflect.apply(onReady, this, values);
        } finally {
          isRestoring = outer;
        }
      };
    };

  return {
    patchCommand: exports => replaceMethods(prototypeOf(exports), { toWritable, initPromise }),
    patchRedis: exports => replaceMethods(prototypeOf(exports), { sendCommand }),
    patchEvents: exports => replaceMethods(exports as Methods, { readyHandler }),
  };
};
