import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { frameworkFiles } from '../../src/http/framework-files.ts';
import { patch } from '../../src/http/frameworks/next.ts';
import { attach, createObservation } from '../../src/http/observation.ts';
import { createRootScope, enterMount } from '../../src/http/route-scope.ts';
import { fixtureNode, register, root, startChild } from '../child.ts';
import { type ReceivedSpan, startOtlpReceiver } from '../otlp-receiver.ts';
import { metric } from '../page.ts';
import { scrape, startApplication } from './application.ts';
import { ledgers } from './ledgers/next.ts';

const serverSpan = 2;

/** What a page or handler throws, by its path: with what it is answered, and the route that is told with the error. */
const failures: readonly (readonly [target: string, status: number, route?: string])[] = [
  // In a component of the server, with and without an `error.js`, and where it is rendered for the browser.
  ['/failing/thrown', 500, '/failing/thrown'],
  ['/failing/below-boundary', 500, '/failing/below-boundary'],
  ['/old/failing', 500, '/old/[id]'],
  ['/old/rendering', 500, '/old/[id]'],
  ['/failing/handler', 500, '/failing/handler'],
  ['/failing/handler-rejects', 500, '/failing/handler-rejects'],
  // Below a `Suspense`, when 200 was sent.
  ['/failing/in-stream', 200, '/failing/in-stream'],
  // In the edge runtime, and before any route is known.
  ['/edge/failing', 500, '/edge/[id]'],
  ['/failing/proxy', 500],
];

/** What is thrown or returned to say how to answer. */
const answers: readonly (readonly [target: string, status: number])[] = [
  ['/failing/not-found', 404],
  ['/failing/redirected', 307],
  ['/old/missing', 404],
  ['/old/moved', 307],
];

const statusOf = async (port: number | string, target: string, headers = {}): Promise<number> => {
  // By this name: what a proxy rewrites on any other of the own machine, Next.js asks itself for, in a second request.
  const response = await fetch(
    `http://${typeof port === 'number' ? '127.0.0.1' : 'localhost'}:${port}${target}`,
    { redirect: 'manual', headers },
  );
  await response.arrayBuffer();
  return response.status;
};

const isOfServer = ({ kind }: ReceivedSpan): boolean => kind === serverSpan;
const isOfNext = ({ attributes }: ReceivedSpan): boolean =>
  attributes['next.span_type'] === 'BaseServer.handleRequest';

/** What `next start` has told of three requests. */
const started = async (
  built: string,
  way: '--import' | 'NODE_OPTIONS',
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly page: string; readonly spans: readonly ReceivedSpan[] }> => {
  const receiver = await startOtlpReceiver();
  const child = startChild({
    args: [
      ...(way === '--import' ? ['--import', register] : []),
      ...['../node_modules/next/dist/bin/next', 'start', '-p', '0', '-H', 'localhost'],
    ],
    cwd: built,
    env: {
      ...(way === 'NODE_OPTIONS' && { NODE_OPTIONS: `--import ${register}` }),
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      ...env,
    },
    node: fixtureNode,
  });
  try {
    const [, port = ''] = await child.output(/Local: +http:\/\/localhost:(\d+)/);
    await child.output(/Ready in/);
    for (const target of ['/blog/a', '/journal-by-proxy/a', '/api/users/7'])
      assert.equal(await statusOf(port, target), 200, child.stderr());
    const page = await scrape(child);
    child.process.kill('SIGTERM');
    await child.exit(30_000);
    return { page, spans: receiver.spans };
  } finally {
    await child.stop();
    receiver.stop();
  }
};

