import { after, before } from 'node:test';
import { clientLedgers } from '../ledgers.ts';
import { testMatrix } from '../matrix.ts';
import { ormLedgers } from '../orm-ledgers.ts';
import { type PostgresServer, startPostgres } from '../postgres-server.ts';

/** Runs the cases of an ORM on each client that it supports and that has an adapter. */
export const testOrm = (cases: string): void => {
  const ledger = ormLedgers.find(orm => orm.cases === cases);
  if (ledger === undefined) throw new Error(`no ledger of ${cases}`);
  const clients = ledger.clients.filter(client => clientLedgers.some(({ adapter }) => adapter === client));

  let postgres: PostgresServer | undefined;
  before(async () => {
    if (clients.some(client => systems[client] === 'postgresql'))
      postgres = await startPostgres({ logged: true });
  });
  after(() => postgres?.stop());

  for (const client of clients)
    testMatrix({
      ...{ orm: ledger.name, cases, folder: 'orms', adapter: client, system: systems[client] ?? client },
      ...(client === 'pg' || client === 'postgres'
        ? { url: () => postgres?.url, served: () => postgres?.statements }
        : { url: () => undefined }),
    });
};

/** `db.system.name` of each client. */
const systems: Readonly<Record<string, string>> = {
  pg: 'postgresql',
  postgres: 'postgresql',
  pglite: 'postgresql',
  mysql2: 'mysql',
  mariadb: 'mariadb',
  'better-sqlite3': 'sqlite',
  'node-sqlite': 'sqlite',
};
