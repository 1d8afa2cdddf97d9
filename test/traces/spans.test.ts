import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type App, register, startApp } from '../child.ts';
import { type PostgresServer, startPostgres } from '../database/postgres-server.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver, treesOf } from '../otlp-receiver.ts';
import { metric } from '../page.ts';
import { reported } from '../preload/reported.ts';

let postgres: PostgresServer | undefined;
before(async () => {
  postgres = await startPostgres();
});
after(() => postgres?.stop());

interface Shop {
  readonly app: App;
  readonly receiver: OtlpReceiver;
  /** The spans of one request, once the server's own has come. */
  readonly spansOf: (name: string) => Promise<readonly ReceivedSpan[]>;
}

const shop = async (
  env: Readonly<Record<string, string>>,
  run: (shop: Shop) => Promise<void>,
): Promise<void> => {
  const receiver = await startOtlpReceiver();
  const app = await startApp('traces/shop.mjs', {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      ...(postgres !== undefined && { DATABASE_URL: postgres.url }),
      ...env,
    },
  });
  const spansOf = async (name: string): Promise<readonly ReceivedSpan[]> => {
    await receiver.waitFor(spans => spans.some(span => span.kind === 2 && span.name === name));
    const trace = receiver.spans.find(span => span.kind === 2 && span.name === name)?.traceId;
    return receiver.spans.filter(span => span.traceId === trace);
  };
  try {
    await run({ app, receiver, spansOf });
  } finally {
    await app.stop();
    receiver.stop();
  }
};

const only = (spans: readonly ReceivedSpan[], name: string, kind: number): ReceivedSpan => {
  const found = spans.filter(span => span.name === name && span.kind === kind);
  assert.equal(found.length, 1, treesOf(spans));
  return found[0] as ReceivedSpan;
};

