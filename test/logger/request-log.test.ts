import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Shop, type ShopOptions, startShop } from './shop.ts';

const withShop = async (options: ShopOptions, use: (shop: Shop) => Promise<void>): Promise<void> => {
  const shop = await startShop(options);
  try {
    await use(shop);
  } finally {
    await shop.stop();
  }
};

const quiet = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

for (const script of ['shop.mjs', 'shop.cjs'] as const) {
  test(`one record per request, with all that it should say (${script})`, async () => {
    await withShop({ script, env: { SHOP: 'express', WITH: 'logger' } }, async shop => {
      const response = await fetch(`${shop.url}/api/users/42?page=1&token=hunter2`, {
        headers: { 'user-agent': 'agent/1.0 Bearer hunter2hunter2hunter2' },
      });
      await response.arrayBuffer();
      const [line, more] = await shop.requests(1);
      assert.ok(line);
      const { timestamp, duration, service, ...rest } = line;
      assert.deepEqual(rest, {
        level: 'info',
        message: 'Request completed',
        method: 'GET',
        url: '/api/users/42?page=1&token=REDACTED',
        route: '/api/users/:id',
        status: 200,
        userAgent: rest.userAgent,
        ip: '127.0.0.1',
      });
      assert.match(String(rest.userAgent), /^agent\/1\.0 Bearer REDACTED/);
      assert.ok(typeof duration === 'number' && duration > 0 && duration < 60_000, String(duration));
      assert.ok(!Number.isNaN(Date.parse(String(timestamp))));
      assert.ok(service);
      assert.equal(more, undefined);
      assert.doesNotMatch(shop.stdout() + JSON.stringify(await shop.lines(2)), /hunter2/);
    });
  });
}

for (const kind of ['express', 'raw'] as const) {
  describe(`requests of ${kind}`, () => {
    test('at once: each has a record of its own', async () => {
      await withShop({ env: { SHOP: kind, WITH: 'logger' } }, async shop => {
        const target = (id: number): string => (kind === 'express' ? `/api/users/${id}` : `/ok?id=${id}`);
        const ids = Array.from({ length: 200 }, (_, id) => id);
        await Promise.all(ids.map(async id => (await fetch(shop.url + target(id))).arrayBuffer()));
        const lines = await shop.requests(200);
        assert.deepEqual(lines.map(({ url }) => url).sort(), ids.map(target).sort());
        assert.equal(lines.length, 200);
      });
    });

    test('5xx is an error, 404 is none, a client that goes away is 499', async () => {
      await withShop({ env: { SHOP: kind, WITH: 'logger' } }, async shop => {
        for (const target of ['/boom', '/nothing']) await (await fetch(shop.url + target)).arrayBuffer();
        await shop.abort('/slow', /slow arrived/);
        await shop.requests(3);
        await shop.abort('/part', /part arrived/);
        const lines = await shop.requests(4);
        assert.deepEqual(
          lines.map(({ level, url, status, aborted, userAgent, ip }) => [
            level,
            url,
            status,
            aborted,
            userAgent,
            ip,
          ]),
          [
            ['error', '/boom', 500, undefined, 'node', '127.0.0.1'],
            ['info', '/nothing', 404, undefined, 'node', '127.0.0.1'],
            ['info', '/slow', 499, true, 'impatient', '127.0.0.1'],
            ['info', '/part', 200, true, 'impatient', '127.0.0.1'],
          ],
        );
        const errors = await shop.lines(1, 'error.log');
        assert.deepEqual(
          errors.map(({ url }) => url),
          ['/boom'],
        );
      });
    });
  });
}

test('the address that a proxy says, when it is trusted', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.7, 10.0.0.1' };
  for (const [trust, ip] of [
    ['true', '203.0.113.7'],
    ['false', '127.0.0.1'],
  ] as const) {
    await withShop({ env: { WITH: 'logger', MONITORING_TRUST_PROXY: trust } }, async shop => {
      await (await fetch(`${shop.url}/ok`, { headers })).arrayBuffer();
      assert.equal((await shop.requests(1))[0]?.ip, ip);
    });
  }
});

