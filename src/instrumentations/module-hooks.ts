import path from 'node:path';
import { Hook } from 'require-in-the-middle';
import type { ModulePatch, OnHookFailure } from './module-patch.ts';

/**
 * Applies each patch when the application loads its module, and returns what takes all of it back.
 *
 * Only `require` is hooked. That also reaches what an ES module imports, as long as the patched file is
 * required by another CommonJS file (`lib/query.js` by `pg`): Node loads those through the CommonJS
 * loader. So no ES module loader hook has to be registered, which would slow every import and has made
 * early versions of Node 22 fail.
 */
export const installPatches = (patches: readonly ModulePatch[], onFailure: OnHookFailure): (() => void) => {
  const undo: (() => void)[] = [];
  const modules = [...new Set(patches.map(patch => patch.module))];
  const hook = new Hook(modules, { internals: true }, (exports, name) => {
    const loaded = name.split(path.sep).join('/');
    for (const patch of patches) {
      if (loaded !== (patch.file === undefined ? patch.module : `${patch.module}/${patch.file}`)) continue;
      try {
        const restore = patch.apply(exports);
        if (restore !== undefined) undo.push(restore);
      } catch (error) {
        onFailure(patch.module, error);
      }
    }
    return exports;
  });
  return () => {
    hook.unhook();
    for (const restore of undo.splice(0).reverse()) restore();
  };
};
