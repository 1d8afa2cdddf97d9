import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { patch } from '../../src/http/frameworks/connect.ts';
import { attach, createObservation, type RequestObservation } from '../../src/http/observation.ts';
import { createRootScope } from '../../src/http/route-scope.ts';
import { root } from '../child.ts';

type Next = (error?: unknown) => void;
interface Layer {
  readonly route: string;
  readonly handle: unknown;
}
interface Application {
  (request: object, response: object, done: Next): void;
  readonly use: (...parameters: unknown[]) => Application;
  stack: Layer[];
}

const onFailure = (hook: string, error: unknown): void => assert.fail(`${hook}: ${String(error)}`);
const connect: () => Application = createRequire(path.join(root, 'test/fixtures/connect-3/package.json'))(
  'connect',
);

const patched = (original: unknown = connect) => {
  const exports = { default: original };
  const undo = patch({ module: 'connect', exports, folder: undefined, onFailure });
  return { create: exports.default as typeof connect, undo };
};

/** Hands a request to an application, and returns what reached its end and what was observed. */
const handle = (
  app: Application,
  url = '/api/users',
): Promise<{ readonly error: unknown; readonly observation: RequestObservation }> =>
  new Promise(resolve => {
    const request = { url, method: 'GET' };
    const observation = createObservation('GET', url, 0, createRootScope());
    attach(request, observation);
    app(request, {}, error => resolve({ error, observation }));
  });

test('errors are known as they were thrown or passed on, whatever middleware makes of them', async () => {
  const { create, undo } = patched();
  try {
    for (const boom of [new Error('boom'), 'a string']) {
      const ways = [
        () => {
          throw boom;
        },
        (_request: object, _response: object, next: Next) => next(boom),
      ];
      for (const way of ways) {
        const inner = create().use('/users', way);
        const app = create().use('/api', inner);
        app.use((_error: unknown, _request: object, _response: object, next: Next) =>
          next(new Error('other')),
        );
        const { error, observation } = await handle(app);
        assert.equal(observation.error, boom);
        assert.equal(String(error), 'Error: other');
      }
    }
  } finally {
    undo?.();
  }
});

test('the stack of an application is its own: the same middleware, added and taken away at any time', async () => {
  const { create, undo } = patched();
  try {
    const called: string[] = [];
    const named = (name: string) => (_request: object, _response: object, next: Next) => {
      called.push(name);
      next();
    };
    const first = named('first');
    const app = create();
    let isAdded = false;
    app.use((_request: object, _response: object, next: Next) => {
      if (!isAdded) app.use(named('added'));
      isAdded = true;
      next();
    });
    app.use(first);
    assert.equal(app.stack[1]?.handle, first);
    assert.equal((await handle(app)).error, undefined);
    assert.deepEqual(called.splice(0), ['first', 'added']);
    app.stack.splice(1, 1);
    await handle(app);
    assert.deepEqual(called.splice(0), ['added']);
    app.stack = [{ route: '', handle: named('replaced') }];
    await handle(app);
    assert.deepEqual(called.splice(0), ['replaced']);
  } finally {
    undo?.();
  }
});

test('an application sees the same of paths, and of middleware that is skipped', async () => {
  const seen = async (create: typeof connect): Promise<unknown> => {
    const calls: unknown[] = [];
    const see = (name: string) => (request: { readonly url: string }, _response: object, next: Next) => {
      calls.push([name, request.url]);
      next();
    };
    const app = create()
      .use(see('all'))
      .use('/api', create().use('/users', see('nested')).use(see('beside')))
      .use('/ap', see('never'))
      .use((_error: unknown, _request: object, _response: object, next: Next) => {
        calls.push('never');
        next();
      })
      .use('/API/users', see('other case'));
    for (const url of ['/api/users?a=b', '/api', '/', 'http://a.test/api/users', '*']) {
      const { error } = await handle(app, url);
      calls.push(error);
    }
    return calls;
  };
  const bare = await seen(connect);
  const { create, undo } = patched();
  try {
    assert.deepEqual(await seen(create), bare);
  } finally {
    undo?.();
  }
});

test('what makes applications keeps its name, length and properties, and is one function for all who load it', () => {
  const { create, undo } = patched();
  assert.notEqual(create, connect);
  assert.deepEqual([create.name, create.length], [connect.name, connect.length]);
  assert.equal(patched().create, create);
  assert.equal(patched(create).create, create);
  undo?.();
});

test('negative control: once the patch is taken back, nothing is known', async () => {
  const { create, undo } = patched();
  const before = create();
  undo?.();
  for (const app of [before, create(), connect()]) {
    app.use((_request: object, _response: object, next: Next) => next(new Error('boom')));
    const { error, observation } = await handle(app);
    assert.equal(String(error), 'Error: boom');
    assert.equal(observation.error, undefined);
  }
});

test('a connect that is not as expected is left alone, and that is told', () => {
  const exports = { default: {} };
  const loaded = { module: 'connect', exports, folder: undefined };
  assert.throws(() => patch({ ...loaded, onFailure }), /exports no function/);
  const told: unknown[] = [];
  const application = {};
  const strange = { default: () => application };
  const undo = patch({ ...loaded, exports: strange, onFailure: (...failure) => told.push(failure) });
  assert.equal(strange.default(), application);
  assert.match(String(told), /connect,Error: this connect has no handle/);
  undo?.();
});
