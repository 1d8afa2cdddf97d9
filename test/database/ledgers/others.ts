import type { ClientLedger } from '../ledger.ts';

const all = ['databases', 'databases-older', 'databases-oldest'];

// Their sentences come with their adapters: a client is told of once settings name its adapter.
export const clients: readonly ClientLedger[] = [
  {
    name: 'ioredis',
    adapter: 'ioredis',
    database: 'Redis, Valkey',
    cases: ['ioredis'],
    folders: all,
    packages: ['ioredis'],
    testedAgainst: 'a real Redis',
    observedBy: 'the commands that it writes',
    names: [
      '`operation` is the command in capitals, without a sub-command: `CONFIG` of `CONFIG GET`. What is no word is `other`.',
      '`table` is always `none`: keys are data.',
    ],
    span: [
      'From when the command is written, by itself or in a pipeline, to its reply. Commands that wait for what may come (`BLPOP`, `XREAD BLOCK`) have their wait in it, and are never logged as slow.',
      'Of a transaction `MULTI`, each command and `EXEC` are calls; a command is over when it is queued.',
    ],
    limits: [
      'What sets a connection up is not counted: `HELLO`, `AUTH`, `SELECT`, `CLIENT`, `INFO`, and the subscriptions of before. The `CLUSTER` by which a cluster learns of its nodes is.',
      'A command that is sent again after its connection was lost is a failed call and another, and so is one that a cluster redirects.',
      'In versions 4 and 5, commands that a server takes while it loads, such as `INFO`, are not counted if they are sent before the client is ready.',
    ],
  },
  {
    name: 'redis',
    adapter: 'redis',
    database: 'Redis, Valkey',
    cases: ['redis'],
    folders: all,
    packages: ['redis'],
    testedAgainst: 'a real Redis',
    observedBy: 'the commands that it writes',
    names: [
      '`operation` is the command in capitals, without a sub-command: `CONFIG` of `CONFIG GET`. What is no word is `other`.',
      '`table` is always `none`: keys are data.',
    ],
    span: [
      'From when the command is written, by itself or in a pipeline, to its reply. Commands that wait for what may come (`BLPOP`, `XREAD BLOCK`) have their wait in it, and are never logged as slow.',
      'Of a transaction `MULTI`, each command and `EXEC` are calls; a command is over when it is queued.',
    ],
    limits: [
      'What sets a connection up is not counted; the pings of `pingInterval` are, and the `CLUSTER` by which a cluster learns of its nodes.',
      '`SUBSCRIBE`, `UNSUBSCRIBE` and `MONITOR` are not counted, and messages are no calls. Commands that a cluster redirects are a failed call and another.',
      'Version 4 does not say which server it asks.',
    ],
  },
  {
    name: 'memcached',
    adapter: 'memcached',
    database: 'memcached',
    cases: ['memcached'],
    folders: ['databases'],
    packages: ['memcached'],
    testedAgainst: 'a real memcached',
    observedBy: 'the commands that it writes',
    names: [
      '`operation` is the command in capitals: `GET`, `GETS`, `SET`, `INCR`.',
      '`table` is always `none`: keys are data.',
    ],
    span: [
      'From when the command is written to its callback. Several keys are one call for each server that has some of them.',
    ],
    limits: [
      'A call whose connection is closed has failed, although the client never calls back.',
      'What the client refuses itself, such as a key that is none or a server that it has given up, is not counted.',
    ],
  },
  {
    name: 'tedious',
    adapter: 'tedious',
    database: 'SQL Server',
    cases: ['tedious'],
    folders: all,
    packages: ['tedious'],
    testedAgainst: 'a small server of its protocol in the tests: no SQL Server runs here',
    observedBy: 'the requests that its connections send',
    names: [
      'From the statement, as SQL Server reads it: names in brackets keep their case. A procedure is `EXECUTE` and `none`.',
    ],
    span: ['From when a request is sent to its answer, with the time in which the application pauses rows.'],
    limits: [
      'What was refused, cancelled before it was sent, or `reset()` is not counted.',
      '`prepare` and `unprepare` are `PREPARE` and `UNPREPARE` with the table `none`; a saved transaction is `SAVE`.',
      'A bulk load is one `INSERT`, without the time of its declaration, which counts only if it fails.',
      'The database of a span is that of the configuration, also after `USE`.',
      '`mssql` is seen through it, without the `SELECT 1` of its pool: tried by hand with version 12. With `msnodesqlv8` it is not seen.',
    ],
  },
  {
    name: 'cassandra-driver',
    adapter: 'cassandra-driver',
    database: 'Cassandra',
    cases: ['cassandra-driver'],
    folders: ['databases', 'databases-older'],
    packages: ['cassandra-driver'],
    testedAgainst: 'a small server of its protocol in the tests: no Cassandra runs here',
    observedBy: 'the requests that its connections send',
    names: [
      'From the CQL. A batch is `BATCH` with the table of its first statement, and has no statement on its span. A graph query is `GRAPH`.',
    ],
    span: [
      'From when a request is written to its answer. Each page, retry and speculative execution is a call of its own.',
    ],
    limits: [
      'What was never written is not counted: no host, parameters that cannot be encoded, a time-out in the queue.',
      'Not counted either: what the driver prepares, an execution that is answered "unprepared", heartbeats, `USE`, its own reading of hosts and schema.',
      'Errors have the code of the protocol, such as `0x2200`.',
    ],
  },
  {
    name: 'DynamoDB',
    adapter: 'dynamodb',
    database: 'Amazon DynamoDB',
    cases: ['dynamodb'],
    folders: ['databases', 'databases-older'],
    packages: ['@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb'],
    testedAgainst: 'dynalite, a server of its protocol, and a small one in front of it for faults',
    observedBy: "a middleware of the AWS SDK's client",
    names: [
      '`operation` is that of the API in capitals: `GETITEM`, `BATCHWRITEITEM`.',
      '`table` is `TableName`, or the first of `RequestItems` or `TransactItems`, of an ARN its name; of PartiQL `none`.',
    ],
    span: [
      'From the first attempt to the last result: the retries of a call are in it. Each page and each poll of a waiter is a call.',
    ],
    limits: [
      'Credentials and the signature are not in its time. What was aborted before, has no credentials or reaches no host is not counted.',
      'DAX, version 2 of the SDK, and clients that are bundled into the application are not seen.',
      'The official instrumentation `aws-sdk` leaves these clients to this one, so that each call has one span.',
    ],
  },
];
