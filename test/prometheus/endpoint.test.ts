import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createEndpoint, type Endpoint, type EndpointOptions } from '../../src/prometheus/endpoint.ts';
import type { Page } from '../../src/prometheus/page.ts';

interface Started {
  readonly endpoint: Endpoint;
  readonly url: string;
  readonly told: string[];
}

const pageOf = (text: string): Page => ({
  contentType: 'text/plain',
  encoding: 'identity',
  body: Buffer.from(text),
});

/** An endpoint on any free port; `told` holds what it reported. */
const startEndpoint = async (options: Partial<EndpointOptions> = {}): Promise<Started> => {
  const told: string[] = [];
  const endpoint = createEndpoint({
    host: '127.0.0.1',
    port: 0,
    page: async () => pageOf('page\n'),
    authorize: () => true,
    retryMs: 20,
    onListening: () => void told.push('listening'),
    onUnavailable: error => void told.push(error.code ?? ''),
    onScrape: outcome => void told.push(outcome),
    onScrapeError: error => void told.push(String(error)),
    ...options,
  });
  // Not events.once, which would reject at the first EADDRINUSE.
  const listening = new Promise(resolve => endpoint.server.once('listening', resolve));
  endpoint.listen();
  await listening;
  endpoint.server.ref();
  return { endpoint, told, url: `http://127.0.0.1:${(endpoint.server.address() as AddressInfo).port}` };
};

test('a collection that fails is a 500 without the error in it, and it is told and counted', async () => {
  const { endpoint, url, told } = await startEndpoint({
    page: () => Promise.reject(new Error('disk on fire')),
  });
  const response = await fetch(`${url}/metrics`);
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /fire/);
  assert.deepEqual(told, ['listening', 'failed', 'Error: disk on fire']);
  await endpoint.close();
});

test('paths and methods', async () => {
  const { endpoint, url } = await startEndpoint();
  const status = async (path: string, method = 'GET'): Promise<number> =>
    (await fetch(url + path, { method })).status;
  assert.equal(await status('/metrics'), 200);
  assert.equal(await status('/metrics?name=x'), 200);
  assert.equal(await status('/healthz'), 200);
  assert.equal(await status('/'), 404);
  assert.equal(await status('/metrics/'), 404);
  assert.equal(await status('/metrics', 'POST'), 405);
  const head = await fetch(`${url}/metrics`, { method: 'HEAD' });
  assert.equal(head.headers.get('content-length'), '5');
  assert.equal(await head.text(), '');
  await endpoint.close();
});

test('a refused scrape produces no page', async () => {
  let pages = 0;
  const { endpoint, url, told } = await startEndpoint({
    authorize: header => header === 'Bearer t',
    page: async () => pageOf(String(++pages)),
  });
  assert.equal((await fetch(`${url}/metrics`)).status, 401);
  assert.equal(pages, 0);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.equal(await (await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer t' } })).text(), '1');
  assert.deepEqual(told, ['listening', 'unauthorized', 'ok']);
  await endpoint.close();
});

test('a taken port is told once, tried again, and served when it is free', async () => {
  const other = net.createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  setTimeout(() => other.close(), 200);
  const { endpoint, told } = await startEndpoint({ port });
  assert.deepEqual(told, ['EADDRINUSE', 'listening']);
  await endpoint.close();
});
