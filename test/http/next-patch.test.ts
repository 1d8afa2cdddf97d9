import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, test } from 'node:test';
import { patch } from '../../src/http/frameworks/next.ts';
import { attach, createObservation, type RequestObservation } from '../../src/http/observation.ts';
import { createRootScope } from '../../src/http/route-scope.ts';

const failures: unknown[] = [];
const apply = (file: string, exports: unknown): (() => void) | undefined =>
  patch({
    ...{ module: 'next', file, exports, folder: '/next' },
    onFailure: (_hook, error) => failures.push(error),
  });

/** As much of the server of Next.js as is patched. */
const createServer = (outcome: () => Promise<unknown> = async () => null) =>
  class Server {
    nextConfig = { basePath: '/shop' };
    handleRequest(..._: unknown[]): Promise<unknown> {
      return outcome();
    }
    renderToResponseWithComponents(..._: unknown[]): Promise<unknown> {
      return outcome();
    }
    runApi(..._: unknown[]): Promise<unknown> {
      return outcome();
    }
    runEdgeFunction(..._: unknown[]): Promise<unknown> {
      return outcome();
    }
    renderErrorToResponse(..._: unknown[]): Promise<unknown> {
      return outcome();
    }
    instrumentationOnRequestError(..._: unknown[]): Promise<unknown> {
      return outcome();
    }
  };

const createRequest = (target = '/shop/blog/1', method = 'GET') => {
  const originalRequest = {};
  const observation: RequestObservation = createObservation(method, target, 0, createRootScope());
  attach(originalRequest, observation);
  const headers = {};
  const req = { originalRequest, method, headers };
  const response = { req: originalRequest, headersSent: false, statusCode: 500 };
  const res = { originalResponse: Object.assign(new EventEmitter(), response) };
  return { observation, req, res };
};

describe('patch of Next.js', () => {
  test('the prefix of all pages is part of their route', async () => {
    const Server = createServer();
    apply('dist/server/next-server.js', { default: Server });
    const server = new Server();
    for (const [pathname, route] of [
      ['/blog/[slug]', '/shop/blog/[slug]'],
      ['/', '/shop'],
      ['/_error', undefined],
      ['/_not-found', undefined],
    ]) {
      const { observation, req, res } = createRequest();
      await server.renderToResponseWithComponents({ req, res, pathname }, { components: {} });
      assert.equal(observation.route, route);
    }
    const { observation, req, res } = createRequest();
    await server.runApi(req, res, {}, { definition: { pathname: '/api/[name]' } });
    assert.equal(observation.route, '/shop/api/[name]');
  });

  test('an error is known by the headers of its request, and only after the server has met that', async () => {
    const Server = createServer();
    apply('dist/server/next-server.js', { default: Server });
    const globals = { instrumentationOnRequestError: (...given: unknown[]) => given.length };
    apply('dist/server/lib/router-utils/instrumentation-globals.external.js', globals);
    const { observation, req, res } = createRequest();
    const error = new Error('boom');
    assert.equal(globals.instrumentationOnRequestError('.', '.next', error, { headers: req.headers }), 4);
    assert.equal(observation.error, undefined);
    await new Server().handleRequest(req, res);
    globals.instrumentationOnRequestError('.', '.next', error, { headers: { ...req.headers } });
    res.originalResponse.emit('prefinish');
    assert.equal(observation.error, undefined);
    globals.instrumentationOnRequestError('.', '.next', error, { headers: req.headers });
    res.originalResponse.emit('prefinish');
    assert.equal(observation.error, error);
    await new Server().renderErrorToResponse({ req, res }, new Error('the next one'));
    assert.equal(observation.error, error);
  });

  test('what the server returns and throws stays what it is, and what we do not understand is told', async () => {
    failures.length = 0;
    const error = new Error('boom');
    const Server = createServer(() => Promise.reject(error));
    apply('dist/server/next-server.js', { default: Server });
    const { req, res } = createRequest();
    const context = { req, res, pathname: '/' };
    const server = new Server();
    await assert.rejects(server.renderToResponseWithComponents(context, { components: {} }), error);
    assert.deepEqual(failures, []);
    await assert.rejects(server.renderToResponseWithComponents(undefined, undefined), error);
    await assert.rejects(server.runApi(), error);
    assert.equal(failures.length, 2);
  });

  test('a Next.js that is not as expected is left alone, and that is told', () => {
    class Other {
      handleRequest(): void {}
    }
    for (const exports of [undefined, null, {}, { default: {} }, { default: Other }])
      assert.throws(() => apply('dist/server/next-server.js', exports));
    for (const file of [
      'serve-static',
      'lib/trace/tracer',
      'lib/router-utils/instrumentation-globals.external',
    ])
      assert.throws(() => apply(`dist/server/${file}.js`, {}));
  });

  test('all of it is taken back', () => {
    const Server = createServer();
    const { handleRequest, runApi } = Server.prototype;
    const undo = apply('dist/server/next-server.js', { default: Server });
    assert.notEqual(Server.prototype.runApi, runApi);
    assert.equal(apply('dist/server/next-server.js', { default: Server }), undefined);
    undo?.();
    assert.equal(Server.prototype.handleRequest, handleRequest);
    assert.equal(Server.prototype.runApi, runApi);
  });
});
