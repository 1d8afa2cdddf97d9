import type { PoolState } from '../pools.ts';

/** The parts of pg-pool and of its clients that are read here; nothing in them is taken for granted. */
export interface Pool {
  readonly options?: { readonly max?: unknown };
  /** All clients, those that still connect too. */
  readonly _clients?: unknown;
  readonly totalCount?: unknown;
  readonly idleCount?: unknown;
  readonly waitingCount?: unknown;
  readonly ended?: unknown;
  [NAME]?: string;
}

interface Client {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
  readonly _connected?: unknown;
}

const NAME: unique symbol = Symbol('name of the pool');

const clientsOf = ({ _clients: clients }: Pool): readonly Client[] =>
  Array.isArray(clients) ? (clients as readonly Client[]) : [];

/**
 * Names the pool by its first client, which has read addresses and environment as pg does: what a pool was made with
 * says less, and may hold a password. `undefined`: it has had none yet.
 */
export const namePool = (pool: Pool): string | undefined => {
  const known = pool[NAME];
  if (known !== undefined) return known;
  const [client] = clientsOf(pool);
  if (typeof client?.host !== 'string') return undefined;
  const name = `${client.host}:${client.port}/${client.database}`;
  Object.defineProperty(pool, NAME, { value: name });
  return name;
};

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** A pool that has ended has none. A client that connects is neither used nor idle. */
export const readPool = (pool: Pool): PoolState | undefined => {
  const name = namePool(pool);
  if (name === undefined || pool.ended === true) return undefined;
  const connecting = clientsOf(pool).filter(client => client._connected === false).length;
  const idle = numberOf(pool.idleCount);
  return {
    name,
    idle,
    used: Math.max(0, numberOf(pool.totalCount) - idle - connecting),
    waiting: numberOf(pool.waitingCount),
    max: typeof pool.options?.max === 'number' ? pool.options.max : undefined,
  };
};
