import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type App, register, root, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { type ExpressCase, expressCases } from './express-cases.ts';
import { createLedger } from './ledger.ts';

const versions = [
  { name: 'Express 4', from: 'test/fixtures/express-4', splat: '/files/*' },
  { name: 'Express 5.1 (router 2.2)', from: 'test/fixtures/express-5.1', splat: '/files/*splat' },
  { name: 'Express 5.3 (router 2.3)', from: '.', splat: '/files/*splat' },
];

const startExpress = (from: string, env: Record<string, string> = {}): Promise<App> =>
  startApp('http/express.mjs', { env: { EXPRESS_FROM: path.join(root, from), ...env } });

const send = async (app: App, request: string): Promise<void> => {
  const [method = '', target = ''] = request.split(' ');
  const response = await fetch(app.url + target, {
    method: method.replace('!', ''),
    redirect: 'manual',
    ...(method === 'POST!' ? { body: '{', headers: { 'content-type': 'application/json' } } : {}),
  });
  await response.arrayBuffer();
};

for (const { name, from, splat } of versions) {
  describe(name, () => {
    test('every request is counted once under its route template and status', async () => {
      const app = await startExpress(from);
      try {
        const ledger = createLedger();
        const all: readonly ExpressCase[] = [...expressCases, ['GET /files/a/b.txt', splat, 200]];
        for (const [request, label, status] of all) {
          await send(app, request);
          const method = (request.split(' ')[0] ?? '').replace('!', '');
          ledger.add(method === 'PROPFIND' ? '_OTHER' : method, label, status);
        }
        const page = await app.scrape();
        assert.deepEqual(metric(page, 'http_requests_total'), ledger.expected);
        assert.deepEqual(metric(page, 'http_request_duration_seconds_count'), ledger.expected);
        for (const [labels, value] of Object.entries(metric(page, 'http_requests_in_flight'))) {
          assert.equal(value, 0, `in flight ${labels}`);
        }
        assert.deepEqual(metric(page, 'monitoring_hook_failures_total'), {});
        assert.doesNotMatch(page, /secret/);
      } finally {
        await app.stop();
      }
    });

    test('at once or one after another: 300 requests mixed over all routes keep their labels', async () => {
      const app = await startExpress(from);
      try {
        const ledger = createLedger();
        const mixed = expressCases.filter(([request]) => !/^(POST!|PROPFIND)/.test(request));
        await Promise.all(
          Array.from({ length: 300 }, async (_, index) => {
            const [request, label, status] = mixed[index % mixed.length] as ExpressCase;
            await send(app, request);
            ledger.add(request.split(' ')[0] ?? '', label, status);
          }),
        );
        const counted = metric(await app.scrape(), 'http_requests_total');
        // What a folded path is called depends on whether an answer has admitted it yet, so only routes here.
        assert.deepEqual(counted, ledger.expected);
      } finally {
        await app.stop();
      }
    });
  });
}

test('negative control: without the adapter no route is known', async () => {
  const app = await startExpress('.', { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'express' });
  try {
    await send(app, 'GET /api/orgs/42/users/7');
    await send(app, 'GET /api/orgs/42/users/7/missing');
    assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
      '{method="GET",path="/api/orgs/:id/users/:id",status="200"}': 1,
      '{method="GET",path="unmatched",status="404"}': 1,
    });
  } finally {
    await app.stop();
  }
});

test('CommonJS: require("express") is patched as import is', async () => {
  const app = await startApp('http/express.cjs', {
    args: ['--import', register, path.join(root, 'test/fixtures/http/express.cjs')],
  });
  try {
    await send(app, 'GET /shops/5/items/6');
    assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
      '{method="GET",path="/shops/:shop/items/:item",status="200"}': 1,
    });
  } finally {
    await app.stop();
  }
});