const parent = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${parent}-b7ad6b7169203331-01`;

describe('spans', { concurrency: 2 }, () => {
  test('of a request, what it calls and what it asks the database', t =>
    shop({}, async ({ app, spansOf }) => {
      if (postgres === undefined) return t.skip('PostgreSQL is not installed');
      const client = await fetch(`${app.url}/shop/bonn/items/7?password=x&page=2`, {
        headers: { 'user-agent': 'test', host: 'shop.example:8080' },
      });
      const { trace } = (await client.json()) as { trace: string };
      const spans = await spansOf('GET /shop/:city/items/:id');
      assert.equal(
        treesOf(spans),
        [
          'GET /shop/:city/items/:id server',
          '  GET client',
          '    GET /stock server',
          '  GET client',
          '    GET /stock server',
          '  SELECT items client error',
        ].join('\n'),
      );
      const server = only(spans, 'GET /shop/:city/items/:id', 2);
      assert.equal(server.traceId, trace);
      const { 'network.peer.port': peer, 'server.port': port, ...attributes } = server.attributes;
      assert.ok(Number(peer) > 0 && Number(port) > 0);
      assert.deepEqual(attributes, {
        'client.address': '127.0.0.1',
        'http.request.method': 'GET',
        'http.response.body.size': Buffer.byteLength(JSON.stringify({ trace })),
        'http.response.status_code': 200,
        'http.route': '/shop/:city/items/:id',
        'network.peer.address': '127.0.0.1',
        'network.protocol.version': '1.1',
        'server.address': '127.0.0.1',
        'url.path': '/shop/bonn/items/7',
        'url.query': 'password=REDACTED&page=2',
        'url.scheme': 'http',
        'user_agent.original': 'test',
      });
      const query = only(spans, 'SELECT items', 3);
      const { 'db.namespace': namespace, 'server.port': _port, ...database } = query.attributes;
      assert.equal(typeof namespace, 'string');
      assert.deepEqual(database, {
        'db.system.name': 'postgresql',
        'db.operation.name': 'SELECT',
        'db.collection.name': 'items',
        'db.query.summary': 'SELECT items',
        'db.query.text': 'SELECT name FROM items WHERE id = $1 AND owner <> ?',
        'db.response.status_code': '42P01',
        'error.type': '42P01',
        'server.address': '127.0.0.1',
      });
      const urls = spans
        .filter(span => span.name === 'GET' && span.kind === 3)
        .map(span => span.attributes['url.full']);
      assert.deepEqual(urls.sort(), [`${app.url}/stock`, `${app.url}/stock?token=REDACTED`]);
    }));

  test('of a failing request hold the error', () =>
    shop({}, async ({ app, spansOf }) => {
      assert.equal((await fetch(`${app.url}/boom`)).status, 500);
      const { status, attributes, events } = only(await spansOf('GET /boom'), 'GET /boom', 2);
      assert.deepEqual(
        [status, attributes['error.type'], attributes['http.response.status_code']],
        [2, 'TypeError', 500],
      );
      assert.equal(events[0]?.attributes['exception.message'], 'out of stock');
      assert.match(String(events[0]?.attributes['exception.stacktrace']), /shop\.mjs/);
    }));

  test('of a call that is refused hold its error', () =>
    shop({}, async ({ app, spansOf }) => {
      await fetch(`${app.url}/refused`);
      const call = only(await spansOf('GET /refused'), 'GET', 3);
      assert.deepEqual([call.status, call.attributes['error.type']], [2, 'ECONNREFUSED']);
      const calls = metric(await app.scrape(), 'http_client_request_duration_seconds_count');
      assert.deepEqual(calls, {
        '{http_request_method="GET",server_address="127.0.0.1",http_response_status_code="none"}': 1,
      });
    }));

  test('of a request without a route are named by the method, and are no error', () =>
    shop({}, async ({ app, spansOf }) => {
      await fetch(`${app.url}/nowhere`, { method: 'DELETE' });
      const span = only(await spansOf('DELETE'), 'DELETE', 2);
      assert.deepEqual(
        [span.status, span.attributes['http.response.status_code'], span.attributes['http.route']],
        [0, 404, undefined],
      );
    }));

  test('of a request whose client leaves say so, and the metric says 499', () =>
    shop({}, async ({ app, spansOf }) => {
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
      socket.write('GET /hang HTTP/1.1\r\nhost: a\r\n\r\n');
      await app.output(/hanging/);
      socket.destroy();
      await once(socket, 'close');
      const span = only(await spansOf('GET /hang'), 'GET /hang', 2);
      assert.deepEqual(
        [span.attributes['error.type'], span.attributes['http.response.status_code']],
        ['aborted', undefined],
      );
      assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
        '{method="GET",path="/hang",status="499"}': 1,
      });
    }));
});

/** What a request in a given trace context comes to: its span's parent, and what is passed on to other services. */
const passedOn = async (env: Readonly<Record<string, string>>, headers: Record<string, string>) => {
  let result:
    | { readonly parents: readonly (string | undefined)[]; readonly headers: Record<string, string> }
    | undefined;
  await shop(env, async ({ app, receiver }) => {
    await fetch(`${app.url}/shop/bonn/items/7`, { headers });
    const { trace } = (await (
      await fetch(`${app.url}/shop/bonn/items`, { method: 'POST', headers })
    ).json()) as {
      trace: string;
    };
    const inbound = () => receiver.spans.filter(span => span.kind === 2 && span.name.includes(':city'));
    // Of what is not sampled none come.
    await receiver.waitFor(() => inbound().length >= 2, 2_000).catch(() => undefined);
    result = {
      parents: inbound().map(span => span.parentSpanId),
      headers: { trace, spans: String(receiver.spans.length) },
    };
  });
  return result;
};

describe('the trace of the caller', { concurrency: 2 }, () => {
  const span = 'b7ad6b7169203331';
  const continued = { parents: [span, span], trace: parent };
  const cases: Readonly<
    Record<string, { env?: Record<string, string>; headers: Record<string, string>; goesOn: boolean }>
  > = {
    'W3C trace context': { headers: { traceparent }, goesOn: true },
    'a malformed one': { headers: { traceparent: traceparent.replace('-01', '-1') }, goesOn: false },
    'version ff': { headers: { traceparent: traceparent.replace(/^00/, 'ff') }, goesOn: false },
    'only zeros': { headers: { traceparent: `00-${'0'.repeat(32)}-${span}-01` }, goesOn: false },
    'B3 when it is not asked for': { headers: { b3: `${parent}-${span}-1` }, goesOn: false },
    'B3 in one header': {
      env: { OTEL_PROPAGATORS: 'b3' },
      headers: { b3: `${parent}-${span}-1` },
      goesOn: true,
    },
    'B3 in several': {
      env: { OTEL_PROPAGATORS: 'b3multi' },
      headers: { 'x-b3-traceid': parent, 'x-b3-spanid': span, 'x-b3-sampled': '1' },
      goesOn: true,
    },
    Jaeger: {
      env: { OTEL_PROPAGATORS: 'jaeger' },
      headers: { 'uber-trace-id': `${parent}:${span}:0:1` },
      goesOn: true,
    },
    none: { env: { OTEL_PROPAGATORS: 'none' }, headers: { traceparent }, goesOn: false },
  };
  for (const [name, { env = {}, headers, goesOn }] of Object.entries(cases)) {
    test(`${name} ${goesOn ? 'is continued' : 'is not continued'}`, async () => {
      const found = await passedOn(env, headers);
      assert.deepEqual(found?.parents, goesOn ? continued.parents : [undefined, undefined]);
      assert.equal(found?.headers.trace === continued.trace, goesOn);
    });
  }

  const unsampled = { traceparent: traceparent.replace(/-01$/, '-00') };
  test('that is not sampled is passed on and recorded by nobody', async () => {
    const found = await passedOn({}, unsampled);
    assert.deepEqual(found, { parents: [], headers: { trace: parent, spans: '0' } });
  });

  test('that is sampled does not count where callers are not trusted', async () => {
    const off = { OTEL_TRACES_SAMPLER: 'parentbased_always_off' };
    assert.deepEqual((await passedOn(off, { traceparent }))?.parents, continued.parents);
    const untrusting = { ...off, MONITORING_TRUST_PARENT_SAMPLING: 'false' };
    assert.deepEqual((await passedOn(untrusting, { traceparent }))?.parents, []);
    const on = { MONITORING_TRUST_PARENT_SAMPLING: 'false' };
    assert.deepEqual((await passedOn(on, unsampled))?.parents, continued.parents);
  });
});

describe('what other services get', { concurrency: 2 }, () => {
  const echo = (
    headers: Record<string, string>,
    run: (got: Record<string, Record<string, string>>, shop: Shop) => Promise<void>,
  ) =>
    shop({}, async parts => {
      await run((await (await fetch(`${parts.app.url}/echo`, { headers })).json()) as never, parts);
    });

  test('is the trace and the span that calls them, unless the application says something itself', () =>
    echo({ traceparent }, async (got, { spansOf }) => {
      const calls = (await spansOf('GET /echo')).filter(({ kind }) => kind === 3).map(({ spanId }) => spanId);
      assert.equal(calls.length, 4);
      for (const way of ['fetch', 'http', 'list']) {
        const [, trace, span, flags] = got[way]?.traceparent?.split('-') ?? [];
        assert.deepEqual([trace, flags], [parent, '01'], way);
        assert.ok(calls.includes(span ?? ''), way);
      }
      assert.equal(got.own?.traceparent, 'of the application');
    }));

  test('is the baggage, unless it is larger than baggage may be', async () => {
    await echo({ traceparent, baggage: 'user=7' }, async got => {
      assert.deepEqual([got.fetch?.baggage, got.http?.baggage], ['user=7', 'user=7']);
    });
    const large = Array.from({ length: 100 }, (_, index) => `key${index}=${'x'.repeat(80)}`).join(',');
    assert.ok(large.length > 8_192);
    await echo({ traceparent, baggage: large }, async got => {
      assert.deepEqual([got.fetch?.baggage, got.http?.baggage], [undefined, undefined]);
    });
  });
});

test('another SDK that was there first keeps the traces, and one line says so', async () => {
  const receiver = await startOtlpReceiver();
  const app = await startApp('', {
    args: [
      '--import',
      './test/fixtures/traces/other-sdk.mjs',
      '--import',
      register,
      'test/fixtures/preload/own-tracer.mjs',
    ],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
  });
  try {
    await fetch(app.url);
    assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
      '{method="GET",path="/",status="200"}': 1,
    });
    assert.deepEqual(receiver.spans, []);
    assert.match(reported(app).join('\n'), /off: traces \(another OpenTelemetry SDK traces this process\)/);
  } finally {
    await app.stop();
    receiver.stop();
  }
});

describe('sampling', { concurrency: 2 }, () => {
  for (const [ratio, least, most] of [
    ['0', 0, 0],
    ['0.5', 60, 140],
    ['1', 200, 200],
  ] as const) {
    test(`at ${ratio} leaves the metrics complete`, () =>
      shop(
        { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: ratio },
        async ({ app, receiver }) => {
          for (let index = 0; index < 200; index++) await (await fetch(`${app.url}/stock`)).text();
          await new Promise(resolve => setTimeout(resolve, 300));
          const { length } = receiver.spans;
          assert.ok(length >= least && length <= most, `${length} spans`);
          assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
            '{method="GET",path="/stock",status="200"}': 200,
          });
        },
      ));
  }
});
