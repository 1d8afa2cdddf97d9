import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { patch } from '../../src/http/frameworks/hono.ts';
import { attach, createObservation } from '../../src/http/observation.ts';
import { createRootScope } from '../../src/http/route-scope.ts';
import { root, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { ask, failing, files, folder, Hono, onFailure, passing, respond } from './patched-hono.ts';

test('the application sees its own handlers, with what they return and are given', async () => {
  const given: unknown[] = [];
  const promise = Promise.resolve(new Response('ok'));
  function named(this: unknown, ...parameters: readonly unknown[]): Promise<Response> {
    given.push(parameters.length);
    return promise;
  }
  const app = new Hono().get('/a', named).use('*', passing);
  assert.deepEqual(
    app.routes.map(({ handler }) => handler),
    [named, passing],
  );
  assert.equal((await ask(app, '/a')).status, 200);
  assert.deepEqual(given, [2]);
});

test('without Node.js behind it, and with an environment of its own, it is Hono as ever', async () => {
  const app = new Hono()
    .use(passing)
    .get('/a/:b', respond)
    .get('/fail', failing)
    .onError((_error, context) => context.text('', 500));
  assert.equal((await app.request('/a/1')).status, 200);
  assert.equal((await app.request('/fail')).status, 500);
  for (const env of [undefined, null, {}, { incoming: undefined }, { incoming: {} }])
    assert.equal((await app.fetch(new Request('http://localhost/a/1'), env)).status, 200);
  const observation = createObservation('GET', '/a/1', 0, createRootScope());
  const incoming = {};
  attach(incoming, observation);
  const request = Object.assign(new Request('http://localhost/a/1'), { [Symbol('incomingKey')]: incoming });
  await app.fetch(request, { database: 'its own' });
  assert.equal(observation.route, '/a/:b');
});

test('a Hono that is not as expected is left alone, and that is told', () => {
  for (const exports of [undefined, null, {}, { Router: 'none' }, { Router: class {} }])
    assert.throws(
      () => patch({ module: 'hono', file: 'x.js', exports, folder, onFailure }),
      /this Hono has no router in x\.js/,
    );
});

test('a router that is handed anything else takes it as it is', () => {
  const added: unknown[] = [];
  class Router {
    add(...parameters: readonly unknown[]): void {
      added.push(...parameters);
    }
  }
  const { add } = Router.prototype;
  const undone = patch({ module: 'hono', file: 'x.js', exports: { Router }, folder, onFailure });
  const things = [true, undefined, ['GET'], [respond], [respond, {}], [respond, { path: '/a' }]];
  for (const thing of things) new Router().add('ALL', '/a', thing);
  assert.deepEqual(
    added.filter((_, index) => index % 3 === 2),
    things,
  );
  undone?.();
  assert.equal(Router.prototype.add, add);
});

test('each file that is waited for is one of Hono', () => {
  assert.equal(files.length, 14);
  for (const { file = '' } of files) assert.ok(existsSync(path.join(folder, file)), file);
});

for (const script of ['http/hono.mjs', 'http/hono.cjs']) {
  describe(script, () => {
    const cwd = path.join(root, 'test/fixtures/hono-4');
    const routers = ['smart', 'quick', 'tiny', 'reg-exp', 'trie', 'linear', 'pattern'];

    test('every router of Hono tells its routes', async () => {
      const app = await startApp(script, { cwd });
      try {
        for (const router of routers) assert.equal((await fetch(`${app.url}/${router}/42`)).status, 401);
        const page = await app.scrape();
        const expected = routers.map(name => [`{method="GET",path="/${name}/:id",status="401"}`, 1]);
        assert.deepEqual(metric(page, 'http_requests_total'), Object.fromEntries(expected));
        assert.deepEqual(metric(page, 'monitoring_hook_failures_total'), {});
      } finally {
        await app.stop();
      }
    });

    test('negative control: without the adapter none is known', async () => {
      const app = await startApp(script, { cwd, env: { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'hono' } });
      try {
        for (const router of routers) await fetch(`${app.url}/${router}/42`);
        assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
          '{method="GET",path="unmatched",status="401"}': routers.length,
        });
      } finally {
        await app.stop();
      }
    });
  });
}
