import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type App, register, root, startApp } from '../child.ts';
import { ask } from '../frameworks/ask.ts';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import { metric } from '../page.ts';
import { selfSigned, skipWithoutOpenssl } from '../self-signed.ts';
import { startSentryIngest } from '../sentry-ingest.ts';
import { createLedger } from './ledger.ts';

interface Asked {
  readonly status: number | undefined;
  readonly body: string;
  readonly trailers: http2.IncomingHttpHeaders | undefined;
}

const total = (page: string): number =>
  Object.values(metric(page, 'http_requests_total')).reduce((sum, value) => sum + value, 0);

/** Runs a kind of application with one session to it. */
const withApp = async (
  kind: string,
  run: (app: App, session: http2.ClientHttp2Session) => Promise<void>,
  { env = {}, cwd = root }: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<void> => {
  const script = path.join(root, 'test/fixtures/http/http2.mjs');
  const app = await startApp('', { args: ['--import', register, script, kind], env, cwd });
  const session = http2.connect(kind === 'secure' ? app.url.replace('http:', 'https:') : app.url, {
    rejectUnauthorized: false,
  });
  session.on('error', () => {});
  try {
    await run(app, session);
  } catch (error) {
    console.error(`${app.stdout()}${app.stderr()}`);
    throw error;
  } finally {
    session.destroy();
    await app.stop();
  }
};

const get = async (
  session: http2.ClientHttp2Session,
  target: string,
  { method = 'GET', headers = {}, body = '' } = {},
): Promise<Asked> => {
  const stream = session.request(
    { ':method': method, ':path': target, ...headers },
    { endStream: body === '' },
  );
  let status: number | undefined;
  let trailers: http2.IncomingHttpHeaders | undefined;
  let received = '';
  stream.on('response', answer => {
    status = answer[':status'];
  });
  stream.on('trailers', sent => {
    trailers = sent;
  });
  stream.on('data', chunk => {
    received += chunk;
  });
  stream.on('error', () => {});
  if (body !== '') stream.end(body);
  // Not `once`, which an error rejects.
  await new Promise(resolve => stream.on('close', resolve));
  return { status, body: received, trailers };
};

/** Scrapes until so many requests have ended: a reset reaches the server a moment later. */
const scrapeUntil = async (app: App, count: number): Promise<string> => {
  for (let round = 0; ; round++) {
    const page = await app.scrape();
    if (total(page) >= count || round === 100) return page;
    await wait(20);
  }
};

const assertCounted = (page: string, expected: Readonly<Record<string, number>>): void => {
  assert.deepEqual(metric(page, 'http_requests_total'), expected);
  assert.deepEqual(metric(page, 'monitoring_hook_failures_total'), {});
  const inFlight = Object.values(metric(page, 'http_requests_in_flight'));
  assert.deepEqual(
    inFlight.filter(count => count !== 0),
    [],
  );
};

test('compat API: bodies, trailers and pushes are as without us, and each request is counted once', () =>
  withApp('compat', async (app, session) => {
    const ledger = createLedger();
    assert.equal((await get(session, '/ok')).body, 'ok');
    ledger.add('GET', '/ok', 200);
    assert.equal((await get(session, '/ok', { method: 'HEAD' })).status, 200);
    ledger.add('HEAD', '/ok', 200);
    assert.equal((await get(session, '/empty')).status, 204);
    ledger.add('GET', '/empty', 204);
    assert.equal(
      (await get(session, '/upload', { method: 'POST', body: 'x'.repeat(100_000) })).body,
      '100000',
    );
    ledger.add('POST', '/upload', 200);
    assert.equal((await get(session, '/trailers')).trailers?.['x-end'], '1');
    ledger.add('GET', '/trailers', 200);
    let pushed = 0;
    session.on('stream', stream => {
      pushed++;
      stream.resume();
    });
    assert.equal((await get(session, '/pushing')).body, 'ok');
    ledger.add('GET', '/pushing', 200);
    assert.equal((await get(session, '/users/42?x=1')).body, '/users/42?x=1');
    ledger.add('GET', '/users/:id', 200);
    assertCounted(await scrapeUntil(app, 7), ledger.expected);
    assert.equal(pushed, 1, 'a stream that is pushed is no request');
  }));

test('stream API: files, descriptors and a session that goes away are as without us', () =>
  withApp('stream', async (app, session) => {
    const ledger = createLedger();
    for (const target of ['/file', '/fd']) {
      assert.match((await get(session, target)).body, /An application over HTTP\/2/);
      ledger.add('GET', target, 200);
    }
    for (const target of ['/broken', '/destroyed', '/refused']) {
      assert.equal((await get(session, target)).status, undefined);
      ledger.add('GET', 'unmatched', 499);
    }
    assert.equal((await get(session, '/goaway')).body, 'the last');
    ledger.add('GET', '/goaway', 200);
    assertCounted(await scrapeUntil(app, 6), ledger.expected);
  }));

test('a stream that one server passes on to another was counted twice, and one that is none ended the process', () =>
  withApp('passing', async (app, session) => {
    const ledger = createLedger();
    assert.equal((await get(session, '/ok')).body, 'ok');
    ledger.add('GET', '/ok', 200);
    assertCounted(await scrapeUntil(app, 1), ledger.expected);
  }));

for (const kind of ['compat', 'stream']) {
  test(`${kind}: a client that resets its stream, or leaves, before the answer is 499, and after its start what was sent`, () =>
    withApp(kind, async (app, session) => {
      const ledger = createLedger();
      for (const [target, status] of [
        ['/slow', 499],
        ['/part', 200],
      ] as const) {
        const stream = session.request({ ':path': target });
        stream.on('error', () => {});
        if (status === 200) await once(stream, 'data');
        else await get(session, '/some');
        stream.close(http2.constants.NGHTTP2_CANCEL);
        ledger.add('GET', status === 200 ? '/part' : 'unmatched', status);
      }
      ledger.add('GET', '/some', 200);
      assertCounted(await scrapeUntil(app, 3), ledger.expected);
      session.request({ ':path': '/slow' }).on('error', () => {});
      await get(session, '/some');
      session.destroy();
      ledger.add('GET', '/some', 200);
      ledger.add('GET', 'unmatched', 499);
      assertCounted(await scrapeUntil(app, 5), ledger.expected);
    }));

  test(`${kind}: a hundred streams of one session at once keep their labels`, () =>
    withApp(kind, async (app, session) => {
      const ledger = createLedger();
      const words = Array.from({ length: 100 }, (_, index) => `/words/${'abcdefghij'[index % 10]}/${index}`);
      const answers = await Promise.all(words.map(word => get(session, word)));
      assert.deepEqual(
        answers.map(({ body }) => body),
        words,
      );
      for (const word of words) ledger.add('GET', word.replace(/\d+$/, ':id'), 200);
      assertCounted(await scrapeUntil(app, 100), ledger.expected);
    }));

  test(`${kind}: requests by gRPC, and tunnels, are left to others`, () =>
    withApp(kind, async (app, session) => {
      const headers = { 'content-type': 'application/grpc+proto' };
      assert.equal(
        (await get(session, '/a.Service/Method', { method: 'POST', headers, body: 'x' })).status,
        200,
      );
      // Who asks for it and is not answered so has asked for something else.
      await get(session, '/other', { method: 'POST', headers, body: 'x' });
      // gRPC-Web is HTTP like any other.
      await get(session, '/some', { headers: { 'content-type': 'application/grpc-web+proto' } });
      assertCounted(await scrapeUntil(app, 2), {
        '{method="POST",path="/other",status="200"}': 1,
        '{method="GET",path="/some",status="200"}': 1,
      });
    }));

  test(`${kind}: a span says that it is of HTTP/2, and how its stream ended`, async () => {
    const receiver = await startOtlpReceiver();
    try {
      await withApp(
        kind,
        async (app, session) => {
          const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
          await get(session, '/users/42?x=1', { headers: { traceparent, 'user-agent': 'a test' } });
          await get(session, '/destroyed');
          await receiver.waitFor(spans => spans.filter(span => span.kind === 2).length >= 2);
          const [span, cut] = receiver.spans.filter(({ kind }) => kind === 2);
          assert.equal(span?.parentSpanId, 'b7ad6b7169203331');
          const { 'network.peer.port': peerPort, ...attributes } = span?.attributes ?? {};
          assert.equal(typeof peerPort, 'number');
          assert.deepEqual(attributes, {
            'http.request.method': 'GET',
            'url.scheme': 'http',
            'url.path': '/users/42',
            'url.query': 'x=1',
            'network.protocol.version': '2',
            'network.peer.address': '127.0.0.1',
            'client.address': '127.0.0.1',
            'server.address': '127.0.0.1',
            'server.port': Number(new URL(app.url).port),
            'user_agent.original': 'a test',
            'http.response.status_code': 200,
          });
          assert.equal(cut?.attributes['error.type'], 'aborted');
          assert.equal(cut?.attributes['http.response.status_code'], undefined);
        },
        { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '100' } },
      );
    } finally {
      receiver.stop();
    }
  });
}

