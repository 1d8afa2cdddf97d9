import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { OwnSpan } from '../../src/traces/own-span.ts';
import { createSpanRedaction } from '../../src/traces/redacted-span.ts';
import { root, startApp, startChild } from '../child.ts';

const secret = (place: string): string => `S3CRET${place}${randomBytes(6).toString('hex')}`;
const places = ['attribute', 'event', 'status', 'exception', 'list', 'text', 'link', 'url', 'statement'];

/** All bytes that a receiver gets, as text: names and values are in it, whatever they are encoded in. */
const startReceiver = async () => {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const sent = await buffer(request);
    if (request.url === '/v1/traces') {
      bodies.push(
        (request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent).toString('latin1'),
      );
    }
    response.writeHead(200, { 'content-type': request.headers['content-type'] ?? '' }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** What is received, and which of the planted secrets are in it. */
const received = async (send: (receiver: string) => Promise<{ url: string; stop(): Promise<void> }>) => {
  const receiver = await startReceiver();
  const server = places.map(place => secret(`server${place}`));
  const own = places.map(place => secret(`own${place}`));
  const thrown = secret('thrown');
  const app = await send(receiver.url);
  try {
    const body = JSON.stringify({ server, own, thrown });
    const answer = await fetch(app.url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(answer.status, 500);
    const deadline = Date.now() + 15_000;
    const all = (): string => receiver.bodies.join('\n');
    const isComplete = (): boolean => all().includes('own span') && all().includes('kept error');
    while (!isComplete() && Date.now() < deadline) await new Promise(resolve => setTimeout(resolve, 50));
    assert.ok(isComplete(), `the spans have not come: ${all()}`);
    return { text: all(), planted: [...server, ...own, thrown].filter(one => all().includes(one)) };
  } finally {
    await app.stop();
    receiver.stop();
  }
};

describe('secrets that an application puts into spans', { concurrency: 2 }, () => {
  for (const protocol of ['http/protobuf', 'http/json'])
    test(`are not sent by ${protocol}, and what stands around them is`, async () => {
      const { text, planted } = await received(receiver =>
        startApp('traces/secrets.mjs', {
          env: {
            OTEL_EXPORTER_OTLP_ENDPOINT: receiver,
            OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
            OTEL_BSP_SCHEDULE_DELAY: '50',
          },
        }),
      );
      assert.deepEqual(planted, [], text);
      for (const kept of [
        ...[
          'kept before token=REDACTED kept after',
          'kept value',
          'kept too',
          'SELECT kept FROM t WHERE a = ?',
        ],
        ...['https://kept.example/a?page=2&api_key=REDACTED', 'kept: password=REDACTED', 'kept event'],
        ...['kept status: password=REDACTED', 'kept error: password=REDACTED', 'secrets.mjs'],
      ])
        assert.ok(text.includes(kept), `${kept} is not in ${text}`);
    });

  test('control: are sent by the SDK of OpenTelemetry', async () => {
    const { planted } = await received(async receiver => {
      const child = startChild({
        args: [path.join(root, 'test/fixtures/traces/secrets.mjs'), 'stock'],
        env: { RECEIVER: receiver },
      });
      const [, port] = await child.output(/listening (\d+)/);
      return { url: `http://127.0.0.1:${port}`, stop: () => child.stop() };
    });
    assert.equal(planted.length, 2 * places.length + 1);
  });

  test('are not written to the console', async () => {
    const app = await startApp('traces/secrets.mjs', { env: { OTEL_TRACES_EXPORTER: 'console' } });
    const planted = places.map(place => secret(place));
    try {
      await fetch(app.url, {
        method: 'POST',
        body: JSON.stringify({ server: planted, own: planted, thrown: secret('thrown') }),
        headers: { 'content-type': 'application/json' },
      });
      await app.output(/'own span'[\s\S]*'kept error: password=REDACTED'/);
      const shown = app.stdout();
      assert.ok(!shown.includes('S3CRET'), shown);
    } finally {
      await app.stop();
    }
  });
});

describe('a span of an observer', () => {
  const context = { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 };
  const home = {
    resource: resourceFromAttributes({}),
    instrumentationScope: { name: 'test' },
    now: () => 2,
    addition: () => new TracerProvider().getTracer('test').startSpan('') as Span & ReadableSpan,
    onEnd: () => {},
  };
  const create = (): OwnSpan => new OwnSpan(home, 'GET', SpanKind.SERVER, context, undefined, 1, 1_000);
  const redact = createSpanRedaction(createRedaction([]));

  test('is sent as it is when the application has added nothing', () => {
    const span = create();
    span.describe({ 'url.path': '/a' }, undefined);
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    assert.equal(redact(span), span);
  });

  test('is redacted when it has added something', () => {
    const span = create();
    span.describe({ 'url.path': '/a' }, undefined);
    span.setAttribute('token', 'x').setStatus({ code: SpanStatusCode.ERROR, message: 'password=x' });
    span.end();
    const { attributes, status, name, kind, startTime, endTime } = redact(span);
    assert.deepEqual(attributes, { 'url.path': '/a', token: 'REDACTED' });
    assert.equal(status.message, 'password=REDACTED');
    assert.deepEqual([name, kind, startTime, endTime], [span.name, span.kind, span.startTime, span.endTime]);
  });
});
