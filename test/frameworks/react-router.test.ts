import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, test } from 'node:test';
import { patch } from '../../src/http/frameworks/react-router.ts';
import {
  createRouteOf,
  type MatchRoutes,
  type RoutedBuild,
} from '../../src/http/frameworks/react-router-routes.ts';
import { attach, createObservation } from '../../src/http/observation.ts';
import { createRootScope } from '../../src/http/route-scope.ts';
import { type Child, root, startChild } from '../child.ts';

const folder = path.join(root, 'test/fixtures/react-router-7');
const requireFixture = createRequire(path.join(folder, 'package.json'));
const { matchRoutes } = requireFixture('react-router') as { readonly matchRoutes: MatchRoutes };
const fail = (hook: string, error: unknown): void => assert.fail(`${hook}: ${String(error)}`);

type Routes = Record<
  string,
  { id: string; parentId?: string; path?: string; index?: true; caseSensitive?: true }
>;

/** `orgs>:org` is below `orgs`; `(…)` has no path, `(index)` is an index, `!` minds the case. */
const buildOf = (ids: readonly string[], rest: Partial<RoutedBuild> = {}): RoutedBuild => {
  const routes: Routes = {};
  for (const id of ids) {
    const names = id.split('>');
    const last = names.at(-1) ?? '';
    routes[id] = {
      id,
      ...(names.length > 1 && { parentId: names.slice(0, -1).join('>') }),
      ...(!last.startsWith('(') && { path: last.replace('!', '') }),
      ...(last.startsWith('(index') && { index: true }),
      ...(last.endsWith('!') && { caseSensitive: true }),
    };
  }
  return { routes, ...rest };
};

const routeOf = (build: RoutedBuild, isRemix = false) => createRouteOf({ build, matchRoutes, isRemix });

const tree = [
  '(root)',
  '(root)>(index)',
  '(root)>*',
  '(root)>:page',
  '(root)>About!',
  '(root)>about',
  '(root)>:lang?/help',
  '(root)>:lang?/help?/:topic',
  '(root)>docs/v2?/:page/edit?',
  '(root)>files/*',
  '(root)>files/list.json',
  '(root)>café/:id',
  '(root)>orgs',
  '(root)>orgs>(index)',
  '(root)>orgs>new',
  '(root)>orgs>:org',
  '(root)>orgs>:org>(layout)',
  '(root)>orgs>:org>(layout)>(index)',
  '(root)>orgs>:org>(layout)>users/:id',
  '(root)>orgs>:org>(layout)>users/me',
  '(root)>orgs>:org>(layout)>*',
  '(root)>/shop',
  '(root)>/shop>/shop/:item',
  '(root)>a.b+c',
];

const segments = [
  '',
  'about',
  'About',
  'ABOUT',
  'orgs',
  'new',
  'users',
  'me',
  '42',
  'help',
  'de',
  'docs',
  'v2',
  'edit',
];
const more = [
  'files',
  'list.json',
  'caf%C3%A9',
  'café',
  'a%2Fb',
  'shop',
  'a.b+c',
  'axb+c',
  '%',
  '%zz',
  '*',
  ':org',
];

/** Paths that a route may take, and paths of whatever there is: an order that seems to be none, but always the same. */
const paths = function* (count: number): Generator<string> {
  const all = [...segments, ...more];
  let seed = 1;
  const below = (most: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % most;
  };
  const any = (): string => all[below(all.length)] ?? '';
  for (let index = 0; index < count; index++) {
    const parts = templateOf(tree[below(tree.length)] ?? '', '')
      .split('/')
      .slice(1);
    const like = parts.flatMap(part => (part.endsWith('?') && below(2) === 0 ? [] : [part]));
    const filled = like.map(part => (/^:|\*/.test(part) || below(9) === 0 ? any() : part.replace('?', '')));
    const some = index % 3 === 0 ? Array.from({ length: below(5) }, any) : filled;
    yield `/${some.join('/')}${below(7) === 0 ? '/' : ''}`;
  }
};

