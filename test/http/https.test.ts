import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startApp } from '../child.ts';
import { missing } from '../missing.ts';
import { metric } from '../page.ts';

const skip = missing(spawnSync('openssl', ['version']).status === 0, 'openssl', 'apt-get install openssl');

test('https is observed as http is', { skip }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-tls-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-keyout',
    key,
    '-out',
    cert,
  ]);
  assert.equal(made.status, 0, String(made.stderr));
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
    rmSync(folder, { recursive: true });
  }
});
