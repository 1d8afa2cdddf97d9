import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface SinkServer {
  readonly url: string;
  /** The body of each request, in the order of their ends. */
  readonly received: readonly string[];
  readonly stop: () => void;
}

/** What a sink sends to. `hang`: requests are read and never answered; `refuse`: nobody listens. */
export const startSinkServer = async (mode: 'take' | 'hang' | 'refuse' = 'take'): Promise<SinkServer> => {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    received.push(await text(request));
    if (mode === 'take') response.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  if (mode === 'refuse') stop();
  return { url, received, stop };
};
