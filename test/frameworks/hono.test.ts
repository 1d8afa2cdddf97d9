import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { frameworkFiles } from '../../src/http/framework-files.ts';
import { patch } from '../../src/http/frameworks/hono.ts';
import { attach, createObservation, type RequestObservation } from '../../src/http/observation.ts';
import { createRootScope, enterMount } from '../../src/http/route-scope.ts';
import { root, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { startApplication } from './application.ts';
import { traceId } from './failing.ts';
import { ledgers } from './ledgers/hono.ts';

const folder = path.join(root, 'test/fixtures/hono-4/node_modules/hono');
const own = createRequire(path.join(folder, 'package.json'));
const files = frameworkFiles.filter(({ framework }) => framework === 'hono');
const failures: unknown[] = [];
const onFailure = (hook: string, error: unknown): unknown => failures.push([hook, error]);

type Handler = (context: Context, next: () => Promise<void>) => unknown;
interface Context {
  text(body: string, status?: number): Response;
  notFound(): Response;
}
interface App {
  readonly routes: readonly { readonly handler: unknown }[];
  get(...parameters: readonly unknown[]): App;
  all(...parameters: readonly unknown[]): App;
  use(...parameters: readonly unknown[]): App;
  route(path: string, app: App): App;
  mount(path: string, fetch: unknown, options?: unknown): App;
  notFound(handler: Handler): App;
  onError(handler: (error: Error, context: Context) => unknown): App;
  fetch(request: Request, env?: unknown): Response | Promise<Response>;
  request(path: string): Response | Promise<Response>;
}
type HonoClass = new (options?: { readonly router: unknown }) => App;

// The build for `require`, in this process: an application of its own is below, in both builds.
const undo = files
  .filter(({ file }) => file?.startsWith('dist/cjs/'))
  .map(({ file = '', module }) =>
    patch({ module, file, exports: own(path.join(folder, file)), folder, onFailure }),
  );
after(() => {
  for (const step of undo) step?.();
});
const { Hono } = own('hono') as { readonly Hono: HonoClass };
const { HTTPException } = own('hono/http-exception') as {
  readonly HTTPException: new (status: number, options: { readonly message: string }) => Error;
};

const respond: Handler = context => context.text('ok');
const passing: Handler = (_context, next) => next();
const refusing: Handler = (context, _next) => context.text('no', 401);
const failing: Handler = () => {
  throw new Error('boom');
};

interface Answered {
  readonly status: number;
  readonly observation: RequestObservation;
}

const ask = async (app: App, target: string): Promise<Answered> => {
  const observation = createObservation('GET', target, 0, createRootScope());
  const incoming = {};
  attach(incoming, observation);
  const { status } = await app.fetch(new Request(`http://localhost${target}`), { incoming });
  return { status, observation };
};

/** As the observer does it at the end of a request. */
const routeOf = ({ status, observation: { route, passedOn } }: Answered): string | undefined =>
  passedOn && status === 404 ? undefined : route;

const mounted = (): App => new Hono().use(passing).get('/reports/:year', respond).get('/denied', failing);

const cases: readonly [name: string, app: App, target: string, route: string | undefined, status: number][] =
  [
    ['a guard of everything', new Hono().use(refusing).get('/a/:b', respond), '/a/1', '/a/:b', 401],
    ['a guard of one path', new Hono().use('/a/:b', refusing).get('/a/:b', respond), '/a/1', '/a/:b', 401],
    ['a guard with nothing behind it', new Hono().use(refusing).get('/a', respond), '/b', undefined, 401],
    [
      'a guard in front of what takes everything else',
      new Hono().use('/admin/*', refusing).get('*', respond),
      '/admin/1',
      undefined,
      401,
    ],
    ['what takes everything else', new Hono().use(passing).get('*', respond), '/a/1', '/*', 200],
    [
      'a file that middleware finds, in front of what takes everything else',
      new Hono()
        .use('/assets/*', (context: Context, _next: unknown) => context.text('file'))
        .get('*', respond),
      '/assets/logo.svg',
      undefined,
      200,
    ],
    ['middleware that answers all it is used for', new Hono().use('/a/*', respond), '/a/1', '/a/*', 200],
    [
      'all with a next',
      new Hono().all('/a/:b', (context: Context, _next: unknown) => respond(context, passing as never)),
      '/a/1',
      '/a/:b',
      200,
    ],
    ['several handlers', new Hono().get('/a/:b', passing, passing, respond), '/a/1', '/a/:b', 200],
    ['a handler that passes on to nobody', new Hono().get('/a/:b', passing), '/a/1', undefined, 404],
    [
      'one that passes on to another',
      new Hono().get('/a/*', passing).get('/a/:b', respond),
      '/a/1',
      '/a/:b',
      200,
    ],
    [
      'middleware of one path, and nobody behind it',
      new Hono().use('/a/:b', passing),
      '/a/1',
      undefined,
      404,
    ],
    [
      'not found, says the handler',
      new Hono().get('/a/:b', (context: Context) => context.notFound()),
      '/a/1',
      '/a/:b',
      404,
    ],
    ['an answer of notFound', new Hono().notFound(context => context.text('page')), '/a/1', undefined, 200],
    [
      'a guard that takes what it is given as a list',
      new Hono().use((...[context]: Parameters<Handler>) => context.text('no', 401)).get('/a/:b', respond),
      '/a/1',
      '/a/:b',
      401,
    ],
    ['a handler without parameters', new Hono().all('/a/*', () => new Response('ok')), '/a/1', '/a/*', 200],
    ['an optional parameter', new Hono().get('/a/:b?', respond), '/a', '/a/:b?', 200],
    ['an encoded path', new Hono().get('/a/:b', respond), '/a/%C3%BC%2F%25', '/a/:b', 200],
    [
      'mounted by its fetch',
      new Hono().mount('/m', mounted().fetch),
      '/m/reports/2026',
      '/m/reports/:year',
      200,
    ],
    [
      'mounted twice',
      new Hono().mount('/n', new Hono().mount('/m', mounted().fetch).fetch),
      '/n/m/reports/1',
      '/n/m/reports/:year',
      200,
    ],
    [
      'mounted below a parameter, encoded',
      new Hono().mount('/:t', mounted().fetch),
      '/%C3%BC/reports/1',
      '/:t/reports/:year',
      200,
    ],
    [
      'mounted, and behind a guard of the mount',
      new Hono().use('/m/*', passing).mount('/m', mounted().fetch),
      '/m/reports/1',
      '/m/reports/:year',
      200,
    ],
    ['mounted, and nobody in it', new Hono().mount('/m', mounted().fetch), '/m/nothing', undefined, 404],
    [
      'after a mount that passes on',
      new Hono().mount('/m', () => undefined).get('/m/:a', respond),
      '/m/1',
      '/m/:a',
      200,
    ],
  ];

describe('the route of', () => {
  for (const [name, app, target, route, status] of cases) {
    test(name, async () => {
      const answered = await ask(app, target);
      assert.deepEqual([routeOf(answered), answered.status], [route, status]);
      assert.equal((await ask(app, target)).observation.route, answered.observation.route);
    });
  }
});

describe('the error of', () => {
  const own = (): App =>
    new Hono().get('/a', failing).onError((_error, context) => context.text('mapped', 503));
  const boom = new Error('boom');
  const table: readonly [name: string, app: App, message: string | undefined, status: number][] = [
    [
      'a handler alone',
      new Hono().get('/a', failing).onError((_error, context) => context.text('', 500)),
      'boom',
      500,
    ],
    [
      'a handler behind middleware',
      new Hono()
        .use(passing)
        .get('/a', () => Promise.reject(boom))
        .onError((_error, context) => context.text('', 500)),
      'boom',
      500,
    ],
    [
      'middleware',
      new Hono()
        .use(failing)
        .get('/a', respond)
        .onError((_error, context) => context.text('', 500)),
      'boom',
      500,
    ],
    [
      'an HTTPException',
      new Hono().get('/a', () => {
        throw new HTTPException(503, { message: 'down' });
      }),
      'down',
      503,
    ],
    ['an application with an error handler of its own', new Hono().route('/', own()), 'boom', 503],
    [
      'the same, mounted twice',
      new Hono().route('/', new Hono().route('/', own())).onError(() => assert.fail()),
      'boom',
      503,
    ],
    ['no error', new Hono().use(passing).get('/a', respond), undefined, 200],
  ];
  for (const [name, app, message, status] of table) {
    test(name, async () => {
      const answered = await ask(app, '/a');
      const error = answered.observation.error as Error | undefined;
      assert.deepEqual(
        [error?.message, answered.status, answered.observation.route],
        [message, status, '/a'],
      );
    });
  }
});

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

test('in an application of another framework, it is below where that one has mounted it', async () => {
  const { scope } = createObservation('GET', '/', 0, createRootScope());
  const app = new Hono().use('/a/*', passing).get('/a/:b', respond);
  for (const [target, route] of [
    ['/hono/7/a/1', '/hono/:id/a/:b'],
    ['/a/1', '/a/:b'],
  ] as const) {
    const observation = createObservation('GET', target, 0, enterMount(scope, '/hono/:id'));
    const incoming = {};
    attach(incoming, observation);
    await app.fetch(new Request('http://localhost/a/1'), { incoming });
    assert.equal(observation.route, route);
  }
});

test('the build for require: what fails in a stream is written down when its answer is out', async () => {
  const { stream } = own('hono/streaming') as { readonly stream: (...given: readonly unknown[]) => unknown };
  const late: unknown[] = [];
  const observation = createObservation('GET', '/a', 0, createRootScope(), (_observation, error) =>
    late.push(error),
  );
  const incoming = {};
  attach(incoming, observation);
  const outgoing = Object.assign(new EventEmitter(), { headersSent: true, statusCode: 200 });
  const boom = new Error('boom');
  const app = new Hono().get('/a', (context: Context) => stream(context, () => Promise.reject(boom)));
  const answer = await app.fetch(new Request('http://localhost/a'), { incoming, outgoing });
  assert.equal(await answer.text(), '');
  outgoing.emit('prefinish');
  assert.deepEqual([observation.error, late], [undefined, []]);
  observation.status = 200;
  outgoing.emit('close');
  assert.deepEqual(late, [boom]);
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

test('a helper for streams that is not there is left alone, one that is there is wrapped once', async () => {
  const load = (exports: unknown): (() => void) | undefined =>
    patch({ module: 'hono', file: 'dist/helper/streaming/x.js', exports, folder, onFailure });
  for (const exports of [undefined, null, {}, { stream: 'none' }])
    assert.throws(() => load(exports), /this Hono has no stream/);
  const callback = async (given: unknown): Promise<unknown> => given;
  const helpers = {
    stream: function stream(this: unknown, _context: unknown, run: typeof callback, ...rest: unknown[]) {
      return [this, run, rest];
    },
  };
  const undone = load(helpers);
  const { stream } = helpers;
  load(helpers);
  assert.equal(helpers.stream, stream);
  assert.deepEqual([stream.name, stream.length], ['stream', 2]);
  const [self, observed, rest] = helpers.stream({}, callback, 'onError', 1) as [
    unknown,
    typeof callback,
    unknown,
  ];
  assert.deepEqual([self, rest, await observed(5)], [helpers, ['onError', 1], 5]);
  undone?.();
  assert.equal(helpers.stream({}, callback)[1], callback);
});

for (const ledger of ledgers) {
  test(`${ledger.name}: what fails in a stream is told once, when its answer is out`, async () => {
    const collect = ['--import', path.join(root, 'test/fixtures/failing/collect.ts')];
    const names = ['stream', 'streamSSE', 'streamText'];
    const requests = names.flatMap(name => [`${name}-handled`, `${name}-gone`, name]);
    for (const preload of [[], collect]) {
      const child = await startApplication(ledger, { kind: 'failing', preload, node: process.execPath });
      try {
        for (const [index, name] of requests.entries()) {
          const leave = new AbortController();
          const answer = await fetch(`http://127.0.0.1:${child.port}/api/${name}`, {
            headers: { traceparent: `00-${traceId(index)}-b7ad6b7169203331-00` },
            signal: leave.signal,
          });
          assert.equal(answer.status, 200);
          if (name.endsWith('gone')) leave.abort();
          else assert.match(await answer.text(), /^chunk/);
          if (preload.length > 0 && names.includes(name))
            await child.output(new RegExp(`^failure .*"${traceId(index)}"`, 'm'));
        }
        const told = [...child.stdout().matchAll(/^failure (.*)$/gm)].map(([, json = '']) => {
          const { route, status, message } = JSON.parse(json);
          return [route, status, message];
        });
        const expected = names.map(name => [`/api/${name}`, 200, 'boom']);
        assert.deepEqual(told, preload.length === 0 ? [] : expected, child.stdout());
        // As ever, Hono says so itself.
        await child.output(/(?:^Error: boom$[\s\S]*?){3}/m);
        assert.equal(child.stderr().match(/^Error: boom$/gm)?.length, names.length);
      } finally {
        await child.stop();
      }
    }
  });
}

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

after(() => assert.deepEqual(failures, []));
