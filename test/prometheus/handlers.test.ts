import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { metricsHandler } from '../../src/index.ts';
import { type PageSource, respondWithMetrics } from '../../src/prometheus/handlers.ts';

const source: PageSource = {
  page: async () => ({
    contentType: 'text/plain; version=0.0.4',
    encoding: 'identity',
    body: Buffer.from('page 1\n'),
  }),
  authorize: header => header === 'Bearer t',
};
const request = (authorization?: string): Request =>
  new Request('http://localhost/metrics', { headers: authorization ? { authorization } : {} });

test('without a check of the application the token settings decide', async () => {
  const refused = await respondWithMetrics(source, request());
  assert.equal(refused.status, 401);
  const response = await respondWithMetrics(source, request('Bearer t'));
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4');
  assert.equal(await response.text(), 'page 1\n');
});

test("the application's check decides alone; it may be asynchronous, say no, or throw a Response", async () => {
  assert.equal((await respondWithMetrics(source, request(), () => true)).status, 200);
  assert.equal((await respondWithMetrics(source, request('Bearer t'), async () => false)).status, 401);
  // Only true opens: a check that forgets to answer must not.
  assert.equal((await respondWithMetrics(source, request(), (() => undefined) as never)).status, 401);
  const redirect = new Response(null, { status: 302, headers: { location: '/login' } });
  const answer = await respondWithMetrics(source, request(), () => {
    throw redirect;
  });
  assert.equal(answer, redirect);
  const broken = respondWithMetrics(source, request(), () => {
    throw new Error('check broke');
  });
  await assert.rejects(broken, /check broke/);
});

test('without the preload 503, with a failing collection 500', async () => {
  assert.equal((await respondWithMetrics(undefined, request())).status, 503);
  const failing: PageSource = { ...source, page: () => Promise.reject(new Error('no')) };
  assert.equal((await respondWithMetrics(failing, request('Bearer t'))).status, 500);
});

const answerOf = async (listener: RequestListener): Promise<Response> => {
  const server = http.createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { redirect: 'manual' });
  } finally {
    server.close();
    server.closeAllConnections();
  }
};

test('the handler for node:http writes a thrown Response and never leaves a request open', async () => {
  assert.equal((await answerOf(metricsHandler())).status, 503);
  assert.equal((await answerOf(metricsHandler(() => false))).status, 401);
  const redirected = await answerOf(
    metricsHandler(() => {
      throw new Response(null, { status: 302, headers: { location: '/login' } });
    }),
  );
  assert.equal(redirected.status, 302);
  assert.equal(redirected.headers.get('location'), '/login');
  const broken = metricsHandler(() => {
    throw new Error('check broke');
  });
  assert.equal((await answerOf(broken)).status, 500);
  const passed = await answerOf((incoming, response) =>
    broken(incoming, response, error => response.writeHead(418).end(String(error))),
  );
  assert.equal(passed.status, 418);
});
