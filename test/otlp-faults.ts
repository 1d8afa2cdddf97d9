import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** What a receiver of traces does with an export that it has read. */
export type Fault =
  | 'ok'
  /** Takes it, and says so after half a second. */
  | 'slow'
  /** Nobody listens. */
  | 'refused'
  | 'hang'
  | '500'
  | '503'
  /** 429 with `Retry-After: 1`. */
  | '429'
  /** 429 for every tenth export and for all that come before its `Retry-After: 1` is over; takes the others. */
  | 'busy'
  /** The headers of 200, and then a byte now and then without an end. */
  | 'trickle'
  /** The headers of 200 and half of the body; then the connection is cut. */
  | 'half';

export interface FaultyReceiver {
  readonly url: string;
  /** Ids of the spans that were taken, in their order; twice where they were sent twice. */
  readonly taken: readonly string[];
  /** Of every export of traces, taken or not: the ids of its spans. */
  readonly exports: readonly (readonly string[])[];
  readonly headers: readonly IncomingHttpHeaders[];
  /** The most connections with traces that were open at once. */
  readonly mostConnections: () => number;
  become(fault: Fault): Promise<void>;
  stop(): Promise<void>;
}

export interface FaultyReceiverOptions {
  readonly fault?: Fault;
  /** In PEM; with both it is behind TLS. */
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer };
}

/** Receives traces by OTLP over HTTP in JSON, on a port of its own that it keeps, and fails as it is told. */
export const startFaultyReceiver = async (options: FaultyReceiverOptions = {}): Promise<FaultyReceiver> => {
  const taken: string[] = [];
  const exports: (readonly string[])[] = [];
  const headers: IncomingHttpHeaders[] = [];
  let fault: Fault = options.fault ?? 'ok';
  const open = new Set<Socket>();
  let most = 0;
  let busyUntil = 0;
  let sinceBusy = 0;

  const count = (socket: Socket): void => {
    if (!open.has(socket)) socket.once('close', () => open.delete(socket));
    most = Math.max(most, open.add(socket).size);
  };
  const isBusy = (): boolean => {
    if (performance.now() < busyUntil) return true;
    if (++sinceBusy % 10 !== 0) return false;
    busyUntil = performance.now() + 1_000;
    return true;
  };
  const take = (spans: readonly string[], response: ServerResponse): void => {
    taken.push(...spans);
    response.end('{}');
  };
  const refuse = (response: ServerResponse, status: number): void => {
    response.writeHead(status, status === 429 ? { 'retry-after': '1' } : {}).end();
  };
  const answers: Readonly<Record<Fault, (spans: readonly string[], response: ServerResponse) => void>> = {
    ok: take,
    slow: (spans, response) => void setTimeout(take, 500, spans, response),
    refused: () => {},
    hang: () => {},
    '500': (_spans, response) => refuse(response, 500),
    '503': (_spans, response) => refuse(response, 503),
    '429': (_spans, response) => refuse(response, 429),
    busy: (spans, response) => (isBusy() ? refuse(response, 429) : take(spans, response)),
    trickle: (_spans, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    },
    half: (_spans, response) => {
      response.writeHead(200, { 'content-length': '40' });
      response.write('{"partialSuccess":{', () => response.destroy());
    },
  };
  const listener: RequestListener = async (request, response) => {
    const isTraces = request.url !== '/v1/logs' && request.url !== '/v1/metrics';
    if (isTraces) count(request.socket);
    const body = await buffer(request);
    if (!isTraces) {
      // Another signal, which is answered likewise and not looked at.
      answers[fault === 'busy' ? 'ok' : fault]([], response);
      return;
    }
    const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const spans = spanIds(plain);
    exports.push(spans);
    headers.push(request.headers);
    answers[fault](spans, response);
  };
  const server = options.tls ? createTlsServer(options.tls, listener) : createServer(listener);
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server.close(), 'close');
    server.closeAllConnections();
    await closed;
  };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  if (fault === 'refused') await close();

  return {
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    taken,
    exports,
    headers,
    mostConnections: () => most,
    become: async next => {
      fault = next;
      if (next === 'refused') await close();
      else if (!server.listening) await once(server.listen(port, '127.0.0.1'), 'listening');
    },
    stop: close,
  };
};

const spanIds = (body: Buffer): readonly string[] =>
  (JSON.parse(body.toString()).resourceSpans ?? [])
    .flatMap((resource: { scopeSpans: unknown[] }) => resource.scopeSpans)
    .flatMap((scope: { spans: { spanId: string }[] }) => scope.spans)
    .map((span: { spanId: string }) => span.spanId);
