import type { DatabaseAdapter } from '../adapter.ts';
import { createCommandPatches } from '../mysql2/commands.ts';
import { connectionOf, createConnectionPatches } from '../mysql2/connections.ts';

/** mysql2, and everything that uses it. */
export const createPatch: DatabaseAdapter['createPatch'] = tools => {
  const { patchQuery, patchPrepare } = createCommandPatches(tools, connectionOf);
  const { patchConnection, patchPool } = createConnectionPatches(tools);
  return ({ file = '', exports }) => {
    if (file.endsWith('connection.js')) return patchConnection(exports);
    if (file.endsWith('pool.js')) return patchPool(exports);
    return file.endsWith('prepare.js') ? patchPrepare(exports) : patchQuery(exports);
  };
};
