import type { DatabaseAdapter, PatchClient } from '../../src/database/adapter.ts';
import type { DatabaseCall } from '../../src/database/call.ts';
import { createCallObserver } from '../../src/database/call-observer.ts';
import { createDatabaseLabels } from '../../src/database/labels.ts';

export interface ObservedClient {
  readonly patch: PatchClient;
  /** The calls recorded since the last time, as `SELECT users failed`, in the order of their end. */
  readonly take: () => string[];
  /** The same, each as it was recorded. */
  readonly takeCalls: () => DatabaseCall<object>[];
  /** What failed in our own code since the last time. */
  readonly takeFailures: () => unknown[];
}

export interface ObservedClientOptions {
  readonly active?: () => object | undefined;
  /** Instead of the ledger of calls. */
  readonly begin?: () => never;
}

/** An adapter with the ledger of what it records. */
export const observeClient = (
  createPatch: DatabaseAdapter['createPatch'],
  { active = () => undefined, begin }: ObservedClientOptions = {},
): ObservedClient => {
  const recorded: DatabaseCall<object>[] = [];
  const failures: unknown[] = [];
  const onFailure = (_hook: string, error: unknown): void => void failures.push(error);
  const calls = createCallObserver<object>({
    ...{ client: 'client', active, onFailure, labels: createDatabaseLabels() },
    record: call => recorded.push(call),
  });
  const takeCalls = (): DatabaseCall<object>[] => recorded.splice(0);
  return {
    patch: createPatch({
      ...{ calls: begin === undefined ? calls : { ...calls, begin }, onFailure },
      pools: { add: () => {} },
    }),
    takeCalls,
    take: () =>
      takeCalls().map(({ operation, table, failed }) => `${operation} ${table}${failed ? ' failed' : ''}`),
    takeFailures: () => failures.splice(0),
  };
};
