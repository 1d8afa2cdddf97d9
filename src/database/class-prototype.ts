import type { Methods } from '../instrumentations/replace-methods.ts';

/** Of the class that a file exports, as a whole or as its default. */
export const prototypeOf = (exports: unknown): Methods | undefined => {
  const of = (exports as { readonly default?: unknown } | null | undefined)?.default ?? exports;
  return typeof of === 'function' ? (of.prototype as Methods) : undefined;
};
