import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type App, root, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { createLedger } from './ledger.ts';

type FastifyCase = readonly [request: string, label: string, status: number];

/** What is asked of the fixture `http/fastify.mjs`, and how it is to be counted. */
const cases: readonly FastifyCase[] = [
  ['GET /', '/', 200],
  ['GET /?secret=1', '/', 200],
  ['HEAD /', '/', 200],
  ['GET /users/42', '/users/:id', 200],
  // a route that Fastify makes by itself
  ['HEAD /users/42', '/users/:id', 200],
  ['POST /users/42', '/users/:id', 200],
  ['GET /users/special', '/users/special', 200],
  ['GET /users/42/boom', '/users/:id/boom', 500],
  // a route's own 404 keeps its route
  ['GET /users/42/missing', '/users/:id/missing', 404],
  ['GET /hijacked', '/hijacked', 200],
  ['GET /date/24', '/date/:day(^\\\\d{2}$)', 200],
  ['GET /files/a/b.txt', '/files/*', 200],
  // refused before its handler
  ['GET /strict', '/strict', 400],
  ['PUT /both', '/both', 200],
  // prefixes with parameters, encapsulated
  ['GET /api/orgs/42', '/api/orgs/:org', 200],
  ['GET /api/orgs/42/users/7?a=b', '/api/orgs/:org/users/:id', 200],
  ['GET /api/orgs/42/users', '/api/orgs/:org/users', 200],
  ['GET! /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 401],
  ['GET /api/orgs/42/users/7/none', 'unmatched', 404],
  ['DELETE /users/42', 'unmatched', 404],
  ['GET /nowhere/42', 'unmatched', 404],
];

const startFastify = (
  version: string,
  script = 'http/fastify.mjs',
  env: Record<string, string> = {},
): Promise<App> => startApp(script, { cwd: path.join(root, 'test/fixtures', version), env });

const send = async (app: App, request: string): Promise<void> => {
  const [method = '', target = ''] = request.split(' ');
  const response = await fetch(app.url + target, {
    method: method.replace('!', ''),
    headers: method.endsWith('!') ? { authorization: 'none' } : {},
  });
  await response.arrayBuffer();
};

for (const version of ['fastify-4', 'fastify-5']) {
  describe(version, () => {
    test('every request is counted once under its route template and status', async () => {
      const app = await startFastify(version);
      try {
        const ledger = createLedger();
        for (const [request, label, status] of cases) {
          await send(app, request);
          ledger.add((request.split(' ')[0] ?? '').replace('!', ''), label.replaceAll('\\\\', '\\'), status);
        }
        const page = await app.scrape();
        assert.deepEqual(metric(page, 'http_requests_total'), ledger.expected);
        assert.deepEqual(metric(page, 'monitoring_hook_failures_total'), {});
        assert.doesNotMatch(page, /secret/);
        assert.doesNotMatch(app.stderr(), /Warning/);
      } finally {
        await app.stop();
      }
    });

    test('at once: 300 requests mixed over all routes keep their labels', async () => {
      const app = await startFastify(version);
      try {
        const ledger = createLedger();
        await Promise.all(
          Array.from({ length: 300 }, async (_, index) => {
            const [request, label, status] = cases[index % cases.length] as FastifyCase;
            await send(app, request);
            ledger.add(
              (request.split(' ')[0] ?? '').replace('!', ''),
              label.replaceAll('\\\\', '\\'),
              status,
            );
          }),
        );
        assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), ledger.expected);
      } finally {
        await app.stop();
      }
    });

    test('CommonJS: require("fastify") is observed as import is', async () => {
      const app = await startFastify(version, 'http/fastify.cjs');
      try {
        await send(app, 'GET /shops/5/items/6');
        assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
          '{method="GET",path="/shops/:shop/items/:item",status="200"}': 1,
        });
      } finally {
        await app.stop();
      }
    });

    test('negative control: without the adapter no route is known', async () => {
      const app = await startFastify(version, 'http/fastify.mjs', {
        OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'fastify',
      });
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
