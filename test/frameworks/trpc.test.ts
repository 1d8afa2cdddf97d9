import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { describe, test } from 'node:test';
import { frameworkFiles } from '../../src/http/framework-files.ts';
import { patch } from '../../src/http/frameworks/trpc.ts';
import { type ProcedureOptions, procedureTemplate } from '../../src/http/frameworks/trpc-procedure.ts';
import { root, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { startApplication } from './application.ts';
import { traceId } from './failing.ts';
import { ledger } from './ledgers/trpc.ts';

const fail = (hook: string, error: unknown): void => assert.fail(`${hook}: ${String(error)}`);
const load = (exports: unknown): (() => void) | undefined =>
  patch({ module: '@trpc/server', file: 'standalone.mjs', exports, folder: undefined, onFailure: fail });

const query = { _def: { type: 'query' } };
const router: ProcedureOptions['router'] = {
  _def: {
    procedures: {
      list: query,
      'users.byId': query,
      'users.add': { _def: { type: 'mutation' } },
      feed: { _def: { type: 'subscription' } },
    },
  },
};
const withSlashes: ProcedureOptions['router'] = { _def: { ...router._def, _config: { pathSeparator: '/' } } };

const templates: readonly [
  request: string,
  template: string | undefined,
  options?: Partial<ProcedureOptions>,
][] = [
  ['GET /users.byId', '/users.byId'],
  ['GET /users.byId?input=%7B%7D', '/users.byId'],
  ['GET /users.byId/', '/users.byId'],
  ['GET /users%2EbyId', '/users.byId'],
  ['HEAD /users.byId', '/users.byId'],
  ['GET /feed', '/feed'],
  ['POST /users.add', '/users.add'],
  ['GET /users.add', undefined],
  ['POST /users.byId', undefined],
  ['POST /users.byId', '/users.byId', { allowMethodOverride: true }],
  ['OPTIONS /users.byId', '/users.byId'],
  ['OPTIONS /users.add', '/users.add'],
  ['DELETE /users.add', undefined],
  ['GET /', undefined],
  ['GET /users', undefined],
  ['GET /%E0%A4%A', undefined],
  ['GET /trpc/users.byId', '/trpc/users.byId', { basePath: '/trpc/' }],
  ['GET /api/trpc/list', '/api/trpc/list', { basePath: 'api/trpc' }],
  ['GET /users/byId', '/users/byId', { router: withSlashes }],
  ['GET /users.byId', '/users/byId', { router: withSlashes }],
  ['GET /list?batch=1', '/list'],
  ['GET /list,list?input={}&batch=1', '/list'],
  ['GET /list,users.byId?batch=1&input={}', '/:batch'],
  ['GET /list,none?batch=1', '/:batch'],
  ['GET /trpc/list,none?batch=1', '/trpc/:batch', { basePath: '/trpc' }],
  ['GET /none,nothing?batch=1', undefined],
  ['GET /list,users.byId?batch=10', undefined],
  ['GET /list,users.byId', undefined],
];

describe('the template of', () => {
  for (const [request, template, options = {}] of templates) {
    test(`${request} ${JSON.stringify(Object.keys(options))}`, () => {
      const [method, url] = request.split(' ');
      assert.equal(procedureTemplate({ router, ...options }, { method, url } as IncomingMessage), template);
    });
  }
});

test('a tRPC that is not as expected is left alone, and that is told', () => {
  for (const exports of [undefined, null, {}, { createHTTPHandler: 'none' }])
    assert.throws(() => load(exports), /this tRPC makes no handler in standalone\.mjs/);
});

test('makers keep their names, are wrapped once, and give on what they are given', () => {
  const given: unknown[] = [];
  const adapter = {
    createHTTPHandler: function createHTTPHandler(options: object, ...rest: readonly unknown[]) {
      given.push(options, ...rest);
      return 'made';
    },
  };
  const undo = load(adapter);
  const { createHTTPHandler } = adapter;
  assert.deepEqual([createHTTPHandler.name, createHTTPHandler.length], ['createHTTPHandler', 1]);
  load(adapter);
  assert.equal(adapter.createHTTPHandler, createHTTPHandler);
  assert.deepEqual(Object.keys(adapter), ['createHTTPHandler']);
  const options = { router, basePath: '/trpc' };
  assert.equal(createHTTPHandler(options, 1), 'made');
  assert.deepEqual(Object.keys(options), ['router', 'basePath']);
  undo?.();
  createHTTPHandler(options);
  assert.equal(given[1], 1);
  assert.equal(given[2], options);
});

test("the application's own functions are called as ever", () => {
  type Made = Record<'middleware' | 'createContext' | 'onError', (...parameters: unknown[]) => unknown>;
  const adapter = { createHTTPHandler: (options: object) => options as Made };
  load(adapter);
  const called: unknown[] = [];
  const saying = (name: string) =>
    function own(this: unknown, ...parameters: unknown[]): unknown {
      called.push([name, this, parameters]);
      return name;
    };
  const lazy = { _def: { ...router._def, lazy: { late: {} } } };
  const made = adapter.createHTTPHandler({
    router: lazy,
    middleware: saying('middleware'),
    createContext: saying('createContext'),
    onError: saying('onError'),
  });
  const { middleware } = made;
  const failing = { error: new Error('boom'), req: { url: '/' } };
  const next = (): void => {};
  assert.deepEqual(
    [middleware({ url: '/' }, {}, next), made.createContext(failing), made.onError(failing)],
    ['middleware', 'createContext', 'onError'],
  );
  assert.deepEqual(called, [
    ['middleware', undefined, [{ url: '/' }, {}, next]],
    ['createContext', made, [failing]],
    ['onError', made, [failing]],
  ]);
  const bare = adapter.createHTTPHandler({ router: lazy });
  assert.equal(
    bare.middleware({ url: '/' }, {}, () => 'next'),
    'next',
  );
  assert.equal(bare.createContext(failing), undefined);
  assert.equal(bare.onError(failing), undefined);
  assert.equal('createContext' in adapter.createHTTPHandler({ router }), false);
});

test('each file of this version that is waited for is one of tRPC', () => {
  const files = frameworkFiles.filter(({ framework }) => framework === 'trpc').map(({ file = '' }) => file);
  const folder = path.join(root, ledger.from, 'node_modules/@trpc/server');
  // Until 11.3, the build for `require` was a `.js`.
  assert.deepEqual(
    files.filter(file => !existsSync(path.join(folder, file))),
    ['dist/adapters/standalone.js', 'dist/adapters/express.js'],
  );
});

test('what the status of an answer to several procedures does not say is told once, when it is out', async () => {
  const collect = ['--import', path.join(root, 'test/fixtures/failing/collect.ts')];
  const child = await startApplication(ledger, { kind: 'failing', preload: collect, node: process.execPath });
  const jsonl = { 'trpc-accept': 'application/jsonl' };
  const cases: readonly [
    request: string,
    status: number,
    told?: string | undefined,
    headers?: Record<string, string>,
  ][] = [
    ['ok,throw', 207, 'boom'],
    [`ok,${Array(20).fill('throw').join()}`, 207, 'boom'],
    ['throw-4xx,ok', 207],
    ['throw-4xx,throw', 207, 'boom'],
    ['throw,user', 500, 'boom'],
    ['ok,throw', 200, 'boom', jsonl],
    ['ok,throw-4xx', 200, undefined, jsonl],
    ['throw', 500, 'boom'],
  ];
  try {
    const expected: unknown[] = [];
    for (const [index, [request, status, message, headers = {}]] of cases.entries()) {
      const trace = traceId(index);
      const answer = await fetch(`http://127.0.0.1:${child.port}/api/${request}?batch=1`, {
        headers: { ...headers, traceparent: `00-${trace}-b7ad6b7169203331-00` },
      });
      await answer.text();
      assert.equal(answer.status, status, request);
      if (message === undefined) continue;
      expected.push([trace, request.includes(',') ? '/api/:batch' : '/api/throw', status, message]);
      await child.output(new RegExp(`^failure .*"${trace}"`, 'm'));
    }
    const told = [...child.stdout().matchAll(/^failure (.*)$/gm)].map(([, json = '']) => {
      const { trace, route, status, message } = JSON.parse(json);
      return [trace.traceId, route, status, message];
    });
    assert.deepEqual(told, expected);
    assert.doesNotMatch(child.stderr(), /Warning/);
  } finally {
    await child.stop();
  }
});

test('in Express, its procedures are known below where it is mounted, and so are its errors', async () => {
  const preload = ['--import', path.join(root, 'test/fixtures/failing/collect.ts')];
  const told: unknown[] = [];
  for (const off of ['none', 'trpc']) {
    const child = await startApplication(
      { ...ledger, failing: 'trpc-express.mjs' },
      {
        kind: 'failing',
        preload,
        env: { OTEL_NODE_DISABLED_INSTRUMENTATIONS: off },
        node: process.execPath,
      },
    );
    try {
      const { status } = await fetch(`http://127.0.0.1:${child.port}/orgs/42/trpc/users.byId`);
      assert.equal(status, 500);
      const { route, message } = JSON.parse((await child.output(/^failure (.*)$/m))[1] ?? '');
      told.push([route, message]);
      assert.doesNotMatch(child.stdout(), /hook failure/);
    } finally {
      await child.stop();
    }
  }
  // The second is the negative control: without the adapter, Express knows nothing of it.
  assert.deepEqual(told, [
    ['/orgs/:org/trpc/users.byId', 'boom'],
    [undefined, undefined],
  ]);
});

describe('required, in a server that tRPC makes', () => {
  const cwd = path.join(root, ledger.from);
  const ask = async (env: Readonly<Record<string, string>>): Promise<unknown> => {
    const app = await startApp('http/trpc.cjs', { cwd, env });
    try {
      for (const target of ['users/byId', 'users/add', 'nothing']) await fetch(`${app.url}/${target}`);
      const headers = { 'content-type': 'application/json' };
      await fetch(`${app.url}/users/add`, { method: 'POST', headers, body: '{}' });
      await fetch(`${app.url}/users/byId,users/byId?batch=1`);
      return metric(await app.scrape(), 'http_requests_total');
    } finally {
      await app.stop();
    }
  };

  test('its procedures are known by the paths that clients write', async () => {
    assert.deepEqual(await ask({}), {
      '{method="GET",path="/users/byId",status="200"}': 2,
      '{method="GET",path="unmatched",status="404"}': 1,
      '{method="GET",path="unmatched",status="405"}': 1,
      '{method="POST",path="/users/add",status="200"}': 1,
    });
  });

  test('negative control: without the adapter only their paths are', async () => {
    assert.deepEqual(await ask({ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'trpc' }), {
      '{method="GET",path="/users/byId",status="200"}': 1,
      '{method="GET",path="/users/:id/byId",status="200"}': 1,
      '{method="GET",path="unmatched",status="404"}': 1,
      '{method="GET",path="unmatched",status="405"}': 1,
      '{method="POST",path="/users/add",status="200"}': 1,
    });
  });
});
