import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { requireMongodb } from './observed-mongodb.ts';

export type Document = Readonly<Record<string, unknown>>;

/** An answer; or none; or the connection is cut instead, or in the middle of it; or what is answered is not BSON. */
export type Reaction = Document | 'nothing' | 'cut' | 'half' | 'garbage';

export interface MongoServer {
  readonly port: number;
  readonly url: string;
  /** The names of the commands that came since the last time. */
  take(): string[];
  stop(): void;
}

interface Bson {
  readonly serialize: (document: Document) => Uint8Array;
  readonly deserialize: (bytes: Uint8Array) => Document;
  readonly Long: { readonly fromNumber: (value: number) => unknown };
  readonly ObjectId: new () => unknown;
}
export const bson: Bson = (requireMongodb('databases') as { readonly BSON: Bson }).BSON;

const opReply = 1;
const opQuery = 2004;
const opMsg = 2013;
const moreToCome = 2;

/** A cursor as an answer has it. */
export const cursorOf = (id: number, documents: readonly Document[], more: Document = {}): Document => ({
  ok: 1,
  cursor: {
    id: bson.Long.fromNumber(id),
    ns: 'shop.users',
    firstBatch: documents,
    nextBatch: documents,
    ...more,
  },
});

const helloOf = (port: number, more: Document): Document => ({
  ...{ ok: 1, isWritablePrimary: true, ismaster: true, helloOk: true, setName: 'rs0', setVersion: 1 },
  ...{ hosts: [`localhost:${port}`], me: `localhost:${port}`, primary: `localhost:${port}` },
  ...{ minWireVersion: 0, maxWireVersion: 25, maxBsonObjectSize: 16_777_216, maxWriteBatchSize: 1000 },
  ...{ maxMessageSizeBytes: 48_000_000, logicalSessionTimeoutMinutes: 30, readOnly: false, ...more },
});

/**
 * A server of MongoDB's protocol that does as a test says: for faults, and for what FerretDB cannot do. It keeps no data.
 * As a server of today it goes on saying hello to who watches it, without being asked again.
 */
export const startMongoServer = async (
  react: (command: Document) => Reaction | Promise<Reaction>,
  hello: Document = {},
): Promise<MongoServer> => {
  let received: string[] = [];
  const sockets = new Set<Socket>();
  const topologyVersion = { processId: new bson.ObjectId(), counter: bson.Long.fromNumber(1) };

  const answerHello = (socket: Socket, request: Request): void => {
    const { port } = server.address() as AddressInfo;
    const answer = helloOf(port, { topologyVersion, ...hello });
    const isWatching = request.command.maxAwaitTimeMS !== undefined && request.opCode === opMsg;
    const say = (): void => send(socket, request, answer, isWatching ? moreToCome : 0);
    say();
    if (!isWatching) return;
    const timer = setInterval(say, 20);
    socket.once('close', () => clearInterval(timer));
  };

  const answer = async (socket: Socket, request: Request): Promise<void> => {
    const [name = ''] = Object.keys(request.command);
    received.push(name);
    if (/^(hello|isMaster)$/i.test(name)) return answerHello(socket, request);
    const reaction = await react(request.command);
    // Of a write that is not to be acknowledged.
    if (request.wantsNothing) return;
    if (reaction === 'cut') socket.destroy();
    else if (reaction === 'half')
      socket.write(messageOf(request, { ok: 1 }).subarray(0, 20), () => socket.destroy());
    else if (reaction === 'garbage') socket.write(messageOf(request, undefined));
    else if (reaction !== 'nothing') send(socket, request, reaction);
  };

  const server = createServer(socket => {
    sockets.add(socket);
    let bytes = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', chunk => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 16 && bytes.length >= bytes.readInt32LE(0)) {
        const length = bytes.readInt32LE(0);
        const message = bytes.subarray(0, length);
        bytes = bytes.subarray(length);
        void answer(socket, requestOf(message));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `mongodb://localhost:${port}/shop`,
    take: () => {
      const taken = received;
      received = [];
      return taken;
    },
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

interface Request {
  readonly id: number;
  readonly opCode: number;
  readonly wantsNothing: boolean;
  readonly command: Document;
}

const documentAt = (message: Buffer, at: number): Document =>
  bson.deserialize(message.subarray(at, at + message.readInt32LE(at)));

/** What is written is not read; only the command itself is. */
const requestOf = (message: Buffer): Request => {
  const opCode = message.readInt32LE(12);
  const at = opCode === opMsg ? 21 : message.indexOf(0, 20) + 9;
  const wantsNothing = opCode === opMsg && (message.readInt32LE(16) & moreToCome) !== 0;
  return { id: message.readInt32LE(4), opCode, wantsNothing, command: documentAt(message, at) };
};

const messageOf = ({ id, opCode }: Request, document: Document | undefined, flags = 0): Buffer => {
  const body =
    document === undefined ? Buffer.from([9, 0, 0, 0, 99, 99, 99, 99, 0]) : bson.serialize(document);
  const head = Buffer.alloc(opCode === opQuery ? 36 : 21);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(id, 8);
  head.writeInt32LE(opCode === opQuery ? opReply : opMsg, 12);
  if (opCode === opQuery) head.writeInt32LE(1, 32);
  else head.writeInt32LE(flags, 16);
  return Buffer.concat([head, body]);
};

const send = (socket: Socket, request: Request, document: Document, flags?: number): void => {
  if (!socket.destroyed) socket.write(messageOf(request, document, flags));
};