test('a url is cut at some 2 kB, in query and path, and shows no secret', async () => {
  await withShop({ env: { WITH: 'logger' } }, async shop => {
    const targets = [
      `/ok?a=${'x'.repeat(8000)}&token=hunter2`,
      `/${'y'.repeat(8000)}`,
      '/ok?u=http://me:hunter2@host/',
    ];
    for (const target of targets) await (await fetch(shop.url + target)).arrayBuffer();
    for (const { url } of await shop.requests(3)) {
      assert.ok(String(url).length <= 2_100, String(String(url).length));
      assert.doesNotMatch(String(url), /hunter2/);
    }
  });
});

describe('the trace of the request is on its record', () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const spanId = 'b7ad6b7169203331';
  const ask = async (shop: Shop, flags: string): Promise<void> => {
    const headers = { traceparent: `00-${traceId}-${spanId}-${flags}` };
    await (await fetch(`${shop.url}/log`, { headers })).arrayBuffer();
  };
  test('without tracing: that of its caller, sampled or not', async () => {
    await withShop({ env: { WITH: 'logger' } }, async shop => {
      await ask(shop, '01');
      await ask(shop, '00');
      const [sampled, not] = await shop.requests(2);
      assert.deepEqual([sampled?.trace_id, sampled?.span_id, sampled?.trace_flags], [traceId, spanId, '01']);
      assert.deepEqual([not?.trace_id, not?.span_id, not?.trace_flags], [traceId, spanId, '00']);
      await (await fetch(`${shop.url}/log`)).arrayBuffer();
      const [, , alone] = await shop.requests(3);
      assert.equal(alone?.trace_id, undefined);
    });
  });
  test('with tracing: the span of the request, sampled or not', async () => {
    const env = {
      WITH: 'logger',
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    };
    await withShop({ env }, async shop => {
      await ask(shop, '01');
      await ask(shop, '00');
      const lines = await shop.requests(2);
      assert.deepEqual(
        lines.map(line => [line.trace_id, line.trace_flags]),
        [
          [traceId, '01'],
          [traceId, '00'],
        ],
      );
      for (const { span_id } of lines) assert.match(String(span_id), /^(?!b7ad6b7169203331)[0-9a-f]{16}$/);
    });
  });
});

