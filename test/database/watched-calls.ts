import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { DatabaseAdapter } from '../../src/database/adapter.ts';
import { createCallObserver } from '../../src/database/call-observer.ts';
import { clientFiles, type DatabaseClient } from '../../src/database/client-files.ts';
import { createDatabaseLabels } from '../../src/database/labels.ts';
import { root } from '../child.ts';

/** Who asks, as a trace would say it. */
export const asking: AsyncLocalStorage<{ readonly who: string }> = new AsyncLocalStorage();

export interface WatchedCalls {
  /** `SELECT users`, `SELECT users failed 0x2200` and who asked, in the order of their end, since the last time. */
  readonly take: () => readonly string[];
  readonly undo: () => void;
}

/** The client as it is installed in the fixture, where the adapter patches it. */
export const requireClient: NodeJS.Require = createRequire(
  path.join(root, 'test/fixtures/databases/package.json'),
);

/** Patches a client in this process, and tells what it records. A failure of our own ends the test. */
export const watchCalls = (
  client: DatabaseClient,
  createPatch: DatabaseAdapter['createPatch'],
): WatchedCalls => {
  const taken: string[] = [];
  const onFailure = (_hook: string, error: unknown): void => {
    throw error;
  };
  const calls = createCallObserver<{ readonly who: string }>({
    client,
    labels: createDatabaseLabels(),
    record: ({ operation, table, failed, code, caller }) => {
      taken.push(
        [
          operation,
          table,
          ...(failed ? ['failed'] : []),
          ...(code === undefined ? [] : [code]),
          `by ${caller?.who ?? 'nobody'}`,
        ].join(' '),
      );
    },
    active: () => asking.getStore(),
    onFailure,
  });
  const patch = createPatch({ calls, onFailure, pools: { add: () => {} } });
  const undo = clientFiles
    .filter(place => place.client === client)
    .map(({ client: _client, ...place }) => {
      const file = place.file === undefined ? place.module : `${place.module}/${place.file}`;
      const undone = patch({ ...place, exports: requireClient(file), folder: undefined });
      assert.ok(undone !== undefined, `${file} was not patched`);
      return undone;
    });
  return {
    take: () => taken.splice(0),
    undo: () => {
      for (const step of undo) step();
    },
  };
};
