import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type App, root, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { createLedger } from './ledger.ts';

type KoaCase = readonly [request: string, label: string, status: number];

/** What is asked of the fixture `http/koa.mjs`, and how it is to be counted. */
const cases = (splat: string): readonly KoaCase[] => [
  ['GET /', '/', 200],
  ['GET /?secret=1', '/', 200],
  ['HEAD /', '/', 200],
  // nested routers with parameters in the prefix
  ['GET /api/orgs/42', '/api/orgs/:org', 200],
  ['GET /api/orgs/42/users', '/api/orgs/:org/users', 200],
  ['GET /api/orgs/42/users/7?a=b', '/api/orgs/:org/users/:id', 200],
  ['HEAD /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200],
  ['POST /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200],
  ['GET /api/orgs/42/users/7/boom', '/api/orgs/:org/users/:id/boom', 500],
  // middleware of a router that answers in front of the route
  ['GET! /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 401],
  // a route's own 404 keeps its route, said or not; one of a route that passed does not
  ['GET /api/orgs/42/users/7/missing', '/api/orgs/:org/users/:id/missing', 404],
  ['GET /api/orgs/42/users/7/nothing', '/api/orgs/:org/users/:id/nothing', 404],
  ['GET /api/orgs/42/users/7/passed', 'unmatched', 404],
  ['GET /api/orgs/42/users/7/around', '/api/orgs/:org/users/:id/around', 200],
  ['GET /overtaken/special', '/overtaken/special', 200],
  ['GET /overtaken/5', 'unmatched', 404],
  ['GET /expression', '/^\\/exp(ress)?ion$/', 200],
  ['GET /files/a/b.txt', splat, 200],
  ['PUT /all', '/all', 200],
  ['DELETE /', 'unmatched', 405],
  // koa-mount, once and twice
  ['GET /sub/inner/report/2026', '/sub/inner/report/:year', 200],
  ['GET /sub/report/2026', '/sub/report/:year', 200],
  ['GET /sub/none', 'unmatched', 404],
  // answered without a route
  ['GET /plain', '/plain', 200],
  ['GET /plain/42', '/plain/:id', 200],
  // a part of the path that a middleware took away is in no label
  ['GET /de/page/start', '/page/:name', 200],
  ['GET /nowhere/42', 'unmatched', 404],
];

interface Version {
  readonly name: string;
  readonly from: string;
  readonly env: Readonly<Record<string, string>>;
  readonly splat: string;
  /** Its nested routers forget their middleware. */
  readonly isWithoutGuard?: boolean;
}

const versions: readonly Version[] = [
  { name: 'Koa 2 with @koa/router 12', from: 'koa-2', env: { ROUTER: '@koa/router' }, splat: '/files/(.*)' },
  {
    name: 'Koa 3 with @koa/router 15, both as ES modules',
    from: 'koa-3',
    env: { ROUTER: '@koa/router', KOA_ESM: 'koa,@koa/router' },
    splat: '/files/*path',
  },
  {
    name: 'Koa 3 with koa-router 14',
    from: 'koa-3',
    env: { ROUTER: 'koa-router' },
    splat: '/files/*path',
    isWithoutGuard: true,
  },
];

const startKoa = (
  { from, env, splat }: Version,
  more: Record<string, string> = {},
  script = 'http/koa.mjs',
): Promise<App> =>
  startApp(script, { cwd: path.join(root, 'test/fixtures', from), env: { ...env, SPLAT: splat, ...more } });

const send = async (app: App, request: string): Promise<void> => {
  const [method = '', target = ''] = request.split(' ');
  const response = await fetch(app.url + target, {
    method: method.replace('!', ''),
    headers: method.endsWith('!') ? { authorization: 'none' } : {},
  });
  await response.arrayBuffer();
};

for (const version of versions) {
  describe(version.name, () => {
    const all = cases(version.splat).filter(([request]) => !request.includes('!') || !version.isWithoutGuard);

    test('every request is counted once under its route template and status', async () => {
      const app = await startKoa(version);
      try {
        const ledger = createLedger();
        for (const [request, label, status] of all) {
          await send(app, request);
          ledger.add((request.split(' ')[0] ?? '').replace('!', ''), label, status);
        }
        const page = await app.scrape();
        assert.deepEqual(metric(page, 'http_requests_total'), ledger.expected);
        assert.deepEqual(metric(page, 'monitoring_hook_failures_total'), {});
        assert.doesNotMatch(page, /secret/);
      } finally {
        await app.stop();
      }
    });

    test('at once: 300 requests mixed over all routes keep their labels', async () => {
      const app = await startKoa(version);
      const mixed = all.filter(([request]) => !request.includes('/plain'));
      try {
        const ledger = createLedger();
        await Promise.all(
          Array.from({ length: 300 }, async (_, index) => {
            const [request, label, status] = mixed[index % mixed.length] as KoaCase;
            await send(app, request);
            ledger.add((request.split(' ')[0] ?? '').replace('!', ''), label, status);
          }),
        );
        assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), ledger.expected);
      } finally {
        await app.stop();
      }
    });

    test('negative control: without the adapter no route is known', async () => {
      const app = await startKoa(version, { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'koa' });
      try {
        await send(app, 'GET /api/orgs/42/users/7');
        assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
          '{method="GET",path="/api/orgs/:id/users/:id",status="200"}': 1,
        });
      } finally {
        await app.stop();
      }
    });
  });
}

for (const from of ['koa-2', 'koa-3']) {
  test(`CommonJS: require("koa") of ${from} is patched as import is`, async () => {
    const app = await startKoa({ name: from, from, env: {}, splat: '' }, {}, 'http/koa.cjs');
    try {
      await send(app, 'GET /shops/5/items/6');
      assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
        '{method="GET",path="/shops/:shop/items/:item",status="200"}': 1,
      });
    } finally {
      await app.stop();
    }
  });
}
