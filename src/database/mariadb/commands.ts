import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { ClientTools } from '../adapter.ts';
import type { OpenCall } from '../call-observer.ts';
import { createHandedOver } from '../handed-over.ts';
import { type AddressOptions, databaseOf } from '../mysql-address.ts';

/** A command of the connector, of which nothing is taken for granted. */
interface Command {
  readonly sql?: unknown;
  /** Of an execution: what was prepared. */
  readonly prepare?: { readonly query?: unknown } | undefined;
  /** Of a preparation: the execution that is sent with it, and fails with it. */
  readonly executeCommand?: unknown;
  [OPEN]?: OpenCall | undefined;
  [CALLER]?: object | null | undefined;
  [IS_STARTING]?: boolean;
  [PREPARES]?: boolean;
  [IS_OWN]?: boolean;
}

interface Connection {
  readonly status?: unknown;
}

/** What the server has said of itself and the session. */
interface Info {
  readonly database?: unknown;
}

type Connected = (...results: unknown[]) => unknown;
type Patch = (prototype: Methods | undefined) => (() => void) | undefined;

const OPEN: unique symbol = Symbol('open call');
const CALLER: unique symbol = Symbol('caller');
const IS_STARTING: unique symbol = Symbol('is starting');
const PREPARES: unique symbol = Symbol('prepares');
/** It is the connector's own. */
const IS_OWN: unique symbol = Symbol('is own');

/** The status of a connection that sets itself up: character set, time zone, what the options say. */
const preparing = 4;

/**
 * Observes the commands of the connector from where they are written (`start`) to where they have succeeded or failed. With
 * pipelining several of a connection are at the wire at once; what has not started when a connection is lost never was.
 */
export const createCommandPatches = ({
  calls,
  onFailure,
}: ClientTools): Record<'patchConnection' | 'patchPool', Patch> => {
  const { asking, asWaiting } = createHandedOver(calls);

  const begin = (command: Command, options: AddressOptions, info: Info | undefined): OpenCall | undefined => {
    if (command[IS_OWN]) return undefined;
    try {
      const statement = command.sql ?? command.prepare?.query;
      // A ping, a reset, the end of a statement or of the connection.
      if (typeof statement !== 'string') return undefined;
      return calls.begin({
        system: 'mariadb',
        text: statement,
        caller: command[CALLER],
        database: databaseOf(options, info?.database),
      });
    } catch (error) {
      onFailure('mariadb', error);
      return undefined;
    }
  };

  const starting =
    (prepares: boolean) =>
    (original: AnyFunction): AnyFunction =>
      function start(this: Command, out: unknown, options: AddressOptions, info: Info | undefined) {
        // A stream's own is called by that of its class.
        if (this[IS_STARTING]) return Reflect.apply(original, this, [out, options, info]);
        const call = begin(this, options, info);
        this[OPEN] = call;
        this[IS_STARTING] = true;
        if (prepares) this[PREPARES] = true;
        let isSent = false;
        try {
          const result = Reflect.apply(original, this, [out, options, info]);
          isSent = true;
          return result;
        } finally {
          this[IS_STARTING] = false;
          if (!isSent) calls.drop(call);
        }
      };

  /** What ends while it starts was never sent: bad parameters, or a statement that is prepared already. */
  const end = (command: Command, failed: boolean, error?: unknown): void => {
    const call = command[OPEN];
    if (call === undefined) return;
    const isNone =
      command[IS_STARTING] || (command[PREPARES] && (!failed || command.executeCommand !== undefined));
    if (isNone) calls.drop(call);
    else if (failed) calls.fail(call, error);
    else calls.end(call);
  };

  const successEnd = (original: AnyFunction): AnyFunction =>
    function successEnd(this: Command, ...parameters) {
      end(this, false);
      return Reflect.apply(original, this, parameters);
    };

  const throwError = (original: AnyFunction): AnyFunction =>
    function throwError(this: Command, ...parameters) {
      end(this, true, parameters[0]);
      return Reflect.apply(original, this, parameters);
    };

  /** Is what makes the error, of which only the number is given. */
  const throwUnexpectedError = (original: AnyFunction): AnyFunction =>
    function throwUnexpectedError(this: Command, ...parameters) {
      const error = Reflect.apply(original, this, parameters);
      end(this, true, error);
      return error;
    };

  const undo: (() => void)[] = [];
  const known = new WeakSet<object>();
  /** The class of a command and those it inherits from, when there is the first of it. */
  const patchClass = (prototype: Methods | null): void => {
    if (prototype === null || prototype === Object.prototype || known.has(prototype)) return;
    known.add(prototype);
    const isOwn = (name: string): boolean => Object.hasOwn(prototype, name);
    const restore = isOwn('successEnd')
      ? replaceMethods(prototype, { successEnd, throwError, throwUnexpectedError })
      : isOwn('start')
        ? replaceMethods(prototype, { start: starting(isOwn('successPrepare')) })
        : undefined;
    if (restore !== undefined) undo.push(restore);
    patchClass(Object.getPrototypeOf(prototype) as Methods | null);
  };

  const take = (command: Command, { status }: Connection): void => {
    try {
      patchClass(Object.getPrototypeOf(command) as Methods);
      // Again, when it is let go from where it waited for the connection to be set up.
      if (command[CALLER] === undefined) command[CALLER] = asking();
      if (status === preparing) command[IS_OWN] = true;
    } catch (error) {
      onFailure('mariadb', error);
    }
  };

  const adding = (original: AnyFunction): AnyFunction =>
    function addCommand(this: Connection, ...parameters: unknown[]) {
      const [command] = parameters;
      if (typeof command === 'object' && command !== null) take(command, this);
      return Reflect.apply(original, this, parameters);
    };

  const getConnection = (original: AnyFunction): AnyFunction =>
    function getConnection(this: unknown, ...parameters: unknown[]) {
      const connected = parameters.at(-1);
      if (typeof connected !== 'function') return Reflect.apply(original, this, parameters);
      return Reflect.apply(original, this, [...parameters.slice(0, -1), asWaiting(connected as Connected)]);
    };

  return {
    patchPool: prototype => replaceMethods(prototype, { getConnection }),
    patchConnection: prototype => {
      const restore = replaceMethods(prototype, {
        addCommandQueue: adding,
        addCommandEnable: adding,
        addCommandEnablePipeline: adding,
      });
      return (
        restore &&
        (() => {
          restore();
          for (const step of undo.splice(0)) step();
        })
      );
    },
  };
};
