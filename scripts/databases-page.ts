import { operationBudget, tableBudget } from '../src/catalog/database.ts';
import { createDatabaseLabels } from '../src/database/labels.ts';
import type { Case, ClientLedger, OrmLedger } from '../test/database/ledger.ts';
import { anchorOf, code, list, merged, table } from './markdown.ts';

export interface DatabasesPageOptions {
  readonly clients: readonly ClientLedger[];
  readonly orms: readonly OrmLedger[];
  /** The cases of a file, as they are on a client. */
  readonly casesOf: (file: string, client: string) => readonly Case[];
  /** A package and its versions: `pg 8.7.3, 8.13.3, 8.23.1`. */
  readonly versionsOf: (folders: readonly string[], packages: readonly string[]) => readonly string[];
}

/** What all clients have in common, a section for each, and what is on top of them. */
export const databasesPage = (options: DatabasesPageOptions): string =>
  [
    introduction,
    clientTable(options),
    names(),
    rest,
    ...options.clients.map(client => clientSection(client, options)),
    ormTable(options),
    ...options.orms.map(orm => ormSection(orm, options)),
  ].join('\n');

const introduction = `# Databases

<!-- Generated from test/database/ledgers, orm-ledgers.ts and test/fixtures/databases/cases by scripts/docs.ts: change these, then run "npm run docs". -->

Which calls of which client are counted, timed and traced, and how they are named. The tables of calls are not written by hand: \`npm test\` runs an application with each client
under the preload, by \`import\` and by \`require\`, lets it make these calls, and compares what was counted and traced with the tables, exactly. Its answers have to be those that it
gets without this package.

**Counted is each call that is sent to the database, once**, in \`db_query_duration_seconds{operation,table}\`, sampled or not, whatever ORM is on top. With an OTLP endpoint it is a span as well: [traces](traces.md).

- Its time begins when it is sent, not while it waits for a connection of the pool or behind others of its client, and ends when its result is complete: of streams and cursors with the last row.
- What connects, authenticates and keeps a connection alive is no call. What an ORM sends by itself is one.
- A call that is never sent is not counted. A connection that is lost in the middle counts as an error, and so do cancelled calls and those that timed out.

**Nothing has to be set.** An adapter is read when the application loads its client. To leave a client alone, name it:
\`OTEL_NODE_DISABLED_INSTRUMENTATIONS=redis,mongodb\`. A client must be a module of its own: in an application that was bundled into one file it cannot be seen.

**Not supported** are

- clients without a section below, such as \`pg-native\`, \`sqlite3\`, \`oracledb\` and \`libsql\`, and any that was bundled into one file with the application, or loaded before the preload;
- databases that are asked by \`fetch\`: these calls count as [outgoing calls](metrics.md#outgoing-calls);
- an ORM with an engine of its own, such as Prisma 6 without \`engineType = "client"\`;
- what each section says under "Not seen".

Other versions than those of the table are not tested. A client that is not as its adapter expects is left alone, with one line that says so.
`;

const rest = `## Errors

A call that fails is counted like any other, and also in \`db_query_errors_total{operation,table}\`, which starts at 0 with the first call of its kind. Its span has status \`ERROR\`, the
database's own code as \`db.response.status_code\` and \`error.type\` (\`23505\` of PostgreSQL), and no message: messages hold values. The application gets the error as it would without this package.

## Slow calls

A call that takes \`MONITORING_SLOW_QUERY_MS\` or longer (1000 by default, 0: none) is a log record of level \`warn\`, \`Slow database call\`, with \`system\`, \`operation\`, \`table\`, \`statement\` without literals, \`duration\` in
milliseconds, \`failed\` where it did, and the id of its trace. It goes where this package's logger writes, to the files of \`LOG_DIR\` and by OTLP; never to the console of an application that does not use that logger: [logs](logs.md).

## Literals

No value of a statement leaves the process: in spans and logs literals are \`?\`, parameters are left out, and so are keys and values of key-value stores. Comments are left out as well.

## Connection pools

Pools of \`pg\` and \`mysql2\` are asked for their state when metrics are read: \`db_client_connection_count\` (\`used\` and \`idle\`), \`db_client_connection_pending_requests\` and \`db_client_connection_max\`, by
\`db_client_connection_pool_name\`, which is \`host:port/database\`: [metrics](metrics.md#databases). ORMs that use these pools are seen with them; those that bring a pool of their own (knex, Sequelize) are not.
`;

interface Example {
  readonly system: string;
  readonly text: string;
  readonly why: string;
}

