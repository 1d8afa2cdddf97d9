import type { ClientLedger } from '../ledger.ts';

const server = 'a real MariaDB 10.11';
const oneCall =
  'Several statements in one text are one call, named by the first; it has failed if any of them has.';

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
    names: [
      'From the statement as the application wrote it, before values were put in. `db.system.name` is `mysql`, also of a MariaDB.',
    ],
    span: [
      'From when the command is sent to the end of its result, not while it waits behind others of its connection.',
      'To prepare a statement is part of its first `execute`, and no call of its own unless it fails.',
      'A time-out of the driver ends the call as failed, though the server may still be at it.',
    ],
    limits: [oneCall, 'Pings, changes of user and what sets up a connection are not counted.'],
  },
  {
    name: 'mysql',
    adapter: 'mysql',
    database: 'MySQL, MariaDB',
    cases: ['mysql'],
    folders: ['databases'],
    packages: ['mysql'],
    testedAgainst: server,
    observedBy: 'the queries that its connections send',
    names: ['From the statement before values were put in, with the names of tables that `??` stands for.'],
    span: [
      'From when the query is sent to the end of its results. What still waits when its connection is lost is not counted.',
    ],
    limits: [oneCall, 'Its pools have no gauges.'],
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
    names: ['From the statement as the application wrote it. `db.system.name` is `mariadb`.'],
    span: [
      'From when the command is written to the end of its result. Of a pipeline, all that are at the wire run at once.',
      'A `batch` that the server takes as one is one call, otherwise each of its rows.',
    ],
    limits: [
      oneCall,
      'What sets up a connection is not counted: character set, time zone, `initSql` and session variables.',
      'From version 3.5 on, by `require`, connections of a cluster, and of `importFile`, are seen only once there was a connection of another kind, and a query that has waited for a connection of the pool is in the trace of whoever gave it back.',
      '`destroy()` lets the connector kill what is under way by a connection of its own, and that `KILL` is counted.',
    ],
  },
];
