import type { DatabaseName } from '../call.ts';

/** The parts of the driver's Connection that are read here; nothing in them is taken for granted. */
export interface MongoConnection {
  readonly id?: unknown;
  /** `host:port` of the socket; of a Unix domain socket nothing but a random number. */
  readonly address?: unknown;
  /** What the server said of itself; absent until the handshake is done. */
  readonly hello?: { readonly iscryptd?: unknown } | null;
  readonly authContext?: { readonly options?: { readonly hostAddress?: HostAddress } };
  [connectsTo]?: DatabaseName;
}

/** The server as the application or its replica set calls it. */
interface HostAddress {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly socketPath?: unknown;
}

type Command = Readonly<Record<string, unknown>>;

const connectsTo: unique symbol = Symbol('database');

/** What the driver says for itself, whoever asks. */
const handshakes: ReadonlySet<string> = new Set([
  ...['saslStart', 'saslContinue', 'authenticate', 'getnonce', 'endSessions'],
]);
const greetings: ReadonlySet<string> = new Set(['hello', 'isMaster', 'ismaster']);

/** Commands whose value is a collection; others have the name of a user, a parameter or the like there. */
const ofCollections: ReadonlySet<string> = new Set([
  ...['find', 'insert', 'update', 'delete', 'aggregate', 'count', 'distinct', 'killCursors'],
  ...['findAndModify', 'findandmodify', 'mapReduce', 'mapreduce', 'collStats', 'collstats', 'validate'],
  ...[
    'create',
    'drop',
    'collMod',
    'compact',
    'reIndex',
    'convertToCapped',
    'cloneCollectionAsCapped',
    'analyze',
  ],
  ...['createIndexes', 'dropIndexes', 'deleteIndexes', 'listIndexes', 'setIndexCommitQuorum'],
  ...['createSearchIndexes', 'dropSearchIndex', 'updateSearchIndex'],
  ...['planCacheClear', 'planCacheClearFilters', 'planCacheListFilters', 'planCacheSetFilter'],
]);

/** The name of a command is its first key, by the protocol. */
export const nameOf = (command: object): string | undefined => Object.keys(command)[0];

/**
 * Whether it is the driver that asks, not the application: to make a connection, to watch a server, to end sessions, and
 * what is handed to the process that encrypts, which is no database.
 */
export const isOfDriver = (name: string, connection: MongoConnection, options: unknown): boolean => {
  const { hello } = connection;
  if (handshakes.has(name) || hello?.iscryptd === true) return true;
  if (greetings.has(name)) return hello === null || hello === undefined || connection.id === '<monitor>';
  // How older ones, the last of which is a 6, try their credentials; what an application asks for has a session.
  if (name !== 'ping') return false;
  const { session, readPreference } = (options ?? {}) as Readonly<Record<string, unknown>>;
  return session === undefined && readPreference === undefined;
};

/** The collection that a command is about; `undefined`: it is about none, or about several. */
export const collectionOf = (name: string, command: Command): string | undefined => {
  const value = command[name];
  // What is explained is a command of its own.
  if (name === 'explain' && typeof value === 'object' && value !== null) {
    const explained = nameOf(value);
    return explained === undefined || explained === name
      ? undefined
      : collectionOf(explained, value as Command);
  }
  const collection = name === 'getMore' ? command.collection : value;
  if (typeof collection !== 'string') return undefined;
  if (name === 'renameCollection') return collection.slice(collection.indexOf('.') + 1);
  const isCollection = name === 'getMore' || ofCollections.has(name);
  // `$cmd.aggregate` is the cursor of an aggregation that has no collection.
  return isCollection && !collection.startsWith('$cmd') ? collection : undefined;
};

/** Whether it is a tailing cursor or a change stream that waits for what comes next. */
export const waitsFor = (name: string, options: unknown): boolean =>
  name === 'getMore' && (options as { readonly awaitData?: unknown } | null | undefined)?.awaitData === true;

/** Made once for a connection, for as long as it works on the same database. */
export const databaseOf = (connection: MongoConnection, namespace: unknown): DatabaseName => {
  const known = connection[connectsTo];
  if (known !== undefined && known.namespace === namespace) return known;
  const database = {
    ...(known ?? serverOf(connection)),
    namespace: typeof namespace === 'string' ? namespace : undefined,
  };
  connection[connectsTo] = database;
  return database;
};

const serverOf = ({ authContext, address }: MongoConnection): DatabaseName => {
  const { host, port, socketPath } = authContext?.options?.hostAddress ?? {};
  if (typeof socketPath === 'string') return { host: socketPath };
  if (typeof host === 'string') return { host, port: typeof port === 'number' ? port : undefined };
  const [, bracketed, plain, digits] =
    (typeof address === 'string' && /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(address)) || [];
  return { host: bracketed ?? plain, port: digits === undefined ? undefined : Number(digits) };
};
