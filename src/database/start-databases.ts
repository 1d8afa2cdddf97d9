import type { ModulePatch, OnHookFailure } from '../instrumentations/module-patch.ts';
import type { DatabaseAdapter, PatchClient } from './adapter.ts';
import { clientFiles, type DatabaseClient } from './client-files.ts';
import type { Databases } from './databases.ts';

export interface DatabasesStartOptions {
  readonly isOn: (client: DatabaseClient) => boolean;
  /** Reads what all clients share, once. */
  readonly start: () => Databases;
  /** Reads the file of an adapter. */
  readonly load: (client: DatabaseClient) => DatabaseAdapter;
  readonly onFailure: OnHookFailure;
}

/** The patches that wait for the clients of databases: nothing of them is read before the application loads one. */
export const startDatabases = ({
  isOn,
  start,
  load,
  onFailure,
}: DatabasesStartOptions): readonly ModulePatch[] => {
  let databases: Databases | undefined;
  const patches = new Map<DatabaseClient, PatchClient>();
  const patchOf = (client: DatabaseClient): PatchClient => {
    const known = patches.get(client);
    if (known !== undefined) return known;
    databases ??= start();
    const { callsOf, pools } = databases;
    const patch = load(client).createPatch({ calls: callsOf(client), pools, onFailure });
    patches.set(client, patch);
    return patch;
  };
  return clientFiles
    .filter(({ client }) => isOn(client))
    .map(({ client, ...place }) => ({
      ...place,
      apply: (exports, folder) => patchOf(client)({ ...place, exports, folder }),
    }));
};
