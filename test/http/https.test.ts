import assert from 'node:assert/strict';
import { once } from 'node:events';
import https from 'node:https';
import { test } from 'node:test';
import { startApp } from '../child.ts';
import { metric } from '../page.ts';
import { selfSigned, skipWithoutOpenssl } from '../self-signed.ts';

test('https is observed as http is', { skip: skipWithoutOpenssl() }, async () => {
  const { key, cert, remove } = selfSigned();
  const app = await startApp('http/https.mjs', { env: { TLS_KEY: key, TLS_CERT: cert } });
  try {
    const request = https.get(`https://127.0.0.1:${new URL(app.url).port}/users/42`, {
      rejectUnauthorized: false,
    });
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
    assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
      '{method="GET",path="/users/:id",status="200"}': 1,
    });
  } finally {
    await app.stop();
    remove();
  }
});
