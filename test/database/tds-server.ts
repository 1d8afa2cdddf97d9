import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Kinds of packets of TDS, and a bit of their status. */
const packet = { answer: 4, attention: 6, transaction: 14, login: 16, prelogin: 18 } as const;
const lastOfMessage = 1;
const ignored = 2;
const headerLength = 8;

export interface TdsServer {
  readonly url: string;
  readonly stop: () => void;
}

const bytes = (...values: readonly number[]): Buffer => Buffer.from(values);
const u16 = (value: number): Buffer => bytes(value % 256, value >> 8);
const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');
const short = (text: string): Buffer => Buffer.concat([bytes(text.length), wide(text)]);
const sized = (token: number, body: Buffer): Buffer => Buffer.concat([bytes(token), u16(body.length), body]);

const done = (status: number, count = 0): Buffer =>
  Buffer.concat([bytes(0xfd), u16(status), bytes(0, 0, count, 0, 0, 0, 0, 0, 0, 0)]);

const loginAnswer = Buffer.concat([
  sized(0xad, Buffer.concat([bytes(1, 0x74, 0, 0, 4), short('fake'), bytes(15, 0, 0, 0)])),
  done(0),
]);

/** Where its version and its encryption (none) stand, and both. */
const preloginAnswer = bytes(...[0, 0, 11, 0, 6], ...[1, 0, 17, 0, 1], ...[0xff, 15, 0, 0, 0, 0, 0, 2]);

const error = (number: number, text: string): Buffer =>
  sized(
    0xaa,
    Buffer.concat([
      ...[u16(number), bytes(0, 0, 1, 16), u16(text.length), wide(text)],
      ...[short('fake'), bytes(0, 1, 0, 0, 0)],
    ]),
  );

/** One column of numbers, and two rows. */
const rows = Buffer.concat([
  bytes(0x81, 1, 0, 0, 0, 0, 0, 0, 0, 0x38),
  short('id'),
  bytes(0xd1, 1, 0, 0, 0, 0xd1, 2, 0, 0, 0),
  done(0x10, 2),
]);

/** What a begin, a commit and a rollback change: one transaction, whose number is 1. */
const transactionAnswer = (message: Buffer): Buffer => {
  const number = bytes(1, 0, 0, 0, 0, 0, 0, 0);
  const changed = (kind: number, now: Buffer, before: Buffer): Buffer =>
    Buffer.concat([
      sized(0xe3, Buffer.concat([bytes(kind, now.length), now, bytes(before.length), before])),
      done(0),
    ]);
  const at = message.readUInt32LE(0);
  const asked = message.readUInt16LE(at);
  if (asked === 5) return changed(8, number, bytes());
  if (asked === 7) return changed(9, bytes(), number);
  // With a name it goes back to a savepoint only.
  if (asked === 8 && message[at + 2] === 0) return changed(10, bytes(), number);
  return done(0);
};

const answerTo = (type: number, message: Buffer, text: string): Buffer | undefined => {
  if (type === packet.prelogin) return preloginAnswer;
  if (type === packet.login) return loginAnswer;
  if (type === packet.attention) return done(0x20);
  if (type === packet.transaction) return transactionAnswer(message);
  if (text.includes('WAITFOR')) return undefined;
  if (text.includes('nowhere twice'))
    return Buffer.concat([error(208, 'First.'), error(3621, 'Last.'), done(2)]);
  if (text.includes('nowhere')) return Buffer.concat([error(208, "Invalid object name 'nowhere'."), done(2)]);
  return text.includes('SELECT') ? rows : done(0x10, 1);
};

const send = (socket: Socket, answer: Buffer): void => {
  const header = bytes(packet.answer, lastOfMessage, 0, 0, 0, 0, 1, 0);
  header.writeUInt16BE(answer.length + headerLength, 2);
  socket.write(Buffer.concat([header, answer]));
};

const serve = (socket: Socket): void => {
  let waiting = Buffer.alloc(0);
  let message = Buffer.alloc(0);
  let isOwing = false;
  socket.on('error', () => {});
  socket.on('data', data => {
    waiting = Buffer.concat([waiting, data]);
    while (waiting.length >= headerLength && waiting.length >= waiting.readUInt16BE(2)) {
      const length = waiting.readUInt16BE(2);
      const [type = 0, status = 0] = waiting;
      message = Buffer.concat([message, waiting.subarray(headerLength, length)]);
      waiting = waiting.subarray(length);
      if ((status & lastOfMessage) === 0) continue;
      const text = message.toString('latin1').replaceAll('\0', '');
      const whole = message;
      message = Buffer.alloc(0);
      if (text.includes('KILL me')) {
        socket.destroy();
        return;
      }
      const answer = (status & ignored) === 0 ? answerTo(type, whole, text) : done(2);
      // What was asked before the attention is answered before it.
      if (type === packet.attention && isOwing) send(socket, done(2));
      isOwing = answer === undefined;
      if (answer !== undefined) send(socket, answer);
    }
  });
};

/**
 * A small fake of SQL Server, which cannot be run in tests: it speaks TDS 7.4 as far as tedious needs to be told that all
 * went well, that it did not, or nothing at all. It understands no SQL.
 */
export const startTdsServer = async (): Promise<TdsServer> => {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `tds://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