for (const basename of [undefined, '/', '/base', '/base/']) {
  test(`the route is the one that the framework finds among all, below ${basename ?? 'nothing'}`, () => {
    const build = buildOf(tree, {
      ...(basename !== undefined && { basename }),
      routeDiscovery: { mode: 'initial' },
    });
    const find = routeOf(build);
    const nested = (parent: string | undefined): Parameters<MatchRoutes>[0] =>
      Object.values(build.routes)
        .filter(({ parentId }) => parentId === parent)
        .map(route => (route.index ? route : { ...route, children: nested(route.id) }));
    const whole = nested(undefined);
    const prefix = (basename ?? '/').replace(/\/$/, '');
    const found = new Set<string>();
    for (const rest of paths(4_000)) {
      const target = prefix + rest;
      const leaf = matchRoutes(whole, target, basename ?? '/')?.at(-1)?.route.id;
      const expected = leaf === undefined ? undefined : templateOf(leaf, prefix);
      assert.equal(find(target), expected, target);
      if (leaf !== undefined) found.add(leaf);
    }
    // All but those that an index or a child without a path is the end of.
    assert.equal(found.size, tree.length - 4, [...found].join('\n'));
    assert.equal(find('/elsewhere'), basename?.startsWith('/base') ? undefined : '/:page');
  });
}

const templateOf = (id: string, prefix: string): string => {
  const names = id.split('>').filter(name => !name.startsWith('('));
  const absolute = names.findLast(name => name.startsWith('/'));
  const below = absolute ?? names.map(name => `/${name.replace('!', '')}`).join('');
  return prefix + below || '/';
};

test('a path that cannot be decoded is warned of by the framework once, not twice', t => {
  const warn = t.mock.method(console, 'warn', () => {});
  const path = '/orgs/%E0';
  assert.equal(routeOf(buildOf(tree))(path), '/orgs/:org');
  assert.equal(warn.mock.callCount(), 0);
  matchRoutes(Object.values(buildOf(['(root)>orgs']).routes), path, '/');
  assert.equal(warn.mock.callCount(), 1);
});

describe('what browsers ask for beside pages', () => {
  const ids = ['(root)', '(root)>(index)', '(root)>orgs', '(root)>orgs>:org'];

  test('data count as their page', () => {
    const find = routeOf(buildOf(ids));
    for (const data of ['/_root.data', '/_.data']) assert.equal(find(data), '/');
    assert.equal(find('/orgs.data'), '/orgs');
    assert.equal(find('/orgs/_.data'), '/orgs/:org');
    assert.equal(find('/orgs/42.data'), '/orgs/:org');
    assert.equal(find('/none.data'), undefined);
    const below = routeOf(buildOf(ids, { basename: '/base' }));
    assert.equal(below('/base/_root.data'), '/base');
    assert.equal(below('/base/orgs/42.data'), '/base/orgs/:org');
  });

  test('Remix has data of pages by a flag only', () => {
    const without = routeOf(buildOf(['(root)', '(root)>:page.data', '(root)>:page']), true);
    assert.equal(without('/a.data'), '/:page.data');
    const build = buildOf(ids, { future: { v3_singleFetch: true } });
    assert.equal(routeOf(build, true)('/orgs/42.data'), '/orgs/:org');
  });

  test('the manifest is a path of the framework, where it has one', () => {
    const manifest = (rest: Partial<RoutedBuild>, isRemix = false): string | undefined =>
      routeOf(buildOf(ids, rest), isRemix)(`${rest.basename ?? ''}/__manifest`);
    assert.equal(manifest({}), '/__manifest');
    assert.equal(manifest({ basename: '/base' }), '/base/__manifest');
    assert.equal(manifest({ routeDiscovery: { mode: 'lazy', manifestPath: '/other' } }), undefined);
    assert.equal(manifest({ routeDiscovery: { mode: 'initial' } }), undefined);
    assert.equal(manifest({}, true), undefined);
    assert.equal(manifest({ future: { v3_lazyRouteDiscovery: true } }, true), '/__manifest');
  });
});

