import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Authorize } from './authorization.ts';
import type { Page, PageRequest } from './page.ts';

export interface EndpointOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly page: (request: PageRequest) => Promise<Page>;
  readonly authorize: Authorize;
  /** Told once for each change: it listens at `url`, or it cannot and tries again every `retryMs`. */
  readonly onListening: (url: string) => void;
  readonly onUnavailable: (error: NodeJS.ErrnoException) => void;
  /** Told after each scrape: `ok`, `failed` or `unauthorized`, and how long the page took in seconds. */
  readonly onScrape: (outcome: 'ok' | 'failed' | 'unauthorized', seconds: number) => void;
  readonly onScrapeError: (error: unknown) => void;
  readonly retryMs: number;
}

export interface Endpoint {
  readonly server: Server;
  listen(): void;
  close(): Promise<void>;
}

/**
 * The server that Prometheus scrapes: `GET` and `HEAD` of `/metrics` and `/healthz`. It never keeps the
 * process alive, and a port that is taken is tried again for as long as the process lives.
 */
export const createEndpoint = (options: EndpointOptions): Endpoint => {
  const { host, port, onListening, onUnavailable, retryMs } = options;
  // Checked every second: by Node's default, the time limits below would be kept only every 30 s.
  const server = createServer(
    { connectionsCheckingInterval: 1_000 },
    (request, response) => void answer(request, response, options),
  );
  server.unref();
  server.on('connection', socket => socket.unref());
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  // Of a connection on which nothing moves, such as that of a client that never reads its answer.
  server.timeout = 15_000;
  server.maxConnections = 64;
  // Each request that a client sends without reading the answers to the last would hold a page in memory.
  server.maxRequestsPerSocket = 10;
  server.on('dropRequest', (_request, socket) => socket.destroy());

  let retry: NodeJS.Timeout | undefined;
  let reported: string | undefined;
  // Exclusive, because cluster workers would otherwise share the port and answer with each other's numbers.
  const listen = (): void => void server.listen({ host, port, exclusive: true });
  server.on('listening', () => {
    reported = undefined;
    onListening(urlOf(server.address() as AddressInfo));
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (server.listening) return;
    if (reported !== error.code) onUnavailable(error);
    reported = error.code;
    retry = setTimeout(listen, retryMs).unref();
  });

  return {
    server,
    listen,
    close: () =>
      new Promise(resolve => {
        clearTimeout(retry);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const urlOf = ({ address, family, port }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`;

const plain = 'text/plain; charset=utf-8';
const challenge = 'Bearer, Basic realm="metrics", charset="UTF-8"';

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  { page, authorize, onScrape, onScrapeError }: EndpointOptions,
): Promise<void> => {
  const send = (
    status: number,
    content: string | Buffer,
    headers: Readonly<Record<string, string>> = { 'content-type': plain },
  ): void => {
    const body = typeof content === 'string' ? Buffer.from(content) : content;
    response.writeHead(status, { ...headers, 'content-length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  };

  const path = (request.url ?? '').split('?', 1)[0];
  if (path !== '/metrics' && path !== '/healthz')
    return send(404, 'Not found: the metrics are at /metrics\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return send(405, 'Only GET and HEAD are allowed\n', { 'content-type': plain, allow: 'GET, HEAD' });
  }
  if (path === '/healthz') return send(200, 'ok\n');
  const startedAt = performance.now();
  const ended = (outcome: 'ok' | 'failed' | 'unauthorized'): void =>
    onScrape(outcome, (performance.now() - startedAt) / 1000);
  const { authorization, accept, 'accept-encoding': acceptEncoding } = request.headers;
  if (!authorize(authorization)) {
    ended('unauthorized');
    return send(401, 'Unauthorized\n', { 'content-type': plain, 'www-authenticate': challenge });
  }
  try {
    const { body, contentType, encoding } = await page({
      accept,
      acceptEncoding: String(acceptEncoding ?? ''),
    });
    ended('ok');
    send(200, body, {
      'content-type': contentType,
      vary: 'Accept, Accept-Encoding',
      ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }),
    });
  } catch (error) {
    ended('failed');
    onScrapeError(error);
    send(500, 'The metrics could not be collected: see the standard error of the process\n');
  }
};
