import { after, before } from 'node:test';
import { clientLedgers } from '../ledgers.ts';
import { startMariadb } from '../mariadb-server.ts';
import { testMatrix } from '../matrix.ts';
import { ormLedgers } from '../orm-ledgers.ts';
import { type DatabaseServer, startPostgres } from '../postgres-server.ts';

interface Server extends DatabaseServer {
  /** What it has been sent, as its own log has it. */
  readonly statements?: readonly string[];
}

/** Servers of the clients that need one. */
const starts: Readonly<Record<string, () => Promise<Server | undefined>>> = {
  postgres: () => startPostgres({ logged: true }),
  mariadb: () => startMariadb(),
};

interface Client {
  /** `db.system.name` of its spans. */
  readonly system: string;
  /** Absent: the database is in the process. */
  readonly server?: string;
}

const clients: Readonly<Record<string, Client>> = {
  pg: { system: 'postgresql', server: 'postgres' },
  postgres: { system: 'postgresql', server: 'postgres' },
  pglite: { system: 'postgresql' },
  mysql2: { system: 'mysql', server: 'mariadb' },
  mariadb: { system: 'mariadb', server: 'mariadb' },
  'better-sqlite3': { system: 'sqlite' },
  'node-sqlite': { system: 'sqlite' },
};

/** Runs the cases of an ORM on each client that it supports and that has an adapter. */
export const testOrm = (cases: string): void => {
  const ledger = ormLedgers.find(orm => orm.cases === cases);
  if (ledger === undefined) throw new Error(`no ledger of ${cases}`);
  const adapters = ledger.clients.filter(name => clientLedgers.some(client => client.adapter === name));
  const needed = new Set(adapters.flatMap(adapter => clients[adapter]?.server ?? []));
  const running = new Map<string, Server>();
  before(async () => {
    for (const name of needed) {
      const server = await starts[name]?.();
      if (server !== undefined) running.set(name, server);
    }
  });
  after(async () => {
    for (const server of running.values()) await server.stop();
  });

  for (const adapter of adapters) {
    const { system = adapter, server } = clients[adapter] ?? {};
    const runningServer = (): Server | undefined => (server === undefined ? undefined : running.get(server));
    testMatrix({
      ...{ orm: ledger.name, cases, folder: 'orms', adapter, system },
      url: () => runningServer()?.url,
      isMissing: () => server !== undefined && runningServer() === undefined,
      ...(server === 'postgres' && { served: () => runningServer()?.statements }),
    });
  }
};