test('by rules of matching that are not public, no route is known', () => {
  const find = routeOf(buildOf(tree, { future: { unstable_routePatternMatching: true } }));
  assert.equal(find('/orgs/42'), undefined);
});

test('the framework is asked about few routes, and only once where all that are left match', () => {
  const ids = Array.from({ length: 300 }, (_, index) => `(root)>area${index % 10}/thing${index}/:id`);
  const asked: number[] = [];
  const find = createRouteOf({
    build: buildOf(['(root)', '(root)>*', ...ids]),
    isRemix: false,
    matchRoutes: (routes, target, basename) => {
      asked.push(routes[0]?.children?.length ?? 0);
      return matchRoutes(routes, target, basename);
    },
  });
  for (const target of [
    '/area7/thing17/1',
    '/area7/thing17/2',
    '/none',
    '/area7/thing17/%41',
    '/area7/thing17/%41',
  ])
    find(target);
  assert.deepEqual(asked, [2, 1, 2]);
});

describe('what is not as expected', () => {
  const load = (module: string, exports: unknown) => patch({ module, exports, folder, onFailure: fail });

  test('is left alone, and that is told', () => {
    for (const module of ['@react-router/express', '@remix-run/express', '@react-router/node']) {
      const exports = {};
      assert.throws(() => load(module, exports), /so its requests are counted without routes and errors/);
      assert.deepEqual(exports, {});
    }
  });

  test('React Router 6, which has no server, is left alone', () => {
    assert.equal(load('react-router', { matchRoutes }), undefined);
  });

  test('what is patched once is not patched again', () => {
    const exports = { createRequestHandler: () => () => {}, matchRoutes };
    load('react-router', exports);
    const { createRequestHandler } = exports;
    load('react-router', exports);
    assert.equal(exports.createRequestHandler, createRequestHandler);
  });

  test('a build without routes is told, and its requests are answered as they would be', () => {
    const handed: unknown[] = [];
    const core = {
      createRequestHandler: () => (_request: unknown, context: unknown) => void handed.push(context),
      matchRoutes,
    };
    const failures: string[] = [];
    const onFailure = (hook: string): void => void failures.push(hook);
    patch({ module: 'react-router', exports: core, folder, onFailure });
    const exports = {
      createRequestHandler: ({ build, getLoadContext }: Readonly<Record<string, never>>) => {
        const handle = Reflect.apply(core.createRequestHandler, undefined, [build]);
        return (request: object, response: object) =>
          handle({}, Reflect.apply(getLoadContext ?? assert.fail, undefined, [request, response]));
      },
    };
    patch({ module: '@react-router/express', exports, folder, onFailure });
    const context = {};
    const build = { entry: { module: {} } };
    const options = { build, getLoadContext: () => context };
    const handler = exports.createRequestHandler(options as unknown as Readonly<Record<string, never>>);
    const request = { originalUrl: '/' };
    attach(request, createObservation('GET', '/', 0, createRootScope()));
    handler(request, {});
    assert.deepEqual(failures, ['react-router']);
    assert.equal(handed[0], context);
  });

  test('a server whose framework is not patched hands on the context of the application', () => {
    const given: unknown[] = [];
    const exports = {
      createRequestHandler: (options: { readonly getLoadContext: (...parameters: unknown[]) => unknown }) => {
        given.push(options.getLoadContext({}, {}));
        return () => {};
      },
    };
    load('@react-router/express', exports);
    const context = {};
    exports.createRequestHandler({ getLoadContext: () => context });
    assert.equal(given[0], context);
  });
});

test('once the patch is taken back, the framework gets what the application gives it', () => {
  const options = {};
  const given: unknown[] = [];
  const exports = { createRequestHandler: (own: object) => void given.push(own) };
  const undo = patch({ module: '@react-router/express', exports, folder, onFailure: fail });
  exports.createRequestHandler(options);
  undo?.();
  exports.createRequestHandler(options);
  assert.notEqual(given[0], options);
  assert.equal(given[1], options);
});

