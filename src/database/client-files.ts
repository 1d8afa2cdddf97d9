/** A database client by the name that settings call it, that of its official instrumentation where it has one. */
export type DatabaseClient =
  | 'pg'
  | 'postgres'
  | 'pglite'
  | 'mysql2'
  | 'mysql'
  | 'mariadb'
  | 'mongodb'
  | 'ioredis'
  | 'redis'
  | 'memcached'
  | 'cassandra-driver'
  | 'dynamodb'
  | 'better-sqlite3'
  | 'node-sqlite'
  | 'tedious';

/** A file of a client that its adapter patches. */
export interface ClientFile {
  readonly client: DatabaseClient;
  readonly module: string;
  /** Absent: the package's main export. */
  readonly file?: string;
  /** Exports that the adapter replaces; whatever else it changes, it changes in place. */
  readonly replaces?: readonly string[];
}

const postgresFiles = ['src', 'cjs/src'].flatMap((folder): readonly ClientFile[] => [
  { client: 'postgres', module: 'postgres', file: `${folder}/query.js` },
  { client: 'postgres', module: 'postgres', file: `${folder}/connection.js`, replaces: ['default'] },
]);

const mysql2Files = ['query', 'execute', 'prepare']
  .map(name => `lib/commands/${name}.js`)
  .concat('lib/base/connection.js', 'lib/connection.js', 'lib/base/pool.js', 'lib/pool.js')
  .map((file): ClientFile => ({ client: 'mysql2', module: 'mysql2', file }));

const mariadbFiles: readonly ClientFile[] = [
  { client: 'mariadb', module: 'mariadb', file: 'lib/connection.js' },
  { client: 'mariadb', module: 'mariadb', file: 'lib/pool.js' },
  ...['dist/promise.cjs', 'dist/callback.cjs'].map(
    (file): ClientFile => ({
      ...{ client: 'mariadb', module: 'mariadb', file },
      replaces: ['createConnection', 'createPool', 'default'],
    }),
  ),
];

/** By the names of version 4, and of those after it. */
const ioredisFiles = ['command', 'Command', 'redis/index', 'Redis', 'redis/event_handler'].map(
  (name): ClientFile => ({ client: 'ioredis', module: 'ioredis', file: `built/${name}.js` }),
);

const redisFiles: readonly ClientFile[] = [
  { client: 'redis', module: '@redis/client', file: 'dist/lib/client/commands-queue.js' },
  { client: 'redis', module: '@redis/client', file: 'dist/lib/client/index.js' },
  // Of version 4, and of those after it.
  ...['dist/lib/client/RESP2/encoder.js', 'dist/lib/RESP/encoder.js'].map(
    (file): ClientFile => ({ client: 'redis', module: '@redis/client', file, replaces: ['default'] }),
  ),
];

/** Entries of better-sqlite3 for who bundles it: each has a class of its own. */
const nativeParts = ['linux', 'linuxmusl', 'darwin', 'win32'].flatMap(platform =>
  ['x64', 'arm64'].map(processor => `${platform}-${processor}`),
);

/** Which files wait for which adapter: all that is known of a client until the application loads it. */
export const clientFiles: readonly ClientFile[] = [
  { client: 'pg', module: 'pg', file: 'lib/query.js' },
  { client: 'pg', module: 'pg', file: 'lib/client.js' },
  { client: 'pg', module: 'pg-pool' },
  ...postgresFiles,
  { client: 'pglite', module: '@electric-sql/pglite' },
  ...mysql2Files,
  { client: 'mysql', module: 'mysql', file: 'lib/Connection.js' },
  { client: 'mysql', module: 'mysql', file: 'lib/protocol/sequences/Query.js' },
  ...mariadbFiles,
  { client: 'mongodb', module: 'mongodb', file: 'lib/cmap/connection.js' },
  { client: 'mongodb', module: 'mongodb', file: 'lib/cmap/connection_pool.js' },
  ...ioredisFiles,
  ...redisFiles,
  { client: 'memcached', module: 'memcached' },
  { client: 'cassandra-driver', module: 'cassandra-driver', file: 'lib/request-execution.js' },
  { client: 'cassandra-driver', module: 'cassandra-driver', file: 'lib/operation-state.js' },
  { client: 'dynamodb', module: '@aws-sdk/client-dynamodb' },
  { client: 'better-sqlite3', module: 'better-sqlite3' },
  ...nativeParts.map(
    part => ({ client: 'better-sqlite3', module: 'better-sqlite3', file: `lib/${part}.js` }) as const,
  ),
  { client: 'node-sqlite', module: 'node:sqlite' },
  { client: 'tedious', module: 'tedious', file: 'lib/connection.js' },
  { client: 'tedious', module: 'mssql', file: 'lib/tedious/connection-pool.js' },
];
