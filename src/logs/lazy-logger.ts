import type { Logger } from './logger/logger.ts';

/** What may be taken off the logger before anything is logged: `const { info } = logger`. */
const calls: ReadonlySet<string> = new Set([
  'error',
  'warn',
  'info',
  'http',
  'verbose',
  'debug',
  'silly',
  'log',
  'child',
]);

type Functions = Readonly<Record<string, (...values: readonly unknown[]) => unknown>>;

/**
 * Stands for a logger that is made at its first use. To import it, to look at it, to take its methods off it, makes
 * nothing.
 *
 * @param make the logger, the same one every time
 */
export const createLazyLogger = (make: () => Logger): Logger => {
  let made: Logger | undefined;
  const logger = (): Logger => {
    made ??= make();
    return made;
  };
  /** Bound to the logger, so that they do not ask us for each of its properties; and what they were bound from. */
  const bound = new Map<string, { readonly from: unknown; readonly call: unknown }>();

  const call = (name: string): unknown => {
    if (made === undefined)
      return (...values: readonly unknown[]) => (logger() as unknown as Functions)[name]?.(...values);
    const from: unknown = Reflect.get(made, name);
    const known = bound.get(name);
    if (known?.from === from) return known?.call;
    // Only what we have made is: a test's spy has properties of its own.
    if (typeof from !== 'function' || known !== undefined) return from;
    const first = { from, call: from.bind(made) as unknown };
    bound.set(name, first);
    return first.call;
  };

  const lazy: Logger = new Proxy({} as Logger, {
    get: (target, name, receiver) => {
      // Not for who inherits from it, as winston's children do: their calls are their own.
      if (receiver === lazy && typeof name === 'string' && calls.has(name)) return call(name);
      // Symbols and `then` are asked for by whoever looks what it is.
      if (made === undefined && (typeof name === 'symbol' || name === 'then' || name in target)) {
        return Reflect.get(target, name);
      }
      return Reflect.get(logger(), name);
    },
    set: (_target, name, value) => Reflect.set(logger(), name, value),
    has: (target, name) => name in (made ?? (typeof name === 'symbol' ? target : logger())),
    defineProperty: (_target, name, descriptor) =>
      Reflect.defineProperty(logger(), name, { ...descriptor, configurable: true }),
    deleteProperty: (_target, name) => Reflect.deleteProperty(logger(), name),
    getPrototypeOf: target => Reflect.getPrototypeOf(made ?? target),
  });
  return lazy;
};