const collect = ['--import', path.join(root, 'test/fixtures/failing/collect.ts')];
const start = (preload: readonly string[], env: Readonly<Record<string, string>> = {}): Child =>
  startChild({
    args: [...preload, path.join(root, 'test/fixtures/failing/react-router-contexts.mjs')],
    cwd: folder,
    env,
    // What collects them is TypeScript, which early versions do not read.
    node: process.execPath,
  });

const names = ['none', 'empty', 'shared', 'promised', 'throwing', 'rejecting', 'later', 'silent', 'listener'];
const kinds = ['seen', 'broken', 'two', 'refused', 'missing'];
const targets = [...names, 'listener-throwing'].flatMap(name => kinds.map(kind => `/${name}/${kind}/1`));

const answersOf = async (child: Child): Promise<readonly string[]> => {
  const [, port] = await child.output(/^listening (\d+)$/m);
  const answers: string[] = [];
  for (const target of targets) {
    const response = await fetch(`http://127.0.0.1:${port}${target}`);
    answers.push(`${target} ${response.status} ${await response.text()}`);
  }
  return answers;
};

const failuresIn = async (child: Child, count: number): Promise<readonly string[]> => {
  await child.output(new RegExp(`(?:^failure .*\\n){${count}}`, 'm'));
  return [...child.stdout().matchAll(/^failure (.*)$/gm)].map(([, json = '']) => {
    const { route, status, message } = JSON.parse(json) as Readonly<Record<string, unknown>>;
    return `${route} ${status} ${message}`;
  });
};

/** Each line of an error that the framework prints, and what the application says of its functions. */
const said = (child: Child): readonly string[] =>
  [
    ...child.stderr().matchAll(/^\w*Error: .*$/gm),
    ...child.stdout().matchAll(/^(?:handler|listener) .*$/gm),
  ].map(([line]) => line);

test('contexts, answers and what is printed are as without us, and each failure has its route', async () => {
  const [bare, observed] = [start([]), start(collect)];
  try {
    const expected = await answersOf(bare);
    assert.deepEqual(await answersOf(observed), expected);
    assert.deepEqual(said(observed), said(bare));
    assert.ok(said(bare).filter(line => line === 'Error: boom').length > 10, bare.stderr());
    const failures = targets.flatMap(target => {
      const [, name = '', kind = ''] = target.split('/');
      const route = `/${name}/${kind}/:id`;
      if (/throwing|rejecting/.test(name)) return `${kind === 'missing' ? undefined : route} 500 boom`;
      if (kind === 'broken' || kind === 'two') return `${route} 500 boom`;
      return kind === 'refused' ? `${route} 500 undefined` : [];
    });
    assert.deepEqual(await failuresIn(observed, failures.length), failures, observed.stdout());
    assert.doesNotMatch(observed.stdout(), /hook failure/);
  } finally {
    await bare.stop();
    await observed.stop();
  }
});

test('at once, each failure has the route of its own request', async () => {
  const child = start(collect);
  try {
    const [, port] = await child.output(/^listening (\d+)$/m);
    const some = ['none', 'shared', 'promised', 'later', 'listener'];
    const asked = Array.from({ length: 100 }, (_, index) => `/${some[index % some.length]}/broken`);
    await Promise.all(
      asked.map(async (route, index) => (await fetch(`http://127.0.0.1:${port}${route}/${index}`)).text()),
    );
    const expected = asked.map(route => `${route}/:id 500 boom`).toSorted();
    assert.deepEqual((await failuresIn(child, 100)).toSorted(), expected);
  } finally {
    await child.stop();
  }
});

test('negative control: without the adapter the route is that of Express, and no error is known', async () => {
  const child = start(collect, { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'react-router' });
  try {
    const [, port] = await child.output(/^listening (\d+)$/m);
    await (await fetch(`http://127.0.0.1:${port}/listener/broken/1`)).text();
    assert.deepEqual(await failuresIn(child, 1), ['/listener/{*splat} 500 undefined']);
  } finally {
    await child.stop();
  }
});
