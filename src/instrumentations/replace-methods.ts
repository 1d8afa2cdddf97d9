/** Shared by all copies of this package in a process, so that nothing is patched twice. */
const patchedKey: unique symbol = Symbol.for('@ykmake/monitoring.patched');

export type AnyFunction = (...parameters: never[]) => unknown;
export type Methods = Record<PropertyKey, unknown> & { [patchedKey]?: boolean };

/**
 * Replaces all of the methods, or none when one is missing or the target was patched before. Name and length
 * stay, because Express tells handlers apart by them. Returns what puts the originals back.
 */
export const replaceMethods = (
  target: Methods | undefined,
  replacements: Readonly<Record<PropertyKey, (original: AnyFunction) => AnyFunction>>,
): (() => void) | undefined => {
  // Its own: what it inherits from may be patched for other methods.
  if (target === undefined || Object.hasOwn(target, patchedKey)) return undefined;
  const originals = Reflect.ownKeys(replacements).map(name => [name, target[name]] as const);
  if (originals.some(([, original]) => typeof original !== 'function')) return undefined;
  const replaced = originals.map(([name, original]) => {
    const replacement = replacements[name]?.(original as AnyFunction);
    target[name] = Object.defineProperties(replacement, {
      length: { value: (original as AnyFunction).length, configurable: true },
      name: { value: (original as AnyFunction).name, configurable: true },
    });
    return [name, original, replacement] as const;
  });
  Object.defineProperty(target, patchedKey, { value: true, configurable: true });
  return () => {
    for (const [name, original, replacement] of replaced) {
      // Somebody who has wrapped ours since stays.
      if (target[name] === replacement) target[name] = original;
    }
    delete target[patchedKey];
  };
};
