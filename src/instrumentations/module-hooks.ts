import { createRequire } from 'node:module';
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
          const waiting = patches.filter(
            ({ module }) => loaded === module || loaded.startsWith(`${module}/`),
          );
          const main = waiting.some(({ module, file }) => loaded === module && file !== undefined)
            ? mainOf(loaded, folder)
            : undefined;
          const own = waiting.filter(({ module, file }) => {
            if (file === undefined) return loaded === module;
            return loaded === `${module}/${file}` || (loaded === module && file === main);
          });
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

/** Of the file that a package's name stands for, the hook of `require` tells that name only. */
const mainOf = (module: string, folder: string | undefined): string | undefined => {
  if (folder === undefined) return undefined;
  try {
    const main = createRequire(path.join(folder, 'package.json')).resolve(module);
    return path.relative(folder, main).split(path.sep).join('/');
  } catch {
    return undefined;
  }
};
