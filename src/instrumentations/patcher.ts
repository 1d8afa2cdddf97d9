import { types } from 'node:util';
import type { ModulePatch, OnHookFailure } from './module-patch.ts';

type Exports = Record<string, unknown>;

export interface Patcher {
  readonly add: (patches: readonly ModulePatch[]) => void;
  /** The patches for a package, or for one of Node.js' own modules. */
  readonly patchesOf: (module: string) => readonly ModulePatch[];
  /**
   * Applies patches to the file that they are for. What goes wrong in one is told, and the others go on.
   *
   * @returns the exports to hand on: the same object wherever its properties can be written
   */
  readonly apply: (patches: readonly ModulePatch[], exports: unknown, folder?: string) => unknown;
  readonly stop: () => void;
}

export const createPatcher = (onFailure: OnHookFailure): Patcher => {
  const byModule = new Map<string, ModulePatch[]>();
  const undo: (() => void)[] = [];

  const applyOne = (patch: ModulePatch, exports: unknown, folder: string | undefined): unknown => {
    if (patch.replaces === undefined) {
      const restore = patch.apply(exports, folder);
      if (restore !== undefined) undo.push(restore);
      return exports;
    }
    const view = viewOf(exports, patch.replaces);
    const before = { ...view };
    const restore = patch.apply(view, folder);
    if (restore !== undefined) undo.push(restore);
    const replaced = Object.entries(view).filter(([name, value]) => value !== before[name]);
    return replaced.reduce((handedOn, [name, value]) => replaceExport(handedOn, name, value), exports);
  };

  return {
    add: patches => {
      for (const patch of patches) byModule.set(patch.module, [...(byModule.get(patch.module) ?? []), patch]);
    },
    patchesOf: module => byModule.get(module) ?? [],
    apply: (patches, exports, folder) => {
      let handedOn = exports;
      for (const patch of patches) {
        try {
          handedOn = applyOne(patch, handedOn, folder);
        } catch (error) {
          onFailure(patch.module, error);
        }
      }
      return handedOn;
    },
    stop: () => {
      byModule.clear();
      for (const restore of undo.splice(0).reverse()) restore();
    },
  };
};

/** What a module exports as a whole, by `module.exports =`, is `default`, as it is for an `import`. */
const viewOf = (exports: unknown, names: readonly string[]): Exports =>
  Object.fromEntries(
    names.map(name => {
      const value = (exports as Exports | null | undefined)?.[name];
      return [name, name === 'default' && value === undefined ? exports : value];
    }),
  );

/** In place where that is possible: others may hold the object already. Else in a copy. */
const replaceExport = (exports: unknown, name: string, value: unknown): unknown => {
  if (name === 'default' && (exports as Exports).default === undefined) return value;
  // Of an ES module that was required.
  if (types.isModuleNamespaceObject(exports)) return { ...(exports as Exports), [name]: value };
  const known = Object.getOwnPropertyDescriptor(exports as Exports, name);
  const replacement = { value, enumerable: known?.enumerable ?? true, configurable: true, writable: true };
  if (known === undefined || known.configurable || known.writable) {
    Object.defineProperty(exports as Exports, name, known?.configurable ? replacement : { value });
    return exports;
  }
  const descriptors = Object.getOwnPropertyDescriptors(exports as Exports);
  return Object.create(Object.getPrototypeOf(exports), { ...descriptors, [name]: replacement });
};
