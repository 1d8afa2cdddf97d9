import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observeFastify } from '../../src/http/frameworks/fastify.ts';
import { patchKoaApplication, patchKoaContext } from '../../src/http/frameworks/koa.ts';
import { attach, createObservation } from '../../src/http/observation.ts';
import { createRootScope } from '../../src/http/route-scope.ts';

const fail = (hook: string, error: unknown): void => assert.fail(`${hook}: ${String(error)}`);

const createApplication = () =>
  class Application {
    readonly middleware: ((context: unknown, next: () => unknown) => unknown)[] = [];
    use(middleware: (context: unknown, next: () => unknown) => unknown): this {
      this.middleware.push(middleware);
      return this;
    }
  };

test('a Koa or Fastify that is not as expected is left alone, and that is told', () => {
  for (const exports of [undefined, null, {}, { onerror: 'none' }, class {}]) {
    assert.throws(() => patchKoaContext(exports, fail), /this Koa has no onerror/);
    assert.throws(() => patchKoaApplication(exports, fail), /this Koa has no use/);
  }
  assert.throws(() => observeFastify({}, fail), TypeError);
});

test('what is patched is as it was once the patch is taken back', () => {
  const Application = createApplication();
  const { use } = Application.prototype;
  const context = { onerror() {} };
  const { onerror } = context;
  const undo = [patchKoaApplication(Application, fail), patchKoaContext(context, fail)];
  assert.notEqual(Application.prototype.use, use);
  assert.deepEqual(Object.keys(context), ['onerror']);
  for (const step of undo) step?.();
  assert.equal(Application.prototype.use, use);
  assert.deepEqual(Object.getOwnPropertyDescriptors(context), Object.getOwnPropertyDescriptors({ onerror }));
});

test('middleware keeps its name, its length, its properties, its this and what it returns', async () => {
  const Application = createApplication();
  patchKoaApplication(Application, fail);
  const router = {};
  const middleware = Object.assign(
    function routed(this: unknown, _context: unknown, next: () => unknown) {
      return [this, next()];
    },
    { router },
  );
  const generator = function* old() {};
  const given = new Application().use(middleware).use(generator).middleware;
  const [observed = assert.fail()] = given;
  assert.notEqual(observed, middleware);
  assert.equal(given[1], generator);
  assert.equal(observed.name, 'routed');
  assert.equal(observed.length, 2);
  assert.equal((observed as typeof middleware).router, router);
  const self = {};
  for (const context of [undefined, {}, { req: {} }, { req: requestOf() }]) {
    assert.deepEqual(Reflect.apply(observed, self, [context, () => 'next']), [self, 'next']);
  }
});

test('what middleware throws or rejects with arrives as it is', async () => {
  const Application = createApplication();
  patchKoaApplication(Application, fail);
  const boom = new Error('boom');
  const req = requestOf();
  const [throwing = assert.fail(), rejecting = assert.fail()] = new Application()
    .use(() => {
      throw boom;
    })
    .use(() => Promise.reject(boom)).middleware;
  assert.throws(
    () => throwing({ req }, () => {}),
    error => error === boom,
  );
  await assert.rejects(
    async () => rejecting({ req }, () => {}),
    error => error === boom,
  );
});

test('OPTIONS gets the route that was asked for, until one has taken it', () => {
  const prototype: Record<string, unknown> = { onerror() {} };
  patchKoaContext(prototype, fail);
  const observation = createObservation('OPTIONS', '/users/kim', 0, createRootScope());
  const req = requestOf(observation);
  const matched = [
    { path: '/users/:name', methods: ['GET', 'HEAD'] },
    { path: '/users/(.*)', methods: [] },
  ];
  const context = Object.assign(Object.create(prototype), {
    req,
    method: 'OPTIONS',
    path: '/users/kim',
    matched,
  });
  context.router = {};
  assert.deepEqual([observation.route, observation.passedOn], ['/users/:name', true]);
  context._matchedRoute = '/users/:name';
  assert.deepEqual([observation.route, observation.passedOn], ['/users/:name', false]);
});

test('what an application writes into all contexts is there in each of them', () => {
  const prototype: Record<string, unknown> = { onerror() {} };
  patchKoaContext(prototype, fail);
  const ofApplication = Object.assign(Object.create(prototype), { router: 'its own' });
  assert.equal(Object.create(ofApplication).router, 'its own');
  assert.equal(Object.create(prototype).router, undefined);
});

const requestOf = (observation = createObservation('GET', '/', 0, createRootScope())): object => {
  const request = {};
  attach(request, observation);
  return request;
};
