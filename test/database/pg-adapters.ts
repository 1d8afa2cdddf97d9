import type { DatabaseAdapter } from '../../src/database/adapter.ts';
import type { DatabaseCall } from '../../src/database/call.ts';
import { type CallObserver, createCallObserver } from '../../src/database/call-observer.ts';
import { clientFiles, type DatabaseClient } from '../../src/database/client-files.ts';
import { createPatch as pglite } from '../../src/database/clients/pglite.ts';
import { createPatch as postgres } from '../../src/database/clients/postgres.ts';
import { createDatabaseLabels } from '../../src/database/labels.ts';
import type { ModulePatch } from '../../src/instrumentations/module-patch.ts';

const adapters: Readonly<Record<'pglite' | 'postgres', DatabaseAdapter['createPatch']>> = {
  pglite,
  postgres,
};

export interface ObservedAdapter {
  readonly patches: readonly ModulePatch[];
  /** The calls recorded since the last time, as `SELECT users failed`, in the order of their end. */
  readonly take: () => string[];
  /** The same, each as it was recorded. */
  readonly takeCalls: () => DatabaseCall<object>[];
}

/** What an adapter patches, with the ledger of what it records. Failures of its own end the test. */
export const observeAdapter = (
  client: DatabaseClient & keyof typeof adapters,
  active: () => object | undefined = () => undefined,
): ObservedAdapter => {
  let recorded: DatabaseCall<object>[] = [];
  const onFailure = (_hook: string, error: unknown): void => {
    throw error;
  };
  const calls: CallObserver = createCallObserver<object>({
    ...{ client, active, onFailure, labels: createDatabaseLabels() },
    record: call => recorded.push(call),
  });
  const patch = adapters[client]({ calls, onFailure, pools: { add: () => {} } });
  const takeCalls = (): DatabaseCall<object>[] => {
    const taken = recorded;
    recorded = [];
    return taken;
  };
  return {
    patches: clientFiles
      .filter(({ client: name }) => name === client)
      .map(({ client: _client, ...place }) => ({
        ...place,
        apply: (exports, folder) => patch({ ...place, exports, folder }),
      })),
    takeCalls,
    take: () =>
      takeCalls().map(({ operation, table, failed }) => `${operation} ${table}${failed ? ' failed' : ''}`),
  };
};