for (const ledger of ledgers) {
  describe(ledger.name, () => {
    const built = path.join(root, ledger.from, 'built');
    const collect = ['--import', path.join(root, 'test/fixtures/failing/collect.ts')];

    test('each error of a page, a handler or a proxy is told once, and nothing that is an answer', async () => {
      const child = await startApplication(ledger, {
        kind: 'failing',
        preload: collect,
        node: process.execPath,
      });
      try {
        for (const [target, status] of [...answers, ...failures])
          assert.equal(await statusOf(child.port, target), status, `${target}\n${child.stderr()}`);
        await statusOf(child.port, '/api/status');
        await child.output(/^failure .*503/m);
        const told = [...child.stdout().matchAll(/^failure (.*)$/gm)].map(([, json = '']) =>
          JSON.parse(json),
        );
        assert.deepEqual(
          told.slice(0, -1).map(({ route, status }) => [route, status]),
          failures.map(([, status, route]) => [route, status]),
        );
        // Those of the edge runtime, as which the middleware of 15 runs, are of another realm: no `Error` for this print.
        assert.deepEqual(
          told.slice(0, -3).map(({ message }) => message),
          failures.slice(0, -2).map(() => 'boom'),
        );
        assert.doesNotMatch(child.stdout(), /hook failure/);
      } finally {
        await child.stop();
      }
    });

    test('built files have one route, and what is fetched without its page has that of the page', async () => {
      const chunk = readdirSync(path.join(built, '.next/static/chunks')).find(name => name.endsWith('.js'));
      const child = await startApplication(ledger, { kind: 'routing' });
      try {
        assert.equal(await statusOf(child.port, `/_next/static/chunks/${chunk}`), 200);
        assert.equal(
          await statusOf(child.port, '/docs/a', { RSC: '1' }),
          ledger.name === 'Next.js 15' ? 200 : 307,
        );
        const [build = ''] = readdirSync(path.join(built, '.next/static')).filter(
          name => !['chunks', 'css', 'media'].includes(name),
        );
        assert.equal(await statusOf(child.port, `/_next/data/${build}/old/7.json`), 200);
        assert.deepEqual(Object.keys(metric(await scrape(child), 'http_requests_total')), [
          '{method="GET",path="/_next/static/[...path]",status="200"}',
          `{method="GET",path="/docs/[...path]",status="${ledger.name === 'Next.js 15' ? 200 : 307}"}`,
          '{method="GET",path="/old/[id]",status="200"}',
        ]);
      } finally {
        await child.stop();
      }
    });

    for (const way of ['--import', 'NODE_OPTIONS'] as const) {
      test(`next start, by ${way}: one span of a server for each request, under the application's name`, async () => {
        const { page, spans } = await started(built, way);
        assert.deepEqual(
          spans.filter(isOfServer).map(({ name }) => name),
          ['GET /blog/[slug]', 'GET /blog/[slug]', 'GET /api/users/[id]'],
        );
        assert.ok(spans.some(isOfNext), 'those of Next.js are there, inside');
        assert.match(page, /^target_info\{service_name="shop-by-next"/m);
      });
    }

    test('negative control: without the adapter, Next.js makes a second one of each request', async () => {
      const { spans } = await started(built, '--import', { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'next' });
      assert.ok(spans.filter(isOfServer).length > 3);
      assert.ok(spans.filter(isOfNext).every(isOfServer));
    });

    test('each file that is waited for is one of Next.js', () => {
      const files = frameworkFiles.filter(({ framework }) => framework === 'next');
      assert.equal(files.length, 4);
      for (const { file = '' } of files)
        assert.ok(existsSync(path.join(root, ledger.from, 'node_modules/next', file)), file);
    });
  });
}

test('built files that are rewritten from a path of the client’s choice made a route for each such path', () => {
  const exports = { serveStatic: () => 'sent' };
  const undo = patch({
    module: 'next',
    file: 'dist/server/serve-static.js',
    exports,
    folder: undefined,
    onFailure: (_, error) => assert.fail(String(error)),
  });
  const root = createRootScope();
  const routeOf = (target: string, scope = root): string | undefined => {
    const request = {};
    const observation = createObservation('GET', target, 0, scope);
    attach(request, observation);
    assert.equal(Reflect.apply(exports.serveStatic, undefined, [request]), 'sent');
    return observation.route;
  };
  const route = '/_next/static/[...path]';
  for (const prefix of ['', '/tenant-1', '/tenant-2', '/shop/t/3'])
    assert.equal(routeOf(`${prefix}/_next/static/chunks/a.js`), route);
  assert.equal(routeOf('/shop/_next/static/a.js', enterMount(root, '/shop')), `/shop${route}`);
  assert.equal(routeOf('/logo.png'), undefined);
  undo?.();
});
