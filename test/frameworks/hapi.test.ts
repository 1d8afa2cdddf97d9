import assert from 'node:assert/strict';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, test } from 'node:test';
import { patch } from '../../src/http/frameworks/hapi.ts';
import { attach, createObservation, type RequestObservation } from '../../src/http/observation.ts';
import { createRootScope } from '../../src/http/route-scope.ts';
import { root } from '../child.ts';

const onFailure = (hook: string, error: unknown): void => assert.fail(`${hook}: ${String(error)}`);
const files = ['lib/request.js', 'lib/toolkit.js'] as const;

for (const version of ['hapi-20', 'hapi-21']) {
  const load = createRequire(path.join(root, 'test/fixtures', version, 'package.json'));
  const folder = path.join(root, 'test/fixtures', version, 'node_modules/@hapi/hapi');
  const hapi = load('@hapi/hapi');
  const { Boom } = load('@hapi/boom');

  const patchAll = (): (() => void) => {
    const undo = files.map(file =>
      patch({ module: '@hapi/hapi', file, exports: load(path.join(folder, file)), folder, onFailure }),
    );
    return () => {
      for (const step of undo) step?.();
    };
  };

  /** Asks a server whose requests are observed, and returns the status and what was observed. */
  const observe = async (
    define: (server: typeof hapi) => unknown,
    options: http.RequestOptions = {},
  ): Promise<{ readonly status: number | undefined; readonly observation: RequestObservation }> => {
    const server = hapi.server({ port: 0, host: '127.0.0.1', debug: false });
    await define(server);
    const observation = createObservation('GET', '/', 0, createRootScope());
    server.listener.prependListener('request', (request: object) => attach(request, observation));
    await server.start();
    try {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const request = http.get(
          { path: '/users/7', ...options, host: '127.0.0.1', port: server.info.port, agent: false },
          response => {
            response.resume().on('end', () => resolve(response.statusCode));
          },
        );
        request.on('error', reject);
      });
      return { status, observation };
    } finally {
      await server.stop();
    }
  };

  const route = (handler: unknown, options: object = {}) => ({
    method: 'GET',
    path: '/users/{id}',
    handler,
    options,
  });

  describe(version, () => {
    test('the error itself is told, also where hapi answers with a copy of it', async () => {
      const undo = patchAll();
      try {
        const original = new TypeError('boom');
        for (const handler of [
          () => {
            throw original;
          },
          async () => Promise.reject(original),
        ]) {
          const { status, observation } = await observe(server => server.route(route(handler)));
          assert.equal(status, 500);
          assert.equal(observation.error, original);
          assert.equal(observation.route, '/users/{id}');
        }
      } finally {
        undo();
      }
    });

    test('what the application has made nothing of is no error: a first try, an answer below 500', async () => {
      const undo = patchAll();
      try {
        const boom = new Error('boom');
        const { status, observation } = await observe(server => {
          server.auth.scheme('failing', () => ({
            authenticate: () => {
              throw new TypeError('nobody is there');
            },
          }));
          server.auth.strategy('failing', 'failing');
          const pre = {
            failAction: 'ignore',
            method: () => {
              throw new Error('not asked for');
            },
          };
          const handler = () => {
            throw boom;
          };
          server.route(route(handler, { auth: { strategy: 'failing', mode: 'try' }, pre: [pre] }));
        });
        assert.equal(status, 500);
        assert.equal(observation.error, boom);
        const refused = await observe(server =>
          server.route(
            route(() => {
              throw new Boom('no', { statusCode: 404 });
            }),
          ),
        );
        assert.deepEqual([refused.status, refused.observation.error], [404, undefined]);
      } finally {
        undo();
      }
    });

    test('the route of a preflight is the one that it asks for', async () => {
      const undo = patchAll();
      const preflight = (path: string, method: string) =>
        observe(server => server.route(route(() => 'ok', { cors: true })), {
          method: 'OPTIONS',
          path,
          headers: { origin: 'http://a.test', 'access-control-request-method': method },
        });
      try {
        const { status, observation } = await preflight('/users/7', 'GET');
        assert.deepEqual([observation.route, observation.passedOn], ['/users/{id}', true]);
        assert.ok(status === 200 || status === 204, String(status));
        assert.equal((await preflight('/users/7', 'OPTIONS')).observation.route, undefined);
        assert.equal((await preflight('/nowhere', 'GET')).observation.route, undefined);
      } finally {
        undo();
      }
    });

    test('errors around a handler are told: extensions, validation of responses, time that is up', async () => {
      const undo = patchAll();
      try {
        const boom = new Error('boom');
        const failing = () => {
          throw boom;
        };
        for (const point of ['onRequest', 'onPreAuth', 'onPreHandler', 'onPostHandler', 'onPreResponse']) {
          const { status, observation } = await observe(server => {
            server.ext(point, failing);
            server.route(route(() => 'ok'));
          });
          assert.deepEqual([status, observation.error], [500, boom], point);
        }
        const invalid = await observe(server =>
          server.route(route(() => 'ok', { response: { schema: failing } })),
        );
        assert.deepEqual([invalid.status, String(invalid.observation.error)], [500, 'Error: boom']);
        const late = await observe(server =>
          server.route(route(() => new Promise(() => {}), { timeout: { server: 50 } })),
        );
        assert.deepEqual([late.status, String(late.observation.error)], [503, 'Error: Service Unavailable']);
      } finally {
        undo();
      }
    });

    test('what is patched is as it was once the patch is taken back', () => {
      const [request, toolkit] = files.map(file => load(path.join(folder, file)));
      const methods = () => [
        request.prototype._lookup,
        request.prototype._setResponse,
        toolkit.Manager.prototype.execute,
      ];
      const before = methods();
      const undo = patchAll();
      assert.ok(methods().every((method, index) => method !== before[index]));
      undo();
      assert.deepEqual(methods(), before);
    });

    test('negative control: without the patch neither is known', async () => {
      const { status, observation } = await observe(server =>
        server.route(
          route(() => {
            throw new Error('boom');
          }),
        ),
      );
      assert.deepEqual([status, observation.route, observation.error], [500, undefined, undefined]);
    });
  });
}

test('a hapi that is not as expected is left alone, and that is told', () => {
  for (const exports of [undefined, null, {}, class {}, { Manager: class {} }]) {
    for (const file of files) {
      assert.throws(
        () => patch({ module: '@hapi/hapi', file, exports, folder: undefined, onFailure }),
        /this hapi has no \w+, so/,
      );
    }
  }
});