test('a server for HTTP/2 and HTTP/1 counts a request of either once', {
  skip: skipWithoutOpenssl(),
}, async () => {
  const { key, cert, remove } = selfSigned();
  try {
    await withApp(
      'secure',
      async (app, session) => {
        const port = Number(new URL(app.url).port);
        assert.equal(await ask('https', { port, request: 'GET /one' }), 200);
        assert.equal((await get(session, '/two')).body, '/two');
        assert.equal(await ask('https', { port, request: 'GET /one' }), 200);
        assertCounted(await scrapeUntil(app, 3), {
          '{method="GET",path="/one",status="200"}': 2,
          '{method="GET",path="/two",status="200"}': 1,
        });
      },
      { env: { TLS_KEY: key, TLS_CERT: cert } },
    );
  } finally {
    remove();
  }
});

describe('frameworks over HTTP/2 tell routes and errors as over HTTP/1', () => {
  for (const [kind, folder] of [
    ['koa', 'koa-2'],
    ['koa', 'koa-3'],
    ['fastify', 'fastify-4'],
    ['fastify', 'fastify-5'],
  ] as const) {
    test(folder, async () => {
      const sentry = await startSentryIngest();
      try {
        await withApp(
          kind,
          async (app, session) => {
            assert.equal((await get(session, '/orgs/1/users/kim')).body, 'kim');
            assert.equal((await get(session, '/orgs/1/boom')).status, 500);
            assert.equal((await get(session, '/nowhere')).status, 404);
            assertCounted(await scrapeUntil(app, 3), {
              '{method="GET",path="/orgs/:org/users/:id",status="200"}': 1,
              '{method="GET",path="/orgs/:org/boom",status="500"}': 1,
              '{method="GET",path="unmatched",status="404"}': 1,
            });
            app.process.kill('SIGTERM');
            await app.exit(30_000);
            assert.equal(sentry.events.length, 1);
            assert.match(JSON.stringify(sentry.events), /"boom"/);
          },
          { env: { SENTRY_DSN: sentry.dsn }, cwd: path.join(root, 'test/fixtures', folder) },
        );
      } finally {
        sentry.stop();
      }
    });
  }
});

test('negative control: without the instrumentation of http nothing is counted', () =>
  withApp(
    'compat',
    async (app, session) => {
      assert.equal((await get(session, '/ok')).body, 'ok');
      assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {});
    },
    { env: { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http' } },
  ));
