import {
  dbConnectionsCount,
  dbConnectionsMax,
  dbConnectionsPending,
  type MetricDefinition,
} from '../catalog/metrics.ts';
import type { Family, Series } from '../metrics/family.ts';
import { pairLabels } from '../metrics/label-set.ts';

/** A pool as it is right now. */
export interface PoolState {
  /** `host:port/database`, without user and password. */
  readonly name: string;
  readonly used: number;
  readonly idle: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
  /** Connections that it may have; absent: no limit, or not known. */
  readonly max?: number | undefined;
}

/** Connection pools of the application, asked for their state when metrics are read. */
export interface Pools {
  /** Does not keep the pool alive. Of the same pool only the first counts. */
  readonly add: <Pool extends object>(pool: Pool, read: (pool: Pool) => PoolState | undefined) => void;
}

export interface PoolMetrics extends Pools {
  readonly families: () => readonly Family[];
}

/** Names beyond this share one series: pools that come and go, one for each tenant. */
const mostNames = 50;
const otherPools = 'other';

interface Known {
  readonly pool: WeakRef<object>;
  readonly read: () => PoolState | undefined;
}

/** Pools of one name, such as those of two copies of a client, are added up. */
export const createPoolMetrics = (onFailure: (error: unknown) => void): PoolMetrics => {
  const known = new Set<Known>();
  const added = new WeakSet<object>();
  const names = new Set<string>();

  const nameOf = (name: string): string => {
    if (names.has(name)) return name;
    if (names.size >= mostNames) return otherPools;
    names.add(name);
    return name;
  };

  const read = (): ReadonlyMap<string, PoolState> => {
    const states = new Map<string, PoolState>();
    for (const entry of known) {
      if (entry.pool.deref() === undefined) {
        known.delete(entry);
        continue;
      }
      try {
        const state = entry.read();
        if (state === undefined) continue;
        const name = nameOf(state.name);
        states.set(name, sumOf(states.get(name), state, name));
      } catch (error) {
        onFailure(error);
      }
    }
    return states;
  };

  return {
    add: (pool, readPool) => {
      if (added.has(pool)) return;
      added.add(pool);
      const reference = new WeakRef(pool);
      known.add({
        pool: reference,
        read: () => {
          const alive = reference.deref();
          return alive && readPool(alive);
        },
      });
    },
    families: () => {
      if (known.size === 0) return [];
      const states = [...read()];
      return [
        family(
          dbConnectionsCount,
          states.flatMap(([name, { used, idle }]) => [
            [[name, 'used'], used],
            [[name, 'idle'], idle],
          ]),
        ),
        family(
          dbConnectionsPending,
          states.map(([name, { waiting }]) => [[name], waiting]),
        ),
        family(
          dbConnectionsMax,
          states.flatMap(([name, { max }]) => (max === undefined ? [] : [[[name], max]])),
        ),
      ];
    },
  };
};

const sumOf = (one: PoolState | undefined, { used, idle, waiting, max }: PoolState, name: string) => ({
  name,
  used: used + (one?.used ?? 0),
  idle: idle + (one?.idle ?? 0),
  waiting: waiting + (one?.waiting ?? 0),
  max: one === undefined ? max : one.max !== undefined && max !== undefined ? one.max + max : undefined,
});

type Row = readonly [labels: readonly string[], value: number];

const family = ({ name, type, help, labels }: MetricDefinition, rows: readonly Row[]): Family => ({
  ...{ name, type, help },
  series: rows.map(([values, value]): Series => ({ labels: pairLabels(labels, values), value })),
});
