import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http, { type RequestListener, type Server } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { selfSigned, skipWithoutOpenssl } from '../self-signed.ts';
import { type Answer, ask, inTheAnswer } from './ask.ts';
import type { Protocol } from './ledger.ts';

/** Answers by the last segment of the path. */
const answer: RequestListener = (request, response) => {
  switch (request.url) {
    case '/ok':
      response.writeHead(request.method === 'PUT' ? 201 : 200).end('ok');
      return;
    case '/empty':
      response.writeHead(204).end();
      return;
    case '/cut-before':
      response.destroy();
      return;
    case '/cut-in':
      response.write('first');
      // Over HTTP/2 a stream that is destroyed without an error ends as a complete one does.
      response.on('error', () => {});
      setTimeout(() => response.destroy(new Error('boom')), 20);
      return;
    case '/endless':
      response.write('first');
  }
};

const tls = (): https.ServerOptions => {
  const { key, cert, remove } = selfSigned();
  after(remove);
  return { key: readFileSync(key), cert: readFileSync(cert) };
};

const servers: Readonly<Record<Protocol, () => Server>> = {
  http: () => http.createServer(answer),
  https: () => https.createServer(tls(), answer),
  http2: () => http2.createSecureServer(tls(), answer as never) as unknown as Server,
};

for (const [protocol, create] of Object.entries(servers) as [Protocol, () => Server][]) {
  const skip = protocol === 'http' ? false : skipWithoutOpenssl();
  test(`${protocol}: a client says how its request ended`, { skip }, async () => {
    const server = create();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const send = (request: string, leaveAfter?: Promise<unknown>): Promise<Answer> =>
      ask(protocol, { port, request, leaveAfter });
    try {
      assert.equal(await send('GET /ok'), 200);
      assert.equal(await send('HEAD /ok'), 200);
      assert.equal(await send('PUT /ok'), 201);
      assert.equal(await send('GET /empty'), 204);
      assert.equal(await send('GET /cut-before'), 'cut');
      assert.equal(await send('GET /cut-in'), 'cut');
      assert.equal(await send('GET /endless', inTheAnswer), 'left');
      assert.equal(await send('GET /silent', Promise.resolve()), 'left');
    } finally {
      server.close();
    }
  });
}
