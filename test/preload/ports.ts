import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** A server on a port of 127.0.0.1, which is taken until it is closed. */
export const takePort = async (port = 0): Promise<{ readonly port: number; readonly server: Server }> => {
  const server = createServer(socket => socket.on('error', () => {}));
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, server };
};

/** A port of 127.0.0.1 that nobody listens on: for processes that have to know it in advance. */
export const freePort = async (): Promise<number> => {
  const { port, server } = await takePort();
  await once(server.close(), 'close');
  return port;
};
