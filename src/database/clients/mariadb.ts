import type { Methods } from '../../instrumentations/replace-methods.ts';
import type { DatabaseAdapter } from '../adapter.ts';
import { patchBundled } from '../mariadb/bundled.ts';
import { createCommandPatches } from '../mariadb/commands.ts';

/** Of an ES module the class is its default. */
const prototypeOf = (exports: unknown): Methods | undefined => {
  const of = typeof exports === 'function' ? exports : (exports as { readonly default?: unknown }).default;
  return typeof of === 'function' ? (of.prototype as Methods) : undefined;
};

/** MariaDB's own connector, by promises and by callbacks. */
export const createPatch: DatabaseAdapter['createPatch'] = tools => {
  const { patchConnection, patchPool } = createCommandPatches(tools);
  const guard = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      tools.onFailure('mariadb', error);
    }
  };
  return ({ file, exports }) => {
    if (file === 'lib/connection.js') return patchConnection(prototypeOf(exports));
    if (file === 'lib/pool.js') return patchPool(prototypeOf(exports));
    return patchBundled(exports as Methods, patchConnection, guard);
  };
};
