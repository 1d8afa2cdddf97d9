import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRootScope, enterMount } from '../../src/http/route-scope.ts';
import {
  type Answered,
  type App,
  ask,
  type Context,
  failing,
  type Handler,
  Hono,
  own,
  passing,
  refusing,
  respond,
} from './patched-hono.ts';

const { HTTPException } = own('hono/http-exception') as {
  readonly HTTPException: new (status: number, options: { readonly message: string }) => Error;
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
    ['mounted, and no Hono', new Hono().mount('/m', () => new Response('ok')), '/m/a/1', undefined, 200],
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

test('in an application of another framework, it is below where that one has mounted it', async () => {
  const app = new Hono().use('/a/*', passing).get('/a/:b', respond);
  for (const [target, route] of [
    ['/hono/7/a/1', '/hono/:id/a/:b'],
    ['/a/1', '/a/:b'],
  ] as const) {
    const scope = enterMount(createRootScope(), '/hono/:id');
    assert.equal((await ask(app, '/a/1', { target, scope })).observation.route, route);
  }
});
