import type { ClientLedger } from '../ledger.ts';

// Their sentences come with their adapters: a client is told of once settings name its adapter.
export const clients: readonly ClientLedger[] = [
  {
    name: 'better-sqlite3',
    adapter: 'better-sqlite3',
    database: 'SQLite, in the process',
    cases: ['better-sqlite3'],
    folders: ['databases', 'databases-older'],
    packages: ['better-sqlite3'],
    testedAgainst: 'itself',
    observedBy: 'the methods of its databases and statements',
    names: [],
    span: [],
    limits: [],
  },
  {
    name: 'node:sqlite',
    adapter: 'node-sqlite',
    database: 'SQLite, in the process',
    cases: ['node-sqlite'],
    folders: ['databases'],
    packages: [],
    testedAgainst: 'itself',
    observedBy: 'the methods of its databases and statements',
    names: [],
    span: [],
    limits: [],
  },
];
