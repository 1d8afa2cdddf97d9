import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** A server on a port of 127.0.0.1, which is taken until it is closed. */
export const takePort = async (port = 0): Promise<{ readonly port: number; readonly server: Server }> => {
  const server = createServer(socket => socket.on('error', () => {}));
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return { port: (server.address() as AddressInfo).port, server };
};

/** Ports of 127.0.0.1 that nobody listens on, each another one: for processes that have to know them in advance. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const taken = await Promise.all(Array.from({ length: count }, () => takePort()));
  await Promise.all(taken.map(({ server }) => once(server.close(), 'close')));
  return taken.map(({ port }) => port);
};

export const freePort = async (): Promise<number> => {
  const [port = 0] = await freePorts(1);
  return port;
};
