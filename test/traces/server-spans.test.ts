import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { treesOf } from '../otlp-receiver.ts';
import { metric } from '../page.ts';
import { only, sendRaw, withTracedApp } from './traced-app.ts';

const withAnswers = (
  env: Readonly<Record<string, string>>,
  run: Parameters<typeof withTracedApp>[2],
): Promise<void> => withTracedApp('traces/answers.mjs', env, run);

describe('the span of a request', { concurrency: 2 }, () => {
  for (const protocol of ['http/json', 'http/protobuf']) {
    test(`says what was asked and answered, by ${protocol}`, () =>
      withAnswers({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol }, async ({ app, receiver }) => {
        const head = 'host: shop.example:8080\r\nconnection: close\r\n';
        await sendRaw(app.url, `HEAD /stock HTTP/1.1\r\n${head}\r\n`);
        await sendRaw(app.url, `PROPFIND /stock HTTP/1.1\r\n${head}\r\n`);
        await sendRaw(app.url, `GET /streamed?token=x HTTP/1.1\r\n${head}\r\n`);
        const body = '{"a":1}';
        await sendRaw(
          app.url,
          `POST /upload HTTP/1.1\r\n${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
        await receiver.waitFor(spans => spans.length >= 4);
        assert.equal(
          treesOf(receiver.spans),
          ['GET /streamed server', 'HEAD /stock server', 'HTTP /stock server', 'POST /upload server'].join(
            '\n',
          ),
        );
        const common = {
          'client.address': '127.0.0.1',
          'network.peer.address': '127.0.0.1',
          'network.protocol.version': '1.1',
          'server.address': 'shop.example',
          'server.port': 8080,
          'url.scheme': 'http',
        };
        const attributesOf = (name: string): Readonly<Record<string, unknown>> => {
          const { 'network.peer.port': port, ...attributes } = only(receiver.spans, name, 2).attributes;
          assert.ok(Number(port) > 0);
          return attributes;
        };
        assert.deepEqual(attributesOf('HEAD /stock'), {
          ...common,
          'http.request.method': 'HEAD',
          'http.response.status_code': 200,
          'http.route': '/stock',
          'url.path': '/stock',
        });
        assert.deepEqual(attributesOf('HTTP /stock'), {
          ...common,
          'http.request.method': '_OTHER',
          'http.request.method_original': 'PROPFIND',
          'http.response.body.size': 5,
          'http.response.status_code': 200,
          'http.route': '/stock',
          'url.path': '/stock',
        });
        assert.deepEqual(attributesOf('GET /streamed'), {
          ...common,
          'http.request.method': 'GET',
          'http.response.status_code': 200,
          'http.route': '/streamed',
          'url.path': '/streamed',
          'url.query': 'token=REDACTED',
        });
        assert.deepEqual(attributesOf('POST /upload'), {
          ...common,
          'http.request.body.size': body.length,
          'http.request.method': 'POST',
          'http.response.body.size': 2,
          'http.response.status_code': 201,
          'http.route': '/upload',
          'url.path': '/upload',
        });
      }));
  }

  test('holds the error of a failure, and none of what is no failure of the server', () =>
    withAnswers({ NODE_ENV: 'test' }, async ({ app, receiver }) => {
      for (const path of ['/unavailable', '/teapot', '/rejects', '/odd']) await fetch(app.url + path);
      await receiver.waitFor(spans => spans.length >= 4);
      const said = receiver.spans.map(({ name, status, attributes, events }) => [
        name,
        status,
        attributes['http.response.status_code'],
        attributes['error.type'],
        events.map(event => [event.name, event.attributes['exception.message']]),
      ]);
      assert.deepEqual(said, [
        ['GET /unavailable', 2, 503, '503', []],
        ['GET /teapot', 0, 418, undefined, []],
        ['GET /rejects', 2, 500, 'ECONNREFUSED', [['exception', 'connect failed']]],
        ['GET /odd', 2, 500, 'string', [['exception', 'a string']]],
      ]);
    }));

  test('whose client leaves before or within the answer says so, with the status that was sent', () =>
    withAnswers({}, async ({ app, receiver }) => {
      for (const [path, printed] of [
        ['/hang', /hanging/],
        ['/begun', /begun/],
      ] as const) {
        const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
        socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
        await app.output(printed);
        if (path === '/begun') await once(socket, 'data');
        socket.destroy();
      }
      await receiver.waitFor(spans => spans.length >= 2);
      const said = ['GET /hang', 'GET /begun'].map(name => {
        const { status, attributes } = only(receiver.spans, name, 2);
        return [
          status,
          attributes['error.type'],
          attributes['http.response.status_code'],
          attributes['http.response.body.size'],
        ];
      });
      assert.deepEqual(said, [
        [0, 'aborted', undefined, undefined],
        [0, 'aborted', 200, undefined],
      ]);
      assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
        '{method="GET",path="/hang",status="499"}': 1,
        '{method="GET",path="/begun",status="200"}': 1,
      });
    }));
});

describe('client, host and scheme', { concurrency: 2 }, () => {
  const said = async (
    trust: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<readonly unknown[]> => {
    let result: readonly unknown[] = [];
    await withAnswers({ MONITORING_TRUST_PROXY: trust }, async ({ app, traceOf }) => {
      await fetch(`${app.url}/stock`, { headers });
      const { attributes } = only(await traceOf('GET /stock'), 'GET /stock', 2);
      assert.equal(attributes['network.peer.address'], '127.0.0.1');
      result = ['client.address', 'server.address', 'server.port', 'url.scheme'].map(key =>
        attributes[key] === Number(new URL(app.url).port) ? 'own port' : attributes[key],
      );
    });
    return result;
  };
  const forwarded = {
    'x-forwarded-for': '203.0.113.7, 10.0.0.1',
    'x-forwarded-host': 'shop.example',
    'x-forwarded-proto': 'https',
  };

  test('are the connection’s own where no proxy is trusted', async () => {
    assert.deepEqual(await said('false', forwarded), ['127.0.0.1', '127.0.0.1', 'own port', 'http']);
  });
  test('are what a trusted proxy says in X-Forwarded-*', async () => {
    assert.deepEqual(await said('true', forwarded), ['203.0.113.7', 'shop.example', 443, 'https']);
  });
  test('are what a trusted proxy says in Forwarded', async () => {
    const headers = {
      forwarded: 'for="[2001:db8::1]:4711";proto=https;host="shop.example:8443", for=10.0.0.1',
    };
    assert.deepEqual(await said('true', headers), ['2001:db8::1', 'shop.example', 8443, 'https']);
  });
  test('are those of each request, also where one connection carries those of several clients', () =>
    withAnswers({ MONITORING_TRUST_PROXY: 'true' }, async ({ app, receiver }) => {
      const asks = [
        ['a.example', 'first', '203.0.113.7'],
        ['b.example', 'first', '203.0.113.7'],
        ['b.example', 'second', '203.0.113.7'],
        ['b.example', 'second', '203.0.113.8'],
        ['b.example', 'second', '203.0.113.8'],
        ['a.example', 'first', '203.0.113.7'],
      ];
      const requests = asks.map(
        ([host, agent, client], index) =>
          `GET /stock HTTP/1.1\r\nhost: ${host}\r\nuser-agent: ${agent}\r\nx-forwarded-for: ${client}\r\n` +
          `connection: ${index === asks.length - 1 ? 'close' : 'keep-alive'}\r\n\r\n`,
      );
      await sendRaw(app.url, requests.join(''));
      await receiver.waitFor(spans => spans.length >= asks.length);
      const said = receiver.spans.map(({ attributes }) => [
        attributes['server.address'],
        attributes['user_agent.original'],
        attributes['client.address'],
      ]);
      assert.deepEqual(said, asks);
      assert.equal(new Set(receiver.spans.map(span => span.attributes['network.peer.port'])).size, 1);
    }));
  test('are the connection’s own where the proxy says nothing', async () => {
    assert.deepEqual(await said('true', {}), ['127.0.0.1', '127.0.0.1', 'own port', 'http']);
  });
});
