import type { ClientLedger } from '../ledger.ts';

const server = 'a real MariaDB 10.11';

// Their sentences come with their adapters: a client is told of once settings name its adapter.
export const clients: readonly ClientLedger[] = [
  {
    name: 'mysql2',
    adapter: 'mysql2',
    database: 'MySQL, MariaDB',
    cases: ['mysql2'],
    folders: ['databases', 'databases-older', 'databases-oldest'],
    packages: ['mysql2'],
    testedAgainst: server,
    observedBy: 'the commands that its connections send',
    names: [],
    span: [],
    limits: [],
  },
  {
    name: 'mysql',
    adapter: 'mysql',
    database: 'MySQL, MariaDB',
    cases: ['mysql'],
    folders: ['databases'],
    packages: ['mysql'],
    testedAgainst: server,
    observedBy: 'the commands that its connections send',
    names: [],
    span: [],
    limits: [],
  },
  {
    name: 'mariadb',
    adapter: 'mariadb',
    database: 'MariaDB, MySQL',
    cases: ['mariadb'],
    folders: ['databases', 'databases-older'],
    packages: ['mariadb'],
    testedAgainst: server,
    observedBy: 'the commands that its connections send',
    names: [],
    span: [],
    limits: [],
  },
];