describe('where it goes', () => {
  test('an application without our logger: no directory, nothing on its console', async () => {
    await withShop({}, async shop => {
      await (await fetch(`${shop.url}/ok`)).arrayBuffer();
      await (await fetch(`${shop.url}/boom`)).arrayBuffer();
      await quiet(400);
      assert.deepEqual(shop.made(), []);
      assert.equal(shop.stdout(), `listening ${shop.port}\n`);
      for (const line of shop.stderr().trim().split('\n')) assert.match(line, /^\[monitoring\] /);
    });
  });
  test('control: with our logger there are both', async () => {
    await withShop({ env: { WITH: 'logger' } }, async shop => {
      await (await fetch(`${shop.url}/ok`)).arrayBuffer();
      await shop.requests(1);
      assert.deepEqual(shop.made(), ['logs']);
      assert.match(shop.stdout(), /Request completed/);
    });
  });
  test('the same with LOG_DIR: into its files, still not on the console', async () => {
    await withShop({ env: { LOG_DIR: 'var/log' } }, async shop => {
      await (await fetch(`${shop.url}/ok`)).arrayBuffer();
      await (await fetch(`${shop.url}/boom`)).arrayBuffer();
      const lines = await shop.requests(2);
      assert.deepEqual(
        lines.map(({ level, status }) => [level, status]),
        [
          ['info', 200],
          ['error', 500],
        ],
      );
      assert.deepEqual(
        (await shop.lines(1, 'error.log')).map(({ url }) => url),
        ['/boom'],
      );
      assert.ok(lines[0]?.service);
      assert.equal(shop.stdout(), `listening ${shop.port}\n`);
    });
  });
  test('with LOG_DIR=none and our logger: on its console only', async () => {
    await withShop({ env: { LOG_DIR: 'none', WITH: 'logger' } }, async shop => {
      await (await fetch(`${shop.url}/ok`)).arrayBuffer();
      await shop.output(/Request completed \{.*"url":"\/ok"/);
      assert.deepEqual(shop.made(), []);
    });
  });
  test('with MONITORING_REQUEST_LOG=false: nowhere', async () => {
    await withShop({ env: { WITH: 'logger', MONITORING_REQUEST_LOG: 'false' } }, async shop => {
      await (await fetch(`${shop.url}/log`)).arrayBuffer();
      await shop.lines(2);
      await quiet(400);
      assert.deepEqual(
        (await shop.lines(2)).map(({ message }) => message),
        ['started', 'inside'],
      );
    });
  });
  test('with LOG_LEVEL=error only those that failed', async () => {
    await withShop({ env: { WITH: 'logger', LOG_LEVEL: 'error' } }, async shop => {
      await (await fetch(`${shop.url}/ok`)).arrayBuffer();
      await (await fetch(`${shop.url}/boom`)).arrayBuffer();
      assert.deepEqual(
        (await shop.lines(1)).map(({ url }) => url),
        ['/boom'],
      );
    });
  });
  test('without metrics and traces it is there all the same', async () => {
    await withShop({ env: { WITH: 'logger', OTEL_METRICS_EXPORTER: 'none' } }, async shop => {
      await (await fetch(`${shop.url}/ok`)).arrayBuffer();
      assert.equal((await shop.requests(1))[0]?.status, 200);
    });
  });
});

describe('loggingMiddleware: one record per request, whoever makes it', () => {
  const cases: Readonly<Record<string, ShopOptions>> = {
    'under the preload': { env: { WITH: 'middleware' } },
    'under the preload, mounted twice': { env: { WITH: 'middleware+middleware' } },
    'under the preload without its request log': {
      env: { WITH: 'middleware+middleware', MONITORING_REQUEST_LOG: 'false' },
    },
    'under the preload that does not observe http': {
      env: { WITH: 'middleware', OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http' },
    },
    'without the preload': { preload: false, env: { WITH: 'middleware' } },
    'without the preload, mounted twice, CommonJS': {
      ...{ script: 'shop.cjs', preload: false },
      env: { WITH: 'middleware+middleware' },
    },
  };
  for (const [name, options] of Object.entries(cases)) {
    test(name, async () => {
      await withShop({ ...options, env: { SHOP: 'express', ...options.env } }, async shop => {
        const headers = {
          'user-agent': 'ua',
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        };
        await (await fetch(`${shop.url}/api/users/7?password=hunter2`, { headers })).arrayBuffer();
        await (await fetch(`${shop.url}/boom`)).arrayBuffer();
        await shop.requests(2);
        await shop.abort('/slow', /slow arrived/);
        const lines = await shop.requests(3);
        await quiet(300);
        assert.deepEqual(
          lines.map(({ level, url, route, status, userAgent, ip, aborted, trace_id }) => [
            ...[level, url, route, status, userAgent, ip, aborted, trace_id],
          ]),
          [
            [
              ...[
                'info',
                '/api/users/7?password=REDACTED',
                '/api/users/:id',
                200,
                'ua',
                '127.0.0.1',
                undefined,
              ],
              '0af7651916cd43dd8448eb211c80319c',
            ],
            ['error', '/boom', undefined, 500, 'node', '127.0.0.1', undefined, undefined],
            ['info', '/slow', undefined, 499, 'impatient', '127.0.0.1', true, undefined],
          ],
        );
        assert.equal((await shop.requests(3)).length, 3);
      });
    });
  }
});
