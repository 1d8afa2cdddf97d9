import type { Methods } from '../../instrumentations/replace-methods.ts';
import type { DatabaseAdapter } from '../adapter.ts';
import { prototypeOf } from '../class-prototype.ts';
import { patchBundled } from '../mariadb/bundled.ts';
import { createCommandPatches } from '../mariadb/commands.ts';

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
