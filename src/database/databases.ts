/** What all adapters of database clients share: a file of its own, read when the application loads the first client. */
import type { OnHookFailure } from '../instrumentations/module-patch.ts';
import type { RecordCall } from './call.ts';
import { type CallObserver, createCallObserver } from './call-observer.ts';
import { createDatabaseLabels } from './labels.ts';
import { createPoolMetrics, type PoolMetrics } from './pools.ts';
import { createSlowCalls, type SlowCallsOptions } from './slow-calls.ts';

export interface DatabasesOptions<Caller extends object> {
  /** Counts the call and makes its span; answers where it stands in a trace that is recorded. */
  readonly record: SlowCallsOptions<Caller>['record'];
  readonly slow: SlowCallsOptions<Caller>['slow'];
  readonly active: () => Caller | undefined;
  readonly onFailure: OnHookFailure;
}

export interface Databases {
  readonly callsOf: (client: string) => CallObserver;
  readonly pools: PoolMetrics;
}

export const createDatabases = <Caller extends object>(options: DatabasesOptions<Caller>): Databases => {
  const { active, onFailure } = options;
  const labels = createDatabaseLabels();
  const record: RecordCall<Caller> = createSlowCalls(options);
  return {
    callsOf: client => createCallObserver({ client, labels, record, active, onFailure }),
    pools: createPoolMetrics(error => onFailure('pools', error)),
  };
};
