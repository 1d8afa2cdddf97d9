import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { type ReceivedSpan, readSpans } from './otlp-receiver.ts';
import { checkEvent, type Envelope, readEnvelope, type SentryEvent } from './sentry-envelope.ts';

/**
 * How a request is answered: with a status and headers (429 with `retry-after` or `x-sentry-rate-limits`, …); `hang`: never;
 * `html`: with 200 and a page, as a proxy does; `wrong length`: with 200 and more bytes announced than sent, open;
 * `cut`: with 200 and closed in the middle of the body; `reset`: closed without an answer.
 */
export type IngestBehaviour =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hang'
  | 'html'
  | 'wrong length'
  | 'cut'
  | 'reset';

/** One request, whatever it was answered with. */
export interface IngestRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Not compressed any more. */
  readonly body: Buffer;
  /** By `performance.now` of the test. */
  readonly time: number;
  /** Of an envelope that can be read. */
  readonly envelope: Envelope | undefined;
}

export interface SentryIngest {
  readonly url: string;
  readonly port: number;
  /** `http://<key>@127.0.0.1:<port>/<project>` */
  readonly dsn: string;
  readonly key: string;
  /** Events that were taken: valid ones, answered with 2xx. One that was sent twice stands here twice. */
  readonly events: readonly SentryEvent[];
  /** Spans that were taken by `/api/<project>/integration/otlp/v1/traces/`. */
  readonly spans: readonly ReceivedSpan[];
  readonly requests: readonly IngestRequest[];
  /** What was wrong with requests, each of which was refused for it: to be held against `[]`. */
  readonly problems: readonly string[];
  /** All that has come, heads and bodies, without compression: to look for secrets in. */
  readonly received: () => string;
  /** How the next requests are answered, one behaviour each; the last one stays. */
  behave(...behaviours: readonly [IngestBehaviour, ...IngestBehaviour[]]): void;
  /** Waits until so many events have come. */
  waitForEvents(count: number, timeoutMs?: number): Promise<void>;
  /** Waits for what is so; fails with all that has come. */
  waitFor(isSo: () => boolean, timeoutMs?: number): Promise<void>;
  stop(): void;
}

const project = '4511';
const defaultKey = '0123456789abcdef0123456789abcdef';
/** Bytes of an event without compression that Sentry takes. Source: Sentry's developer documentation, "Envelopes", "Size Limits". */
const largest = 1_048_576;

