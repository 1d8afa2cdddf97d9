/** A database client by the name that settings call it, that of its official instrumentation where it has one. */
export type DatabaseClient = 'pg' | 'postgres' | 'pglite' | 'better-sqlite3' | 'node-sqlite' | 'tedious';

/** A file of a client that its adapter patches. */
export interface ClientFile {
  readonly client: DatabaseClient;
  readonly module: string;
  /** Absent: the package's main export. */
  readonly file?: string;
  /** Exports that the adapter replaces; whatever else it changes, it changes in place. */
  readonly replaces?: readonly string[];
}

/** Entries of better-sqlite3 for who bundles it: each has a class of its own. */
const nativeParts = ['linux', 'linuxmusl', 'darwin', 'win32'].flatMap(platform =>
  ['x64', 'arm64'].map(processor => `${platform}-${processor}`),
);

/** Which files wait for which adapter: all that is known of a client until the application loads it. */
export const clientFiles: readonly ClientFile[] = [
  { client: 'pg', module: 'pg', file: 'lib/query.js' },
  { client: 'pg', module: 'pg', file: 'lib/client.js' },
  { client: 'pg', module: 'pg-pool' },
  { client: 'postgres', module: 'postgres', file: 'src/query.js' },
  { client: 'postgres', module: 'postgres', file: 'src/connection.js', replaces: ['default'] },
  { client: 'postgres', module: 'postgres', file: 'cjs/src/query.js' },
  { client: 'postgres', module: 'postgres', file: 'cjs/src/connection.js', replaces: ['default'] },
  { client: 'pglite', module: '@electric-sql/pglite' },
  { client: 'better-sqlite3', module: 'better-sqlite3' },
  ...nativeParts.map(
    part => ({ client: 'better-sqlite3', module: 'better-sqlite3', file: `lib/${part}.js` }) as const,
  ),
  { client: 'node-sqlite', module: 'node:sqlite' },
  { client: 'tedious', module: 'tedious', file: 'lib/connection.js' },
  { client: 'tedious', module: 'mssql', file: 'lib/tedious/connection-pool.js' },
];
