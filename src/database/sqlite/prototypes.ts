import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';

type Replacements = Readonly<Record<PropertyKey, (original: AnyFunction) => AnyFunction>>;

export interface Prototypes {
  /** Patches what an object inherits, once, or else its own. Classes that nobody exports are only reached through an object of theirs. */
  readonly patch: (instance: object, replacements: Replacements) => void;
  readonly undo: () => void;
}

export const createPrototypes = (): Prototypes => {
  const seen = new Set<object>();
  const undo: (() => void)[] = [];
  let isOver = false;
  return {
    patch: (instance, replacements) => {
      // Iterators of early versions of Node.js 22 have methods of their own, and inherit those of all iterators.
      if (Reflect.ownKeys(replacements).every(name => Object.hasOwn(instance, name))) {
        if (!isOver) replaceMethods(instance as Methods, replacements);
        return;
      }
      const prototype = Object.getPrototypeOf(instance) as Methods;
      if (isOver || seen.has(prototype)) return;
      const [name = ''] = Reflect.ownKeys(replacements);
      // In the first versions of Node.js 22 an iterator has its methods itself, and inherits what is everybody's.
      if (Object.hasOwn(instance, name)) {
        replaceMethods(instance as Methods, replacements);
        return;
      }
      if (!Object.hasOwn(prototype, name)) return;
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
