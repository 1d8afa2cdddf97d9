import type { DatabaseAdapter } from '../adapter.ts';
import { createPgCaller } from '../pg/caller.ts';
import { patchQuery } from '../pg/query.ts';
import type { Observation } from '../pg/query-calls.ts';
import { watchSubmittable } from '../pg/submittable.ts';

/** pg, and everything that uses it. */
export const createPatch: DatabaseAdapter['createPatch'] = tools => {
  const caller = createPgCaller(tools);
  return ({ module, file, exports }) => {
    if (module === 'pg-pool') return caller.patchPool(exports);
    if (file !== 'lib/client.js') return patchQuery(exports, tools, caller);
    const observation: Observation = { active: true };
    const undo = caller.patchClient(exports, given => {
      if (observation.active) watchSubmittable(given, tools, caller, observation);
    });
    return (
      undo &&
      (() => {
        observation.active = false;
        undo();
      })
    );
  };
};
