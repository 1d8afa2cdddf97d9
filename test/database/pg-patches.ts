import type { DatabaseCall } from '../../src/database/call.ts';
import { createCallObserver } from '../../src/database/call-observer.ts';
import { clientFiles } from '../../src/database/client-files.ts';
import { createPatch } from '../../src/database/clients/pg.ts';
import { createDatabaseLabels } from '../../src/database/labels.ts';
import type { Pools } from '../../src/database/pools.ts';
import type { ModulePatch, OnHookFailure } from '../../src/instrumentations/module-patch.ts';

/** What pg's adapter patches, with all that it records. */
export const pgPatches = <Caller extends object>(
  record: (call: DatabaseCall<Caller>) => void,
  onFailure: OnHookFailure,
  active: () => Caller | undefined = () => undefined,
  pools: Pools = { add: () => {} },
): readonly ModulePatch[] => {
  const calls = createCallObserver({
    ...{ client: 'pg', record, active, onFailure },
    labels: createDatabaseLabels(),
  });
  const patch = createPatch({ calls, onFailure, pools });
  return clientFiles
    .filter(({ client }) => client === 'pg')
    .map(({ client: _client, ...place }) => ({
      ...place,
      apply: exports => patch({ ...place, exports, folder: undefined }),
    }));
};
