import type { DatabaseAdapter } from '../adapter.ts';
import { createPgCaller } from '../pg/caller.ts';
import { patchQuery } from '../pg/query.ts';

/** pg, and everything that uses it. */
export const createPatch: DatabaseAdapter['createPatch'] = ({ calls, onFailure }) => {
  const caller = createPgCaller(calls, onFailure);
  return ({ module, file, exports }) => {
    if (module === 'pg-pool') return caller.patchPool(exports);
    return file === 'lib/client.js'
      ? caller.patchClient(exports)
      : patchQuery(exports, { calls, onFailure }, caller);
  };
};
