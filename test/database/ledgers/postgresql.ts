import type { ClientLedger } from '../ledger.ts';

export const clients: readonly ClientLedger[] = [
  {
    name: 'pg',
    adapter: 'pg',
    database: 'PostgreSQL',
    cases: ['pg'],
    folders: ['databases', 'databases-older', 'databases-oldest'],
    packages: ['pg', 'pg-cursor', 'pg-query-stream', 'pg-copy-streams'],
    testedAgainst: 'a real PostgreSQL',
    observedBy: "a patch of the client's queries",
    names: ['From the text of the statement, also of a named one that the server has prepared already.'],
    span: [
      'From the moment when the client sends the query to the end of its result.',
      'Cursors and streams: until their last row was read, or they were closed.',
    ],
    limits: ['Connecting is not counted; `LISTEN` and `COPY` are statements like others.'],
  },
];
