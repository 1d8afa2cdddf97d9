import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';

interface Emitter {
  readonly on: (event: string, listener: (this: object, ...values: never[]) => void) => unknown;
  readonly off: (event: string, listener: (...values: never[]) => void) => unknown;
}

type Undo = () => void;

const isEmitter = (value: unknown): value is Emitter =>
  typeof value === 'object' && value !== null && 'on' in value && 'off' in value;

const nothing = (): void => {};

/** The connection that a wrapper of the connector hides: it is who tells of new listeners. */
const hiddenIn = (wrapper: Emitter): object | undefined => {
  let hidden: object | undefined;
  const onListener = function (this: object): void {
    hidden = this;
  };
  wrapper.on('newListener', onListener);
  wrapper.on('end', nothing);
  wrapper.off('end', nothing);
  wrapper.off('newListener', onListener);
  return hidden;
};

/**
 * From version 3.5 on, what is required is one file for all, whose classes nobody can get at but through the first
 * connection. A cluster's are seen once there was one of another kind.
 *
 * @param patchConnection gets the prototype of its connections
 */
export const patchBundled = (
  exports: Methods,
  patchConnection: (prototype: Methods) => Undo | undefined,
  guard: (run: () => void) => void,
): Undo | undefined => {
  const undo: Undo[] = [];
  let isReached = false;
  const reach = (wrapper: unknown): void =>
    guard(() => {
      if (isReached || !isEmitter(wrapper)) return;
      const connection = 'addCommandEnable' in wrapper ? wrapper : hiddenIn(wrapper);
      if (connection === undefined) return;
      isReached = true;
      const restore = patchConnection(Object.getPrototypeOf(connection) as Methods);
      if (restore !== undefined) undo.push(restore);
    });

  const createConnection = (original: AnyFunction): AnyFunction =>
    function createConnection(this: unknown, ...parameters) {
      const connection = Reflect.apply(original, this, parameters);
      if (isReached || !(connection instanceof Promise)) {
        reach(connection);
        return connection;
      }
      // Its own successor, so that a rejection is as unhandled as it was.
      return connection.then(connected => {
        reach(connected);
        return connected;
      });
    };

  const createPool = (original: AnyFunction): AnyFunction =>
    function createPool(this: unknown, ...parameters) {
      const pool: unknown = Reflect.apply(original, this, parameters);
      guard(() => {
        if (isReached || !isEmitter(pool)) return;
        // Comes before its first use, and with the connection itself.
        const onAcquired = (connection: never): void => {
          reach(connection);
          pool.off('acquire', onAcquired);
        };
        pool.on('acquire', onAcquired);
      });
      return pool;
    };

  const replacements = { createConnection, createPool };
  const { default: byDefault } = exports;
  const restores = [
    replaceMethods(exports, replacements),
    typeof byDefault === 'object' && byDefault !== null
      ? replaceMethods(byDefault as Methods, replacements)
      : undefined,
  ];
  if (restores[0] === undefined) return undefined;
  return () => {
    for (const restore of [...restores, ...undo]) restore?.();
  };
};
