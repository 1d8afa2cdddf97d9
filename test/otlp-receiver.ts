import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { spansInProtobuf } from './otlp-protobuf.ts';
import { type ReceivedLog, readLogs } from './received-logs.ts';

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
 * How exports are answered: with a status, headers, and a number of spans or log records that are said to be rejected; `hang`:
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
  readonly encoding: string | undefined;
  readonly body: Buffer;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly port: number;
  /** Of the exports that were taken with 200. */
  readonly spans: readonly ReceivedSpan[];
  /** Of those that were answered with another status, as often as they were sent. */
  readonly refused: readonly ReceivedSpan[];
  /** Log records of the exports that were taken with 200, in their order. */
  readonly logs: () => readonly ReceivedLog[];
  /** Of all signals, whatever they were answered with. */
  readonly exports: readonly ReceivedExport[];
  /** Metrics and logs among them. */
  readonly others: readonly ReceivedExport[];
  /** How often something was sent, taken or not; of one signal with its path. */
  readonly attempts: (path?: string) => number;
  /** The most connections with exports of one signal, of traces without a path, that were open at once. */
  readonly mostConnections: (path?: string) => number;
  behave(behaviour: Behaviour): void;
  /** Waits until so many log records have come. */
  waitForLogs(count: number, timeoutMs?: number): Promise<void>;
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

/** Source: collector/trace/v1/trace_service.proto and logs_service.proto; a number below 128 is one byte. */
const answerTo = (isJson: boolean, rejected: number, name: string): string | Buffer => {
  // No message of protobuf is one without fields.
  if (rejected === 0) return isJson ? '{}' : '';
  if (isJson) return JSON.stringify({ partialSuccess: { [name]: String(rejected) } });
  assert.ok(rejected < 128);
  return Buffer.from([0x0a, 2, 0x08, rejected]);
};

/** Receives traces, metrics and logs by OTLP over HTTP, in JSON and in protobuf. */
export const startOtlpReceiver = async (port = 0): Promise<OtlpReceiver> => {
  const spans: ReceivedSpan[] = [];
  const refused: ReceivedSpan[] = [];
  const exports: ReceivedExport[] = [];
  const others: ReceivedExport[] = [];
  let behaviour: Behaviour = { status: 200 };
  const unread: ReceivedExport[] = [];
  const logs: ReceivedLog[] = [];
  /** Read when they are asked for: a test may send anything as logs. */
  const readAll = (): readonly ReceivedLog[] => {
    for (const { body, contentType } of unread.splice(0)) logs.push(...readLogs(body, contentType));
    return logs;
  };
  const attempts: Record<string, number> = {};
  const open: Record<string, Set<object>> = {};
  const most: Record<string, number> = {};
  const server: Server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const { socket } = request;
    const connections = open[path] ?? new Set();
    open[path] = connections;
    if (!connections.has(socket)) socket.once('close', () => connections.delete(socket));
    most[path] = Math.max(most[path] ?? 0, connections.add(socket).size);
    // Cut off when the receiver stops: not received.
    const sent = await buffer(request).catch(() => undefined);
    if (sent === undefined) return;
    const encoding = request.headers['content-encoding'];
    const body = encoding === 'gzip' ? gunzipSync(sent) : sent;
    const contentType = request.headers['content-type'] ?? '';
    const isJson = contentType === 'application/json';
    const isTraces = path === '/v1/traces';
    attempts[path] = (attempts[path] ?? 0) + 1;
    exports.push({ path, contentType, encoding, body });
    if (!isTraces) others.push({ path, contentType, encoding, body });
    if (behaviour === 'hang') return;
    if (behaviour === 'trickle') {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
      return;
    }
    if (isTraces) {
      const received = spansOf(isJson ? spansInJson(body) : spansInProtobuf(body));
      (behaviour.status === 200 ? spans : refused).push(...received);
    } else if (path === '/v1/logs' && behaviour.status === 200)
      unread.push({ path, contentType, encoding, body });
    response.writeHead(behaviour.status, { 'content-type': contentType, ...behaviour.headers });
    response.end(
      answerTo(isJson, behaviour.rejected ?? 0, isTraces ? 'rejectedSpans' : 'rejectedLogRecords'),
    );
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    spans,
    refused,
    exports,
    others,
    logs: readAll,
    attempts: path =>
      path === undefined
        ? Object.values(attempts).reduce((sum, some) => sum + some, 0)
        : (attempts[path] ?? 0),
    mostConnections: (path = '/v1/traces') => most[path] ?? 0,
    behave: next => {
      behaviour = next;
    },
    waitForLogs: async (count, timeoutMs = 10_000) => {
      const deadline = performance.now() + timeoutMs;
      while (readAll().length < count) {
        if (performance.now() > deadline) {
          const bodies = logs.map(({ body }) => JSON.stringify(body)).slice(-20);
          throw new Error(
            `${logs.length} of ${count} log records within ${timeoutMs} ms, the last:\n${bodies.join('\n')}`,
          );
        }
        await new Promise(resolve => setTimeout(resolve, 20));
      }
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

const kinds: Readonly<Record<number, string>> = {
  ...{ 1: 'internal', 2: 'server', 3: 'client', 4: 'producer', 5: 'consumer' },
};

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
