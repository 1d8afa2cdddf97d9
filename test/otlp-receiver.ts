import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { spansInProtobuf } from './otlp-protobuf.ts';

/** A span as it came, its attributes as plain values. */
export interface ReceivedSpan {
  readonly name: string;
  /** 2: server, 3: client. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** The header `tracestate` of the caller; empty where there was none. */
  readonly traceState: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly events: readonly {
    readonly name: string;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
}

/**
 * How exports are answered: with a status, headers, and a number of spans that are said to be rejected; `hang`:
 * never; `trickle`: with 200 and then a byte now and then, without an end.
 */
export type Behaviour =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly rejected?: number }
  | 'hang'
  | 'trickle';

/** An export of another signal, as it was sent but not compressed. */
export interface ReceivedExport {
  /** `/v1/metrics` or `/v1/logs`. */
  readonly path: string;
  readonly contentType: string;
  readonly body: Buffer;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly port: number;
  /** Of the exports that were taken with 200. */
  readonly spans: readonly ReceivedSpan[];
  /** Of those that were answered with another status, as often as they were sent. */
  readonly refused: readonly ReceivedSpan[];
  /** Metrics and logs, whatever they were answered with. */
  readonly others: readonly ReceivedExport[];
  /** How often something was sent, taken or not. */
  readonly attempts: () => number;
  /** The most connections that were open at once. */
  readonly mostConnections: () => number;
  behave(behaviour: Behaviour): void;
  /** Waits until spans that match have come. */
  waitFor(matches: (spans: readonly ReceivedSpan[]) => boolean, timeoutMs?: number): Promise<void>;
  stop(): void;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const plain = (attributes: readonly Attribute[] = []): Record<string, unknown> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      'intValue' in value ? Number(value.intValue) : Object.values(value)[0],
    ]),
  );

/** Source: collector/trace/v1/trace_service.proto; a number below 128 is one byte. */
const answerTo = (isJson: boolean, rejected: number): string | Buffer => {
  // No message of protobuf is one without fields.
  if (rejected === 0) return isJson ? '{}' : '';
  if (isJson) return JSON.stringify({ partialSuccess: { rejectedSpans: String(rejected) } });
  assert.ok(rejected < 128);
  return Buffer.from([0x0a, 2, 0x08, rejected]);
};

/** Receives traces, metrics and logs by OTLP over HTTP, in JSON and in protobuf; only spans are read. */
export const startOtlpReceiver = async (port = 0): Promise<OtlpReceiver> => {
  const spans: ReceivedSpan[] = [];
  const refused: ReceivedSpan[] = [];
  const others: ReceivedExport[] = [];
  let behaviour: Behaviour = { status: 200 };
  let attempts = 0;
  let open = 0;
  let most = 0;
  const server: Server = createServer(async (request, response) => {
    // Cut off when the receiver stops: not received.
    const sent = await buffer(request).catch(() => undefined);
    if (sent === undefined) return;
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const contentType = request.headers['content-type'] ?? '';
    const isJson = contentType === 'application/json';
    const isTraces = request.url === '/v1/traces';
    attempts++;
    if (!isTraces) others.push({ path: request.url ?? '', contentType, body });
    if (behaviour === 'hang') return;
    if (behaviour === 'trickle') {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
      return;
    }
    if (isTraces) {
      const received = spansOf(isJson ? spansInJson(body) : spansInProtobuf(body));
      (behaviour.status === 200 ? spans : refused).push(...received);
    }
    response.writeHead(behaviour.status, { 'content-type': contentType, ...behaviour.headers });
    response.end(answerTo(isJson, behaviour.rejected ?? 0));
  });
  server.on('connection', socket => {
    most = Math.max(most, ++open);
    socket.on('close', () => open--);
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    spans,
    refused,
    others,
    attempts: () => attempts,
    mostConnections: () => most,
    behave: next => {
      behaviour = next;
    },
    waitFor: async (matches, timeoutMs = 10_000) => {
      const deadline = performance.now() + timeoutMs;
      while (!matches(spans)) {
        if (performance.now() > deadline) {
          throw new Error(`not received within ${timeoutMs} ms; there is:\n${treesOf(spans)}`);
        }
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

interface OtlpSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly attributes?: readonly Attribute[];
  readonly status?: { readonly code?: number };
  readonly events?: readonly { readonly name: string; readonly attributes?: readonly Attribute[] }[];
}

const spansInJson = (body: Buffer): readonly unknown[] =>
  (JSON.parse(body.toString()).resourceSpans ?? [])
    .flatMap((resource: { scopeSpans: unknown[] }) => resource.scopeSpans)
    .flatMap((scope: { spans: unknown[] }) => scope.spans);

const spansOf = (spans: readonly unknown[]): readonly ReceivedSpan[] =>
  (spans as readonly OtlpSpan[]).map(span => ({
    name: span.name,
    kind: span.kind,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || undefined,
    traceState: span.traceState ?? '',
    attributes: plain(span.attributes),
    status: span.status?.code ?? 0,
    events: (span.events ?? []).map(event => ({ name: event.name, attributes: plain(event.attributes) })),
  }));

/** The spans of an `ExportTraceServiceRequest` in protobuf. */
export const readSpans = (body: Buffer): readonly ReceivedSpan[] => spansOf(spansInProtobuf(body));

const kinds: Readonly<Record<number, string>> = { 1: 'internal', 2: 'server', 3: 'client' };

/** Span trees as indented text, children in the order of their names; a parent that is not there is a root. */
export const treesOf = (spans: readonly ReceivedSpan[]): string => {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const write = (parent: string | undefined, depth: number): readonly string[] =>
    spans
      .filter(({ parentSpanId }) =>
        parent === undefined ? parentSpanId === undefined || !ids.has(parentSpanId) : parentSpanId === parent,
      )
      .map(({ name, kind, status, spanId }) => [
        `${'  '.repeat(depth)}${name} ${kinds[kind]}${status === 2 ? ' error' : ''}`,
        ...write(spanId, depth + 1),
      ])
      .sort(([left = ''], [right = '']) => left.localeCompare(right))
      .flat();
  return write(undefined, 0).join('\n');
};
