import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type Child, root, startApp, startChild } from '../child.ts';
import { metric } from '../page.ts';
import { ask } from './ask.ts';
import { callerSpan, traceId } from './failing.ts';

const majors = [10, 11, 12];
const platforms = ['express', 'fastify'];
const collect = path.join(root, 'test/fixtures/failing/collect.ts');

const start = (
  major: number,
  script: string,
  platform: string,
  env: Readonly<Record<string, string>> = {},
): Child =>
  startChild({
    args: ['--import', collect, path.join(root, 'test/fixtures/failing', script), platform],
    cwd: path.join(root, `test/fixtures/nest-${major}`),
    env,
    node: process.execPath,
  });

/** What becomes of requests, one after the other: their answers, and what is told of each. */
const run = async (child: Child, names: readonly string[]): Promise<Readonly<Record<string, unknown>>> => {
  const port = Number((await child.output(/^listening (\d+)$/m))[1]);
  const answers: unknown[] = [];
  for (const [index, name] of names.entries()) {
    const headers = { traceparent: `00-${traceId(index)}-${callerSpan}-00` };
    const answer = await ask('http', { port, request: `GET /api/${name}`, headers });
    answers.push(answer);
    // Nest 10 ends that answer as if it were complete.
    if (answer === 'cut' || Number(answer) >= 500 || name === 'stream-after')
      await child.output(new RegExp(`^failure .*"${traceId(index)}"`, 'm'));
  }
  assert.doesNotMatch(child.stdout(), /hook failure/);
  const told = [...child.stdout().matchAll(/^failure (.*)$/gm)].map(([, json = '']) => JSON.parse(json));
  return Object.fromEntries(
    names.map((name, index) => [
      name,
      [
        answers[index],
        ...told
          .filter(({ trace }) => trace.traceId === traceId(index))
          .map(({ route, message }) => `${route}: ${message}`),
      ],
    ]),
  );
};

for (const major of majors) {
  for (const platform of platforms) {
    // Express has not looked for the route yet.
    const ofMiddleware = (route: string): string => `${platform === 'express' ? undefined : route}: boom`;
    const events = major === 10 ? [200] : [500, '/api/events-before: boom'];

    test(`Nest ${major} on ${platform}: errors in each layer around a handler are told once`, async () => {
      const child = start(major, 'nest-layers.mjs', platform);
      const expected = {
        guard: [500, '/api/guard: boom'],
        'pipe/5': [500, '/api/pipe/:id: boom'],
        before: [500, '/api/before: boom'],
        after: [500, '/api/after: boom'],
        middleware: [500, ofMiddleware('/api/middleware')],
        'middleware-later': [500, ofMiddleware('/api/middleware-later')],
        'middleware-next': [500, ofMiddleware('/api/middleware-next')],
        'scoped/5': [500, '/api/scoped/:id: boom'],
        unavailable: [503, '/api/unavailable: closed'],
        mapped: [502, '/api/mapped: boom'],
        'events-before': events,
        // Nest makes an event of it, and the answer is complete.
        'events-after': [200],
        last: [404],
      };
      try {
        assert.deepEqual(await run(child, Object.keys(expected)), expected, child.stderr());
      } finally {
        await child.stop();
      }
    });
  }

  describe(`Nest ${major}`, () => {
    test('a CommonJS application is observed as well', async () => {
      const child = start(major, 'nest.cjs', 'express');
      try {
        assert.deepEqual(
          await run(child, ['throw', 'stream-after', 'nothing']),
          {
            throw: [500, '/api/throw: boom'],
            'stream-after': [major === 10 ? 200 : 'cut', '/api/stream-after: boom'],
            nothing: [404],
          },
          child.stderr(),
        );
      } finally {
        await child.stop();
      }
    });

    test('negative control: without the adapter the route is known, the error is not', async () => {
      const child = start(major, 'nest.mjs', 'express', {
        OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'nestjs-core',
      });
      try {
        assert.deepEqual(await run(child, ['throw', 'mapped-5xx']), {
          throw: [500, '/api/throw: undefined'],
          'mapped-5xx': [503, '/api/mapped-5xx: undefined'],
        });
      } finally {
        await child.stop();
      }
    });
  });
}

for (const [platform, preflight] of [
  ['express', '/api/cats/:id'],
  ['fastify', '*'],
]) {
  test(`Nest 12 on ${platform}: a preflight has the path of what answers it, a page for what nothing takes the folded one`, async () => {
    const app = await startRouting(platform, {}, 'cors');
    try {
      const headers = { origin: 'http://elsewhere.example', 'access-control-request-method': 'PUT' };
      const { status } = await fetch(`${app.url}/api/cats/7`, { method: 'OPTIONS', headers });
      assert.equal(status, 204);
      assert.equal(await (await fetch(`${app.url}/api/pages/7`)).text(), 'the page');
      assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
        [`{method="OPTIONS",path="${preflight}",status="204"}`]: 1,
        '{method="GET",path="/api/pages/:id",status="200"}': 1,
      });
    } finally {
      await app.stop();
    }
  });
}

test('negative control: without the adapter, what nothing takes has the route of Nest’s not-found handler', async () => {
  for (const [off, label] of [
    ['koa', 'unmatched'],
    ['nestjs-core', '/api/*path'],
  ] as const) {
    const app = await startRouting('express', { OTEL_NODE_DISABLED_INSTRUMENTATIONS: off });
    try {
      await (await fetch(`${app.url}/api/shops/3/none`)).arrayBuffer();
      assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
        [`{method="GET",path="${label}",status="404"}`]: 1,
      });
    } finally {
      await app.stop();
    }
  }
});

function startRouting(platform = '', env: Readonly<Record<string, string>> = {}, ...more: readonly string[]) {
  const script = path.join(root, 'test/fixtures/routing/nest.mjs');
  const args = ['--import', path.join(root, 'register.js'), script, platform, ...more];
  return startApp('', { args, env, cwd: path.join(root, 'test/fixtures/nest-12') });
}
