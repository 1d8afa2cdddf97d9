import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type App, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { rawRequest } from './raw-request.ts';

const textFormat = 'text/plain; version=0.0.4; charset=utf-8';
const plain = 'text/plain; charset=utf-8';

const requests: readonly {
  readonly method?: string;
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly allow?: string;
}[] = [
  { path: '/metrics', status: 200, type: textFormat },
  { path: '/metrics?debug=true', status: 200, type: textFormat },
  { method: 'HEAD', path: '/metrics', status: 200, type: textFormat },
  { method: 'POST', path: '/metrics', status: 405, type: plain, allow: 'GET, HEAD' },
  { method: 'DELETE', path: '/healthz', status: 405, type: plain, allow: 'GET, HEAD' },
  { path: '/healthz', status: 200, type: plain },
  { path: '/', status: 404, type: plain },
  { path: '/metrics/', status: 404, type: plain },
  { path: '/Metrics', status: 404, type: plain },
];

/** What a client may send that means harm, and the first line of each answer; `''`: just closed. */
const hostile: readonly {
  readonly name: string;
  readonly bytes: string | Buffer;
  readonly answer: RegExp;
}[] = [
  { name: 'random bytes', bytes: randomBytes(4_096), answer: /^HTTP\/1\.1 400 / },
  {
    name: 'a TLS handshake',
    bytes: Buffer.from('16030100a5010000a10303', 'hex'),
    answer: /^HTTP\/1\.1 400 /,
  },
  { name: 'an absolute URL', bytes: get('http://other.example/metrics'), answer: /^HTTP\/1\.1 404 / },
  { name: 'an absolute URL that is none', bytes: get('http://[::1'), answer: /^HTTP\/1\.1 40[04] / },
  { name: 'GET //', bytes: get('//'), answer: /^HTTP\/1\.1 404 / },
  { name: 'GET /%', bytes: get('/%'), answer: /^HTTP\/1\.1 404 / },
  { name: 'GET /%ff%00', bytes: get('/%ff%00'), answer: /^HTTP\/1\.1 404 / },
  { name: 'a path of 100 kB', bytes: get(`/${'x'.repeat(100_000)}`), answer: /^(HTTP\/1\.1 4|$)/ },
  {
    name: 'headers of 100 kB',
    bytes: get('/metrics', `x: ${'x'.repeat(100_000)}\r\n`),
    answer: /^(HTTP\/1\.1 431 |$)/,
  },
  {
    name: '5,000 headers',
    bytes: get('/metrics', 'x: y\r\n'.repeat(5_000)),
    answer: /^(HTTP\/1\.1 (200|431) |$)/,
  },
  { name: 'half a request', bytes: 'GET /metrics HTTP/1.1\r\nhost', answer: /^(HTTP\/1\.1 400 |$)/ },
  {
    name: 'OPTIONS *',
    bytes: 'OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    answer: /^HTTP\/1\.1 404 /,
  },
  { name: 'CONNECT', bytes: 'CONNECT other.example:443 HTTP/1.1\r\nhost: x\r\n\r\n', answer: /^$/ },
  {
    name: 'an upgrade',
    bytes: get('/metrics', 'connection: upgrade\r\nupgrade: websocket\r\n'),
    answer: /^HTTP\/1\.1 200 /,
  },
  { name: 'no host', bytes: 'GET /metrics HTTP/1.1\r\n\r\n', answer: /^HTTP\/1\.1 400 / },
  { name: 'HTTP/1.0', bytes: 'GET /metrics HTTP/1.0\r\n\r\n', answer: /^HTTP\/1\.1 200 / },
  { name: 'HTTP/2', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', answer: /^(HTTP\/1\.1 400 |$)/ },
  {
    name: 'two lengths',
    bytes: get('/metrics', 'content-length: 1\r\ncontent-length: 2\r\n'),
    answer: /^HTTP\/1\.1 400 /,
  },
  { name: 'an unknown expectation', bytes: get('/metrics', 'expect: 1\r\n'), answer: /^HTTP\/1\.1 417 / },
  { name: 'a header with NUL', bytes: get('/metrics', 'x: \0\r\n'), answer: /^HTTP\/1\.1 400 / },
];

function get(target: string, headers = ''): string {
  return `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${headers}\r\n`;
}

describe('the metrics endpoint', () => {
  let app: App;
  before(async () => {
    app = await startApp('preload/serve.mjs');
    await (await fetch(app.url)).text();
  });
  after(() => app.stop());

  /** The page is whole, and only the application's one request is counted. */
  const assertPage = async (): Promise<void> => {
    const page = await app.scrape();
    assert.deepEqual(metric(page, 'http_requests_total'), { '{method="GET",path="/",status="200"}': 1 });
    assert.deepEqual(metric(page, 'http_requests_in_flight'), { '{method="GET"}': 0 });
  };

  for (const { method = 'GET', path, status, type, allow } of requests) {
    test(`${method} ${path} is answered with ${status}`, async () => {
      const response = await fetch(new URL(path, app.metricsUrl), {
        method,
        headers: { 'accept-encoding': 'identity' },
      });
      assert.equal(response.status, status);
      assert.equal(response.headers.get('content-type'), type);
      assert.equal(response.headers.get('allow'), allow ?? null);
      const text = await response.text();
      if (method === 'HEAD') assert.ok(Number(response.headers.get('content-length')) > 100);
      else assert.equal(response.headers.get('content-length'), String(Buffer.byteLength(text)));
      await assertPage();
    });
  }

  for (const { name, bytes, answer } of hostile) {
    test(`${name} does no harm`, async () => {
      assert.match((await rawRequest(app.metricsUrl, bytes)).slice(0, 80), answer);
      await assertPage();
    });
  }

  test('pipelined requests are answered in turn', async () => {
    const answer = await rawRequest(
      app.metricsUrl,
      'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3) + get('/nothing'),
    );
    assert.deepEqual(answer.match(/(?<=^HTTP\/1\.1 )\d+/gm), ['200', '200', '200', '404']);
  });

  test('50 scrapes at once are all answered', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => (await fetch(app.metricsUrl)).status),
    );
    assert.deepEqual(new Set(statuses), new Set([200]));
  });

  test('the application said nothing all that time', () => {
    assert.equal(app.process.exitCode, null);
    assert.doesNotMatch(app.stderr(), /Error|failed|Warning/);
  });
});

describe('a guarded endpoint', () => {
  test('answers 401 without its token, and counts that', async () => {
    const app = await startApp('preload/serve.mjs', { env: { MONITORING_METRICS_TOKEN: 'the-token' } });
    try {
      for (const authorization of [
        '',
        'Bearer',
        'Bearer the-toke',
        'Bearer the-tokenn',
        'Basic the-token',
        'Bearer \xff',
      ]) {
        const response = await fetch(app.metricsUrl, { headers: { authorization } });
        assert.equal(response.status, 401, authorization);
        assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer, Basic realm=/);
        assert.equal(await response.text(), 'Unauthorized\n');
      }
      const healthz = new URL('/healthz', app.metricsUrl);
      assert.equal((await fetch(healthz)).status, 200);
      const response = await fetch(app.metricsUrl, { headers: { authorization: 'Bearer the-token' } });
      assert.equal(response.status, 200);
      assert.equal(metric(await response.text(), 'monitoring_scrapes_total')['{outcome="unauthorized"}'], 6);
    } finally {
      await app.stop();
    }
  });
});