/** Takes what is sent to Sentry as Sentry's Relay does: envelopes of events, and spans by OTLP. */
export const startSentryIngest = async (port = 0, key: string = defaultKey): Promise<SentryIngest> => {
  const events: SentryEvent[] = [];
  const spans: ReceivedSpan[] = [];
  const requests: IngestRequest[] = [];
  const problems: string[] = [];
  const raw: string[] = [];
  let script: readonly IngestBehaviour[] = [{ status: 200 }];

  const server = createServer(async (request, response) => {
    // Cut off when the test ends: not received.
    const sent = await buffer(request).catch(() => undefined);
    if (sent === undefined) return;
    const { url: path = '', headers, rawHeaders } = request;
    raw.push([`${request.method} ${path}`, ...rawHeaders, ''].join('\n'));
    const next = script[0] ?? { status: 200 };
    if (script.length > 1) script = script.slice(1);
    try {
      const body = headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      raw.push(body.toString('latin1'), body.toString('utf8'));
      const isSpans =
        new URL(path, 'http://ingest').pathname === `/api/${project}/integration/otlp/v1/traces/`;
      const received = { path, headers, body, time: performance.now() };
      if (isSpans) {
        requests.push({ ...received, envelope: undefined });
        checkAuthorization(received, key);
        const come = readSpans(body);
        if (isTaken(next)) spans.push(...come);
      } else {
        const envelope = readEnvelope(body);
        requests.push({ ...received, envelope });
        checkPath(request);
        checkAuthorization(received, key);
        const come = eventsOf(envelope);
        if (isTaken(next)) events.push(...come);
      }
      answer(response, next, isSpans);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      const status = error instanceof Unauthorized ? 403 : 400;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ detail: String(error) }));
    }
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const { port: actual } = server.address() as AddressInfo;

  const waitFor = async (isSo: () => boolean, timeoutMs = 10_000): Promise<void> => {
    const deadline = performance.now() + timeoutMs;
    while (!isSo()) {
      if (performance.now() > deadline) {
        throw new Error(
          [
            `not so within ${timeoutMs} ms: ${requests.length} requests, ${spans.length} spans, ${events.length} events`,
            ...events.map(summaryOf),
            ...problems,
          ].join('\n'),
        );
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  };
  return {
    url: `http://127.0.0.1:${actual}`,
    port: actual,
    dsn: `http://${key}@127.0.0.1:${actual}/${project}`,
    ...{ key, events, spans, requests, problems, waitFor },
    received: () => raw.join('\n'),
    behave: (...behaviours) => {
      script = behaviours;
    },
    waitForEvents: (count, timeoutMs) => waitFor(() => events.length >= count, timeoutMs),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** One line for a failing test. */
export const summaryOf = ({ event_id, exception, contexts, tags, transaction }: SentryEvent): string => {
  const last = exception?.values.at(-1);
  const trace = contexts?.trace?.trace_id ?? 'no trace';
  return `${event_id} ${last?.type}: ${last?.value} ${transaction} ${trace} ${JSON.stringify(tags)}`;
};

class Unauthorized extends Error {}

const checkPath = ({ method, url = '' }: IncomingMessage): void => {
  assert.equal(method, 'POST');
  assert.equal(new URL(url, 'http://ingest').pathname, `/api/${project}/envelope/`);
};

/** Source: Sentry's developer documentation, "Authentication". */
const checkAuthorization = (
  { headers, path }: Pick<IngestRequest, 'headers' | 'path'>,
  key: string,
): void => {
  const header = headers['x-sentry-auth'];
  const query = new URL(path, 'http://ingest').searchParams;
  const parts = new Map(
    typeof header === 'string' && header.startsWith('Sentry ')
      ? header
          .slice('Sentry '.length)
          .split(',')
          .map(part => part.trim().split('=', 2) as [string, string])
      : query,
  );
  const given = parts.get('sentry_key');
  if (given !== key) throw new Unauthorized(`sentry_key is ${given}`);
  if (parts.get('sentry_version') !== '7') throw new Unauthorized(`the version of ${header ?? path}`);
};

const eventsOf = ({ header, items }: Envelope): readonly SentryEvent[] => {
  if (header.sent_at !== undefined) assert.match(String(header.sent_at), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const payloads = items.filter(item => item.header.type === 'event').map(({ payload }) => payload);
  assert.ok(payloads.length <= 1, `${payloads.length} events in one envelope`);
  return payloads.map(payload => {
    assert.ok(payload.length <= largest, `an event of ${payload.length} bytes`);
    const event = JSON.parse(payload.toString('utf8')) as SentryEvent;
    assert.equal(header.event_id, event.event_id, 'the event_id of the envelope');
    checkEvent(event);
    return event;
  });
};

const isTaken = (behaviour: IngestBehaviour): boolean =>
  typeof behaviour === 'object' && behaviour.status >= 200 && behaviour.status < 300;

const answer = (response: ServerResponse, behaviour: IngestBehaviour, isSpans: boolean): void => {
  const { socket } = response;
  switch (behaviour) {
    case 'hang':
      return;
    case 'reset':
      socket?.destroy();
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Welcome</body></html>');
      return;
    case 'wrong length':
      socket?.write('HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"id":"');
      return;
    case 'cut':
      socket?.end('HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"id":"');
      return;
    default: {
      const { status, headers, body } = behaviour;
      // No message of protobuf is one without fields.
      const otherwise = isSpans ? '' : '{"id":"0"}';
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body ?? otherwise);
    }
  }
};
