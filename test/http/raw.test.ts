import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type App, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { createLedger } from './ledger.ts';

const startRaw = (env: Record<string, string> = {}): Promise<App> => startApp('http/raw.mjs', { env });

/** Opens a connection, writes and lets `use` decide how it ends. */
const connect = async (app: App, text: string): Promise<net.Socket> => {
  const socket = net.connect(Number(new URL(app.url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(text);
  return socket;
};

const request = (target: string, method = 'GET', headers = ''): string =>
  `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;

/** Scrapes until the condition holds: the end of a connection reaches the server a moment later. */
const scrapeUntil = async (app: App, condition: (page: string) => boolean): Promise<string> => {
  for (let round = 0; ; round++) {
    const page = await app.scrape();
    if (condition(page) || round === 100) return page;
    await wait(50);
  }
};

const total = (page: string): number =>
  Object.values(metric(page, 'http_requests_total')).reduce((sum, value) => sum + value, 0);

const inFlight = (page: string): number =>
  Object.values(metric(page, 'http_requests_in_flight')).reduce((sum, value) => sum + value, 0);

const withApp = async (run: (app: App) => Promise<void>, env?: Record<string, string>): Promise<void> => {
  const app = await startRaw(env);
  try {
    await run(app);
  } finally {
    await app.stop();
  }
};

test('raw http: folded paths, admitted by a 2xx answer; 404 is unmatched; queries never show', () =>
  withApp(async app => {
    const ledger = createLedger();
    for (const [target, label, status] of [
      ['/ok', '/ok', 200],
      ['/ok?token=secret', 'unmatched', 404],
      ['/users/42', '/users/:id', 200],
      ['/users/4711?x=1', '/users/:id', 200],
      ['/users/43', 'unmatched', 404],
      ['/created', '/created', 201],
      ['/boom', 'unmatched', 500],
      ['/any/0f8fad5b-d9cb-469f-a165-70867728950e', '/any/:id', 200],
      ['/any/%E2%82%AC', '/any/:id', 200],
      ['/any/kim@example.com', '/any/:id', 200],
      [`/any/${'x'.repeat(1000)}`, 'other', 200],
      ['/wp-login.php', 'unmatched', 404],
    ] as const) {
      await (await fetch(app.url + target)).text();
      ledger.add('GET', label, status);
    }
    const page = await app.scrape();
    assert.deepEqual(metric(page, 'http_requests_total'), ledger.expected);
    assert.doesNotMatch(page, /secret|kim/);
  }));

test('no client can invent label values: four hundred paths stay within the budget', () =>
  withApp(async app => {
    const words = Array.from({ length: 400 }, (_, index) => {
      const letters = [index % 26, Math.floor(index / 26) % 26].map(n => String.fromCharCode(97 + n));
      return `/any/${letters.join('')}`;
    });
    for (const word of words) await (await fetch(app.url + word)).text();
    const counts = metric(await app.scrape(), 'http_requests_total');
    assert.equal(Object.keys(counts).length, 101);
    assert.equal(counts['{method="GET",path="other",status="200"}'], 300);
  }));

test('keep-alive and pipelining: every request on a connection is counted, in order or not', () =>
  withApp(async app => {
    const socket = await connect(
      app,
      request('/later') + request('/ok') + request('/nowhere') + request('/ok'),
    );
    let received = '';
    socket.on('data', data => {
      received += data;
    });
    while (received.split('HTTP/1.1').length < 5) await wait(20);
    socket.write(request('/ok', 'GET', 'Connection: close\r\n'));
    await once(socket, 'close');
    const ledger = createLedger();
    ledger.add('GET', '/later', 200);
    ledger.add('GET', '/ok', 200, 3);
    ledger.add('GET', 'unmatched', 404);
    const page = await app.scrape();
    assert.deepEqual(metric(page, 'http_requests_total'), ledger.expected);
    assert.equal(inFlight(page), 0);
  }));

test('aborts: 499 before the headers, the real status after them, also for a pipelined request behind', () =>
  withApp(async app => {
    const beforeHeaders = await connect(app, request('/slow') + request('/ok'));
    const afterHeaders = await connect(app, request('/part'));
    await once(afterHeaders, 'data');
    assert.equal(inFlight(await scrapeUntil(app, page => inFlight(page) === 3)), 3);
    beforeHeaders.destroy();
    afterHeaders.destroy();
    const page = await scrapeUntil(app, page => total(page) === 3);
    const ledger = createLedger();
    ledger.add('GET', 'unmatched', 499, 2);
    ledger.add('GET', '/part', 200);
    assert.deepEqual(metric(page, 'http_requests_total'), ledger.expected);
    assert.deepEqual(metric(page, 'http_requests_in_flight'), { '{method="GET"}': 0 });
  }));

test('an upload that is cut off is counted once', () =>
  withApp(async app => {
    const socket = await connect(app, `${request('/upload', 'POST', 'Content-Length: 1000\r\n')}half`);
    await scrapeUntil(app, page => inFlight(page) === 1);
    socket.destroy();
    const page = await scrapeUntil(app, page => total(page) === 1);
    assert.deepEqual(metric(page, 'http_requests_total'), {
      '{method="POST",path="unmatched",status="499"}': 1,
    });
    assert.equal(inFlight(page), 0);
  }));

test('a response that the application destroys is counted once, as 499', () =>
  withApp(async app => {
    await assert.rejects(fetch(`${app.url}/destroyed`));
    const page = await scrapeUntil(app, page => total(page) === 1);
    assert.deepEqual(metric(page, 'http_requests_total'), {
      '{method="GET",path="unmatched",status="499"}': 1,
    });
  }));

test('server-sent events are in flight until they end', () =>
  withApp(async app => {
    assert.match(await (await fetch(`${app.url}/sse`)).text(), /data: 3/);
    const page = await app.scrape();
    assert.deepEqual(metric(page, 'http_requests_total'), { '{method="GET",path="/sse",status="200"}': 1 });
    const sum =
      metric(page, 'http_request_duration_seconds_sum')['{method="GET",path="/sse",status="200"}'] ?? 0;
    assert.ok(sum >= 0.01, `three events, 5 ms apart, took ${sum} s`);
  }));

test('an upgrade is no request; refused for want of a listener, it is one', async () => {
  const upgrade = request('/ok', 'GET', 'Connection: Upgrade\r\nUpgrade: echo\r\n');
  await withApp(
    async app => {
      const socket = await connect(app, upgrade);
      assert.match(String((await once(socket, 'data'))[0]), /101/);
      socket.destroy();
      const page = await app.scrape();
      assert.deepEqual(metric(page, 'http_requests_total'), {});
      assert.equal(inFlight(page), 0);
    },
    { UPGRADE: '1' },
  );
  await withApp(async app => {
    const socket = await connect(app, upgrade);
    assert.match(String((await once(socket, 'data'))[0]), /200/);
    socket.destroy();
    assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
      '{method="GET",path="/ok",status="200"}': 1,
    });
  });
});

test('methods: the known ones by name, all others as _OTHER; what is no request is not counted', () =>
  withApp(async app => {
    const ledger = createLedger();
    for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'REPORT', 'M-SEARCH']) {
      const socket = await connect(app, request('/ok', method, 'Connection: close\r\n'));
      socket.resume();
      await once(socket, 'close');
      ledger.add(/^(PROPFIND|REPORT|M-SEARCH)$/.test(method) ? '_OTHER' : method, '/ok', 200);
    }
    const garbage = await connect(app, 'NONSENSE\r\n\r\n');
    garbage.resume();
    await once(garbage, 'close');
    assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), ledger.expected);
  }));

test('negative control: with the observer off nothing is counted', () =>
  withApp(
    async app => {
      await (await fetch(`${app.url}/ok`)).text();
      assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {});
    },
    { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http' },
  ));
