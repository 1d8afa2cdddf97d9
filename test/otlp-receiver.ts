import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
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

/** Status that exports are answered with, with headers; `hang`: never. */
export type Behaviour = { readonly status: number; readonly headers?: Record<string, string> } | 'hang';

export interface OtlpReceiver {
  readonly url: string;
  readonly port: number;
  /** Of the exports that were taken with 200. */
  readonly spans: readonly ReceivedSpan[];
  /** Of those that were answered with another status, as often as they were sent. */
  readonly refused: readonly ReceivedSpan[];
  /** How often spans were sent, taken or not. */
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

/** Receives traces by OTLP over HTTP, in JSON and in protobuf. */
export const startOtlpReceiver = async (port = 0): Promise<OtlpReceiver> => {
  const spans: ReceivedSpan[] = [];
  const refused: ReceivedSpan[] = [];
  let behaviour: Behaviour = { status: 200 };
  let attempts = 0;
  let open = 0;
  let most = 0;
  const server: Server = createServer(async (request, response) => {
    const body = await buffer(request);
    const isJson = request.headers['content-type'] === 'application/json';
    attempts++;
    if (behaviour === 'hang') return;
    const sent = spansOf(isJson ? spansInJson(body) : spansInProtobuf(body));
    if (behaviour.status === 200) spans.push(...sent);
    else refused.push(...sent);
    response.writeHead(behaviour.status, {
      'content-type': request.headers['content-type'] ?? 'application/json',
      ...behaviour.headers,
    });
    // No message of protobuf is one without fields.
    response.end(isJson ? '{}' : '');
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
