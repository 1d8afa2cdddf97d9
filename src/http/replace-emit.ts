export type Emit = (this: Emitter, event: string | symbol, ...values: unknown[]) => boolean;
export interface Emitter {
  emit: Emit;
  listenerCount: (event: string | symbol) => number;
}

/**
 * Replaces the method `emit` of an object or a prototype. Returns what puts the original back.
 *
 * @param replace gets what has the original, to be asked for it each time: others may replace what is inherited after us,
 *   as `node:domain` does
 */
export const replaceEmit = (
  target: Emitter,
  replace: (above: Pick<Emitter, 'emit'>) => Emit,
): (() => void) => {
  const own = Object.getOwnPropertyDescriptor(target, 'emit');
  const replacement = replace(own === undefined ? Object.getPrototypeOf(target) : { emit: target.emit });
  Object.defineProperty(target, 'emit', {
    value: replacement,
    configurable: true,
    writable: true,
    enumerable: false,
  });
  return () => {
    // Somebody who has wrapped ours since stays; ours only passes on then.
    if (Object.getOwnPropertyDescriptor(target, 'emit')?.value !== replacement) return;
    if (own === undefined) Reflect.deleteProperty(target, 'emit');
    else Object.defineProperty(target, 'emit', own);
  };
};
