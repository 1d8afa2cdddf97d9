import * as contract from '../catalog/metrics.ts';
import * as runtimeCatalog from '../catalog/runtime.ts';
import { type ActiveUsers, createActiveUsers } from './active-users/active-users.ts';
import type { Family } from './family.ts';
import { createRuntimeMetrics } from './runtime/runtime-metrics.ts';
import { createStore, type Store, type StoreOptions } from './store.ts';

export interface OwnMetricsOptions extends StoreOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** False: nobody reads them, so that the runtime is not watched. */
  readonly read: boolean;
}

export interface OwnMetrics {
  readonly store: Store;
  readonly activeUsers: ActiveUsers;
  /** Families that are there only once something has been loaded, such as a database client's. */
  readonly addFamilies: (read: () => readonly Family[]) => void;
  /** Whether a metric name is ours, so that an application's metric of that name is not shown. */
  isOurs(name: string): boolean;
  /** Every metric of ours with its values. */
  families(): readonly Family[];
  stop(): void;
}

const names = new Set(
  [...Object.values(contract), ...Object.values(runtimeCatalog)].map(definition => definition.name),
);

/** The metrics of the contract, of the runtime and of the package itself. */
export const createOwnMetrics = (options: OwnMetricsOptions): OwnMetrics => {
  const store = createStore(options);
  const activeUsers = createActiveUsers({
    now: options.now,
    onInvalid: reason => store.dropped.add(1, 'metrics', reason),
  });
  const later: (() => readonly Family[])[] = [];
  const runtime = options.read ? createRuntimeMetrics({ now: options.now }) : undefined;
  return {
    store,
    activeUsers,
    isOurs: name => names.has(name) || name.startsWith('monitoring_'),
    addFamilies: read => void later.push(read),
    families: () => [
      ...store.read(),
      activeUsers.family(),
      ...later.flatMap(read => read()),
      ...(runtime?.read() ?? []),
    ],
    stop: () => runtime?.stop(),
  };
};
