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
    names: ['From the statement, as SQLite reads it.'],
    span: [
      '`run`, `get`, `all` and `exec` are one call each, several statements in one `exec` too; `prepare` is none. `iterate` ends when it is exhausted, left or failing, with the time that the application takes between rows.',
    ],
    limits: [
      '`transaction()` shows the `BEGIN`, `COMMIT`, `ROLLBACK`, `SAVEPOINT` and `RELEASE` that it runs; `pragma` its statement.',
      'An iterator that is dropped halfway is never counted. `backup` and `serialize` are not seen.',
      'What the library refuses itself is no call: a closed database, parameters that do not fit. Errors of a function of the application that look the same are left out, too.',
      'There is no database on their spans: names of files stay in the process.',
    ],
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
    names: ['From the statement, as SQLite reads it.'],
    span: ['As of `better-sqlite3`.'],
    limits: [
      'An iterator that is dropped halfway is never counted. Statements of a tag store are. `backup` and sessions are not seen.',
      'What the library refuses itself is no call: a closed database, parameters that do not fit. Errors of a function of the application that look the same are left out, too.',
      'There is no database on their spans: names of files stay in the process.',
    ],
  },
];