const examples: readonly Example[] = [
  {
    system: 'postgresql',
    text: 'select * from public.Users',
    why: 'no schema; lower case where the server folds names',
  },
  { system: 'postgresql', text: 'SELECT "id" FROM "User"', why: 'a quoted name keeps its case' },
  { system: 'mysql', text: 'SELECT * FROM `shop`.`Order Lines`', why: 'as in PostgreSQL' },
  { system: 'microsoft.sql_server', text: 'SELECT * FROM [dbo].[Users]', why: 'as in PostgreSQL' },
  {
    system: 'postgresql',
    text: 'SELECT * FROM events_2026_11',
    why: 'partitions are one',
  },
  { system: 'postgresql', text: 'SELECT 1', why: 'no table' },
  { system: 'postgresql', text: 'SELECT * FROM a JOIN b ON a.id = b.a', why: 'the first table' },
  {
    system: 'postgresql',
    text: 'WITH x AS (SELECT * FROM a) UPDATE b SET n = 1',
    why: 'what the main statement works on',
  },
  { system: 'postgresql', text: 'INSERT INTO a SELECT * FROM b', why: 'where it writes' },
  { system: 'postgresql', text: 'EXPLAIN ANALYZE DELETE FROM a', why: 'the verb that was sent' },
  {
    system: 'postgresql',
    text: 'BEGIN; UPDATE a SET n = 1; COMMIT',
    why: 'several statements in one text: the first',
  },
  { system: 'mysql', text: 'START TRANSACTION', why: 'the first word, as it was sent' },
  { system: 'postgresql', text: 'FROBNICATE users', why: 'no verb that is known' },
];

/** What the real labels are of some statements. */
const names = (): string => {
  const labels = createDatabaseLabels();
  return `## Names

\`operation\` is the verb of the statement in capitals, or the command of a database without SQL; \`table\` is the first table, collection or the like that it works on, \`none\` where there is none.
Both are read in the dialect of the database, from the statement as it was sent:

${table(
  ['statement', 'operation', 'table', 'because'],
  examples.map(({ system, text, why }) => {
    const { operation, table: name } = labels({ system, text });
    return [code(text), code(operation), code(name), why];
  }),
)}
Partitions, shards and temporary tables are one table, their stem and \`_*\`: dates at the end (\`events_2026_11\`, \`logs-2026.11.27\`), marks with a number (\`events_p12\`, \`users_shard07\`), numbers of six digits and more,
UUIDs and other hexadecimal ids, and what follows \`tmp\` and \`temp\` (\`tmp_8f3a\`, \`#tmp4711\`). Other names with digits stay as they are: \`users2\`, \`address_2\`, \`sha_256\`.

The first ${tableBudget} tables and ${operationBudget} operations of a process are counted under their names, what comes later as \`other\`; so are names that are longer than 63 characters.
`;
};

const clientTable = ({ clients, orms, versionsOf }: DatabasesPageOptions): string =>
  table(
    ['client', 'database', 'versions', 'tested against', 'observed by', 'with', 'switched off by'],
    clients.map(client => [
      `[${client.name}](#${anchorOf(client.name)})`,
      client.database,
      versionsOf(client.folders, client.packages).join('; ') || 'the Node.js that runs it',
      client.testedAgainst,
      client.observedBy,
      orms
        .filter(orm => orm.clients.includes(client.adapter))
        .map(({ name }) => name)
        .join(', ') || '–',
      code(client.adapter),
    ]),
  );

const clientSection = (client: ClientLedger, { casesOf }: DatabasesPageOptions): string =>
  [
    `## ${client.name}\n`,
    callTable(client.cases.flatMap(file => casesOf(file, client.adapter)).map(row => ({ row, only: '' }))),
    list('Names:', client.names),
    list('Time:', client.span),
    list('Not seen:', client.limits),
  ]
    .filter(part => part !== '')
    .join('\n');

/** Only clients that are offered. */
const clientsOf = ({ clients }: OrmLedger, offered: readonly ClientLedger[]): readonly ClientLedger[] =>
  offered.filter(({ adapter }) => clients.includes(adapter));

const ormTable = ({ clients, orms, versionsOf }: DatabasesPageOptions): string =>
  `## ORMs and query builders

Nothing of them is patched: what they send is counted by the client beneath them, once. A table of calls says where clients differ.

${table(
  ['ORM', 'versions', 'tested on'],
  orms.map(orm => [
    `[${orm.name}](#${anchorOf(orm.name)})`,
    versionsOf(['orms'], orm.packages).join('; '),
    clientsOf(orm, clients)
      .map(({ name }) => name)
      .join(', '),
  ]),
)}`;

const ormSection = (orm: OrmLedger, { clients, casesOf }: DatabasesPageOptions): string => {
  const rows = merged(
    clientsOf(orm, clients),
    ({ name }) => name,
    ({ adapter }) => casesOf(orm.cases, adapter),
  );
  return [
    `### ${orm.name}\n`,
    callTable(rows.map(({ value, only }) => ({ row: value, only }))),
    list('', orm.notes),
  ].join('\n');
};

const callTable = (rows: readonly { readonly row: Case; readonly only: string }[]): string =>
  table(
    ['call', 'is counted as'],
    rows.map(({ row, only }) => [`${row.kind}${only}`, countedAs(row.calls)]),
  );

/** In the order in which they are sent; what comes several times is told once. */
const countedAs = (calls: readonly string[]): string => {
  if (calls.length === 0) return 'nothing';
  return [...Map.groupBy(calls, call => call)]
    .map(([call, same]) => {
      const [, name = call, failed] = /^(.*?)( failed)?$/.exec(call) ?? [];
      const times = same.length === 1 ? '' : `${same.length} × `;
      return `${times}${code(name)}${failed === undefined ? '' : ' (an error)'}`;
    })
    .join(', ');
};
