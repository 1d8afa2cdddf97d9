import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import {
  createFrameReader,
  type Frame,
  frame,
  int,
  opcodes,
  type Paging,
  pagingOf,
  preparedResult,
  type Row,
  rowsResult,
  short,
  string,
  voidResult,
} from './cassandra-frames.ts';

export interface CassandraServer {
  readonly url: string;
  /** What it was asked for since the last time, without what asks for its hosts and its schema. */
  readonly take: () => readonly string[];
  readonly stop: () => Promise<void>;
}

const users: readonly Row[] = Array.from({ length: 20 }, (_, index) => ({
  id: index + 1,
  name: `user ${index + 1}`,
}));

const column = (column_name: string, kind: string, type: string): Row => ({
  ...{ keyspace_name: 'shop', table_name: 'users', column_name, clustering_order: 'none', kind, type },
});

/** What the driver asks of every server, by a part of the query. */
const system: readonly (readonly [string, readonly Row[]])[] = [
  [
    'system.local',
    [
      {
        ...{ key: 'local', data_center: 'dc1', rack: 'r1', release_version: '3.11.0', cluster_name: 'fake' },
        ...{ partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner', tokens: ['0'] },
      },
    ],
  ],
  ['system.peers', []],
  ['system_schema.keyspaces', [{ keyspace_name: 'shop' }]],
  ['system_schema.tables', [{ keyspace_name: 'shop', table_name: 'users', flags: ['compound'] }]],
  ['system_schema.columns', [column('id', 'partition_key', 'int'), column('name', 'regular', 'text')]],
  ['system_', []],
];

interface Answer {
  readonly opcode: number;
  readonly body: Buffer;
  readonly afterMs?: number;
}

const result = (body: Buffer): Answer => ({ opcode: opcodes.result, body });
const failure = (code: number, message: string, more: Buffer = Buffer.alloc(0)): Answer => ({
  opcode: opcodes.error,
  body: Buffer.concat([int(code), string(message), more]),
});

/** A page of all users, or the one that is asked for. */
const usersFor = (cql: string, { size = users.length, state }: Paging): Answer => {
  if (cql.includes('WHERE')) return result(rowsResult(users.slice(0, 1)));
  if (cql.includes('empty')) return result(rowsResult([]));
  const from = state?.readInt32BE() ?? 0;
  const next = from + size;
  return result(rowsResult(users.slice(from, next), next < users.length ? int(next) : undefined));
};

/** Those of the statements that the cases prepare, in their order. */
const parametersOf = (cql: string): Row =>
  Object.fromEntries(
    (cql.includes('?') ? (cql.match(/\b(?:id|name)\b/g) ?? []) : []).map(name => [
      name,
      name === 'id' ? 0 : '',
    ]),
  );

/**
 * A small server that speaks Cassandra's protocol and stores nothing: no Cassandra runs where these tests run. It answers by
 * the names of tables: `nowhere` is none, `silent` never answers, `broken` cuts the connection, and of `busy`, `lazy` and
 * `forgotten` every other answer is that it is overloaded, late, or that the statement is not prepared.
 */
export const startCassandra = async (): Promise<CassandraServer> => {
  const seen = new Set<string>();
  const log: string[] = [];
  const sockets = new Set<Socket>();
  const prepared = new Map<string, string>();

  /** Every other time that it is asked: the next one succeeds. */
  const isFirst = (cql: string): boolean => !seen.delete(cql) && seen.add(cql).has(cql);

  const answerTo = (cql: string, paging: Paging, socket: Socket, id?: Buffer): Answer | undefined => {
    const own = system.find(([part]) => cql.includes(part));
    if (own !== undefined) return result(rowsResult(own[1]));
    log.push(cql);
    if (cql.includes('silent')) return undefined;
    if (cql.includes('broken')) return void socket.destroy();
    if (cql.includes('nowhere')) return failure(0x2200, 'unconfigured table nowhere');
    if (cql.includes('busy') && isFirst(cql)) return failure(0x1001, 'overloaded');
    if (cql.includes('lazy') && isFirst(cql)) return { ...usersFor(cql, paging), afterMs: 300 };
    if (id !== undefined && cql.includes('forgotten') && isFirst(cql))
      return failure(0x2500, 'not prepared', Buffer.concat([short(id.length), id]));
    return cql.startsWith('SELECT') ? usersFor(cql, paging) : result(voidResult);
  };

  const prepare = (cql: string): Answer => {
    if (cql.includes('unparsable')) return failure(0x2000, 'line 1:0 no viable alternative');
    const id = Buffer.from(`id ${prepared.size}`);
    prepared.set(id.toString(), cql);
    return result(preparedResult(id, parametersOf(cql)));
  };

  const readers: Readonly<Record<number, (body: Buffer, socket: Socket) => Answer | undefined>> = {
    [opcodes.options]: () => ({ opcode: opcodes.supported, body: short(0) }),
    [opcodes.startup]: () => ({ opcode: opcodes.ready, body: Buffer.alloc(0) }),
    [opcodes.register]: () => ({ opcode: opcodes.ready, body: Buffer.alloc(0) }),
    [opcodes.query]: (body, socket) => {
      const end = 4 + body.readInt32BE();
      return answerTo(body.subarray(4, end).toString(), pagingOf(body, end), socket);
    },
    [opcodes.prepare]: body => prepare(body.subarray(4).toString()),
    [opcodes.execute]: (body, socket) => {
      const end = 2 + body.readUInt16BE();
      const id = body.subarray(2, end);
      return answerTo(prepared.get(id.toString()) ?? '', pagingOf(body, end), socket, id);
    },
    [opcodes.batch]: body => {
      log.push('BATCH');
      return body.includes('nowhere') ? failure(0x2200, 'unconfigured table nowhere') : result(voidResult);
    },
  };

  const answer = ({ version, stream, opcode, body }: Frame, socket: Socket): void => {
    const given =
      version === 4
        ? readers[opcode]?.(body, socket)
        : failure(0x0a, 'Invalid or unsupported protocol version');
    if (given === undefined) return;
    const bytes = frame(stream, given.opcode, given.body);
    if (given.afterMs === undefined) socket.write(bytes);
    else setTimeout(() => socket.writable && socket.write(bytes), given.afterMs);
  };

  const server = createServer(socket => {
    sockets.add(socket);
    socket.on(
      'data',
      createFrameReader(request => answer(request, socket)),
    );
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    url: `cassandra://127.0.0.1:${address.port}`,
    take: () => log.splice(0),
    stop: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
};
