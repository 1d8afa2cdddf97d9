import type { ClientLedger } from '../ledger.ts';

const common = {
  adapter: 'mongodb',
  database: 'MongoDB',
  testedAgainst: 'FerretDB 1, a real server of its protocol; faults against a small server in the tests',
  observedBy: 'the commands that its connections send',
} as const;

export const clients: readonly ClientLedger[] = [
  {
    name: 'mongodb',
    ...common,
    cases: ['mongodb'],
    folders: ['databases', 'databases-older', 'databases-oldest'],
    packages: ['mongodb'],
    names: [
      '`operation` is the command in capitals: `FIND`, `AGGREGATE`, `GETMORE`, `FINDANDMODIFY`.',
      '`table` is the collection that it is about, `none` where it is about none, or about several.',
    ],
    span: [
      'From when a connection sends a command to its answer. Each `getMore` of a cursor is a call of its own.',
      'A tailing cursor or change stream that waits for what comes next is not logged as slow.',
    ],
    limits: [
      'Documents and filters are nowhere: spans have no statement.',
      '`hello`, authentication, monitoring, `endSessions` and the commands to the process that encrypts are not counted.',
      'Writes that the server reports as failed in an answer that is `ok` are errors; writes without acknowledgement end when they are sent.',
    ],
  },
  {
    name: 'mongoose',
    ...common,
    cases: ['mongoose'],
    folders: ['databases', 'databases-older'],
    packages: ['mongoose'],
    names: ['As of `mongodb`, of which it may have a copy of its own: `users` for a model `User`.'],
    span: ['As of `mongodb`. What mongoose holds back until it is connected is counted when it is sent.'],
    limits: [
      'Collections and indexes that a model makes by itself (`autoCreate`, `autoIndex`) are commands, and counted.',
    ],
  },
];
