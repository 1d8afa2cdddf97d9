import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** One message of PostgreSQL's protocol, version 3. */
const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};

const authenticated = message('R', Buffer.alloc(4));
const ready = message('Z', Buffer.from('I'));
const noRows = message('C', Buffer.from('SELECT 0\0'));

export interface Database {
  readonly url: string;
  stop(): void;
}

/** Just enough of a PostgreSQL server to answer every simple query with no rows. */
export const startDatabase = async (): Promise<Database> => {
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Buffer.concat([authenticated, ready]));
      socket.on('data', data => {
        if (String.fromCharCode(data[0] ?? 0) === 'Q') socket.write(Buffer.concat([noRows, ready]));
      });
    });
  });
  server.unref();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `postgres://test@127.0.0.1:${port}/test`, stop: () => void server.close() };
};
