import type { DatabaseAdapter } from '../adapter.ts';
import { createMysqlPatches } from '../mysql/query.ts';

/** mysql, and everything that uses it. */
export const createPatch: DatabaseAdapter['createPatch'] = tools => {
  const { patchQuery, patchConnection } = createMysqlPatches(tools);
  return ({ file, exports }) =>
    file === 'lib/Connection.js' ? patchConnection(exports) : patchQuery(exports);
};
