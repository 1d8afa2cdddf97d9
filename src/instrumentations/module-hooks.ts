import path from 'node:path';
import { Hook } from 'require-in-the-middle';
import { createImportHook } from './import-hook.ts';
import type { ModulePatch, OnHookFailure } from './module-patch.ts';
import { createPatcher } from './patcher.ts';

export interface ModuleHooks {
  /** Applies each patch when the application loads its module. */
  readonly add: (patches: readonly ModulePatch[]) => void;
  /** Takes all of it back. */
  readonly stop: () => void;
}

/**
 * Waits for the modules that the application loads, wherever they are installed and whoever asks for them.
 *
 * `require` is hooked by require-in-the-middle. `import` is only listened to: see `createImportHook`.
 */
export const createModuleHooks = (onFailure: OnHookFailure): ModuleHooks => {
  const patcher = createPatcher(onFailure);
  const imports = createImportHook(patcher, onFailure);
  const hooks: { unhook(): void }[] = [];
  return {
    add: patches => {
      patcher.add(patches);
      imports.start();
      const modules = [...new Set(patches.map(patch => patch.module))];
      if (modules.length === 0) return;
      hooks.push(
        new Hook(modules, { internals: true }, <Exports>(exports: Exports, name: string, folder?: string) => {
          const loaded = name.split(path.sep).join('/');
          const own = patches.filter(
            ({ module, file }) => loaded === (file === undefined ? module : `${module}/${file}`),
          );
          return own.length === 0 ? exports : (patcher.apply(own, exports, folder) as Exports);
        }),
      );
    },
    stop: () => {
      imports.stop();
      for (const hook of hooks.splice(0)) hook.unhook();
      patcher.stop();
    },
  };
};
