import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type App, register, root, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { createLedger } from './ledger.ts';

type Case = readonly [request: string, label: string, status: number | string];

const cases: readonly Case[] = [
  ['GET /', '/', 200],
  ['GET /?secret=1', '/', 200],
  ['HEAD /', '/', 200],
  ['GET /api/orgs/42', '/api/orgs/:org', 200],
  // nested routers with parameters in the mount
  ['GET /api/orgs/42/users', '/api/orgs/:org/users', 200],
  ['GET /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200],
  ['GET /api/orgs/ykmake/users/7?a=b', '/api/orgs/:org/users/:id', 200],
  ['HEAD /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200],
  ['POST /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200],
  // a handler that throws, and the error handler behind it at the top
  ['GET /api/orgs/42/users/7/boom', '/api/orgs/:org/users/:id/boom', 500],
  ['GET /async-boom', '/async-boom', 500],
  // an error that no error handler takes
  ['GET /api/orgs/42/users/7/denied', '/api/orgs/:org/users/:id/denied', 403],
  // a parameter callback that fails before its route is entered
  ['GET /api/orgs/42/users/bad', '/api/orgs/:org/users/:id', 400],
  // a route's own 404 keeps its route; a 404 of a mounted router and of a route that passed does not
  ['GET /api/orgs/42/users/7/missing', '/api/orgs/:org/users/:id/missing', 404],
  ['GET /api/orgs/42/users/7/passed', 'unmatched', 404],
  ['GET /api/orgs/42/users/7/nowhere/else', 'unmatched', 404],
  ['GET /api/orgs', 'unmatched', 404],
  ['GET /api/v1/none', 'unmatched', 404],
  ['GET /nowhere/42', 'unmatched', 404],
  ['DELETE /api/orgs/42', 'unmatched', 404],
  // an application mounted in an application
  ['GET /sub/report/2026', '/sub/report/:year', 200],
  ['GET /sub/report/2026/boom', '/sub/report/:year/boom', 500],
  ['GET /sub/none', 'unmatched', 404],
  // alternatives: the one that matched
  ['GET /both', '/both', 200],
  ['GET /either/kim', '/either/:name', 200],
  ['GET /m1/in/5', '/m1/in/:id', 200],
  ['GET /m2/9/in/5', '/m2/:x/in/:id', 200],
  ['GET /expression', '/^\\/exp(ress)?ion$/', 200],
  ['GET /expion', '/^\\/exp(ress)?ion$/', 200],
  // next(), next('route') and a later route of the same path
  ['GET /chain', '/chain', 200],
  ['GET /skip', '/skip', 200],
  ['GET /overtaken/special', '/overtaken/special', 200],
  ['GET /overtaken/5', 'unmatched', 404],
  ['PUT /all', '/all', 200],
  ['GET /redirect', '/redirect', 302],
  ['GET /stream', '/stream', 200],
  // answered without a route
  ['GET /guarded/area', 'unmatched', 401],
  ['GET /plain', '/plain', 200],
  ['GET /plain/42', '/plain/:id', 200],
  ['OPTIONS /api/orgs/42', '/api/orgs/:id', 200],
  // the body parser refuses before any route
  ['POST! /', 'unmatched', 400],
  // a method that Node knows and the contract does not
  ['PROPFIND /all', '/all', 200],
];

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
        const all: readonly Case[] = [...cases, ['GET /files/a/b.txt', splat, 200]];
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
        const mixed = cases.filter(([request]) => !/^(POST!|PROPFIND)/.test(request));
        await Promise.all(
          Array.from({ length: 300 }, async (_, index) => {
            const [request, label, status] = mixed[index % mixed.length] as Case;
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
