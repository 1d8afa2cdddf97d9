import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';

type Replacements = Readonly<Record<PropertyKey, (original: AnyFunction) => AnyFunction>>;

export interface Prototypes {
  /** Patches what an object inherits, once. Classes that nobody exports are only reached through an object of theirs. */
  readonly patch: (instance: object, replacements: Replacements) => void;
  readonly undo: () => void;
}

export const createPrototypes = (): Prototypes => {
  const seen = new Set<object>();
  const undo: (() => void)[] = [];
  let isOver = false;
  return {
    patch: (instance, replacements) => {
      const prototype = Object.getPrototypeOf(instance) as Methods;
      if (isOver || seen.has(prototype)) return;
      seen.add(prototype);
      const restore = replaceMethods(prototype, replacements);
      if (restore !== undefined) undo.push(restore);
    },
    undo: () => {
      isOver = true;
      for (const restore of undo.splice(0)) restore();
    },
  };
};
