import type { DatabaseName } from '../call.ts';
import type { SentCall } from '../call-observer.ts';

/** The parts of the driver's objects that are read here; nothing in them is taken for granted. */
export interface Request {
  readonly query?: unknown;
  /** Of a batch. */
  readonly queries?: readonly { readonly query?: unknown }[];
  readonly options?: { readonly getCustomPayload?: () => Readonly<Record<string, unknown>> | undefined };
}

export interface Connection {
  readonly address?: unknown;
  readonly port?: unknown;
  readonly keyspace?: unknown;
  [named]?: DatabaseName;
}

const named: unique symbol = Symbol('database');

/** The same object for as long as the connection stays in its keyspace. */
const databaseOf = (connection: Connection): DatabaseName => {
  const { address, port, keyspace } = connection;
  const namespace = typeof keyspace === 'string' ? keyspace : undefined;
  const known = connection[named];
  if (known !== undefined && known.namespace === namespace) return known;
  const name: DatabaseName = {
    host: typeof address === 'string' ? address : undefined,
    port: Number(port) || undefined,
    namespace,
  };
  // Not seen by an application that looks at its connections.
  Object.defineProperty(connection, named, { value: name, configurable: true, writable: true });
  return name;
};

const isGraph = ({ options }: Request): boolean => {
  const payload = options?.getCustomPayload?.();
  return typeof payload === 'object' && payload !== null && 'graph-source' in payload;
};

/** What is said of a request. The text of a prepared statement is the application's, too. */
export const sentCall = (request: Request, connection: Connection, caller: object | null): SentCall => {
  const shared = { system: 'cassandra', database: databaseOf(connection), caller };
  const { query, queries } = request;
  if (Array.isArray(queries)) return { ...shared, operation: 'BATCH', tableOf: queries[0]?.query };
  // Gremlin is no CQL: it would be read wrongly, and so would its literals.
  if (isGraph(request)) return { ...shared, operation: 'GRAPH' };
  return { ...shared, text: query };
};
