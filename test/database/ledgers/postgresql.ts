import type { ClientLedger } from '../ledger.ts';

const server = 'a real PostgreSQL 15';

export const clients: readonly ClientLedger[] = [
  {
    name: 'pg',
    adapter: 'pg',
    database: 'PostgreSQL',
    cases: ['pg'],
    folders: ['databases', 'databases-older', 'databases-oldest'],
    packages: ['pg', 'pg-cursor', 'pg-query-stream', 'pg-copy-streams'],
    testedAgainst: server,
    observedBy: 'what its client submits',
    names: ['From the text of the statement, also of a named one that the server has prepared already.'],
    span: [
      'From when the client sends it to the end of its result.',
      'Cursors and streams: until the last row was read, or until they are closed or destroyed, which is no error.',
    ],
    limits: [
      '`pg-native`.',
      'Of several statements in one text only the first is named, and all are one call.',
      'Its pools are seen once they have had a client.',
    ],
  },
  {
    name: 'postgres.js',
    adapter: 'postgres',
    database: 'PostgreSQL',
    cases: ['postgres'],
    folders: ['databases', 'databases-older'],
    packages: ['postgres'],
    testedAgainst: server,
    observedBy: 'the queries that its connections get',
    names: ['From the text that is sent, with `$1` where values were.'],
    span: [
      'From when a connection gets the query to the end of its result; of a pipeline, that of its connection.',
      'Cursors: until the last row was read, or they are left. COPY: until its stream ends.',
    ],
    limits: [
      'What it asks by itself, such as for the types of arrays, is not counted. A replication (`sql.subscribe`) counts when it begins.',
      'Where it is given several hosts, spans do not say which one was asked.',
    ],
  },
  {
    name: 'PGlite',
    adapter: 'pglite',
    database: 'PostgreSQL, in the process',
    cases: ['pglite'],
    folders: ['databases', 'databases-older'],
    packages: ['@electric-sql/pglite'],
    testedAgainst: 'itself',
    observedBy: 'the messages that it executes',
    names: ['From the text of the statement; `db.system.name` of its spans is `postgresql`.'],
    span: [
      'From when its database gets the statement, behind others that hold its lock, to the end of its result.',
    ],
    limits: [
      'What it asks by itself for types is not counted.',
      '`exec` of several statements is one call, named by the first.',
    ],
  },
];
