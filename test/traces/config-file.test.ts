import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, register, root, startApp, startChild } from '../child.ts';
import { type OtlpReceiver, startOtlpReceiver, treesOf } from '../otlp-receiver.ts';
import { metric } from '../page.ts';
import { reported } from '../preload/reported.ts';

const folder = `${root}/test/fixtures/config-file`;
const file = (name: string): string => `${folder}/${name}.yaml`;

interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Preloads before ours. */
  readonly before?: readonly string[];
  readonly script?: string;
}

const configured = async (
  name: string,
  run: (app: App, receiver: OtlpReceiver) => Promise<void>,
  { env = {}, args = [], before = [], script = `${folder}/app.mjs` }: Options = {},
): Promise<void> => {
  const receiver = await startOtlpReceiver();
  const app = await startApp('', {
    args: [...before, '--import', register, script, ...args],
    env: { OTEL_CONFIG_FILE: file(name), RECEIVER: receiver.url, ...env },
  });
  try {
    await run(app, receiver);
  } finally {
    await app.stop();
    receiver.stop();
  }
};

const ask = async (app: App): Promise<string> => (await fetch(app.url)).text();
const oneRequest = { '{method="GET",path="/",status="200"}': 1 };
const requests = async (app: App) => metric(await app.scrape(), 'http_requests_total');

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

describe('OTEL_CONFIG_FILE', { concurrency: 2 }, () => {
  test('says where spans go and with which resource, whatever the environment says about traces', async () => {
    const called = createServer((request, response) =>
      response.end(String(request.headers.traceparent)),
    ).listen(0, '127.0.0.1');
    await once(called, 'listening');
    const { port } = called.address() as AddressInfo;
    const ignored = await startOtlpReceiver();
    const env = {
      CALL: `http://127.0.0.1:${port}/`,
      OTEL_EXPORTER_OTLP_ENDPOINT: ignored.url,
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_SERVICE_NAME: 'named-by-environment',
    };
    try {
      await configured(
        'traces',
        async (app, receiver) => {
          await ask(app);
          await receiver.waitFor(spans => spans.length >= 2);
          const [server] = receiver.spans.filter(({ kind }) => kind === 2);
          const [client] = receiver.spans.filter(({ kind }) => kind === 3);
          assert.equal(client?.parentSpanId, server?.spanId, treesOf(receiver.spans));
          assert.equal(server?.attributes['url.path'], '/');
          // Longer than several exports, which are none of the application's calls.
          await pause(300);
          assert.equal(receiver.spans.length, 2, treesOf(receiver.spans));
          assert.deepEqual(metric(await app.scrape(), 'http_client_request_duration_seconds_count'), {
            '{http_request_method="GET",server_address="127.0.0.1",http_response_status_code="200"}': 1,
          });
          assert.deepEqual(await requests(app), oneRequest);
          assert.deepEqual(ignored.attempts(), 0);
          assert.match(reported(app)[0] ?? '', /on: http, .*, traces as \S+\/traces\.yaml says/);
        },
        { env },
      );
    } finally {
      called.close();
      ignored.stop();
    }
  });

  test('names the resource of the spans', async () => {
    const bodies: Buffer[] = [];
    const receiver = createServer(async (request, response) => {
      bodies.push(await buffer(request));
      response.end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;
    await configured(
      'traces',
      async app => {
        await ask(app);
        while (bodies.length === 0) await pause(20);
        assert.ok(bodies[0]?.includes('named-by-file'));
      },
      { env: { RECEIVER: `http://127.0.0.1:${port}`, OTEL_SERVICE_NAME: 'named-by-environment' } },
    );
    receiver.close();
    receiver.closeAllConnections();
  });

  test('says what is sampled, and the metrics are complete', () =>
    configured(
      'traces',
      async (app, receiver) => {
        await ask(app);
        await pause(500);
        assert.equal(receiver.attempts(), 0);
        assert.deepEqual(await requests(app), oneRequest);
      },
      { env: { RATIO: '0', OTEL_TRACES_SAMPLER: 'always_on' } },
    ));

  test('leaves the metrics of the application on our page when it has none', () =>
    configured('traces', async app => {
      await ask(app);
      assert.deepEqual(metric(await app.scrape(), 'orders_created_total'), {
        '': 1,
      });
    }));

  test('takes the metrics of the application when it has some, and leaves ours', async () => {
    const port = await freePort();
    await configured(
      'metrics',
      async app => {
        await ask(app);
        assert.deepEqual(metric(await app.scrape(), 'orders_created_total'), {});
        assert.deepEqual(await requests(app), oneRequest);
        const theirs = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
        assert.match(theirs, /^orders_created_total\b.* 1$/m);
        assert.doesNotMatch(theirs, /http_requests_total/);
        const lines = reported(app);
        assert.equal(lines.length, 2, lines.join('\n'));
        assert.ok(lines.some(line => /go where \S+\/metrics\.yaml says, and not to our page/.test(line)));
        assert.ok(lines.some(line => /off: traces \(none by \S+\/metrics\.yaml\)/.test(line)));
      },
      { env: { FILE_PORT: String(port) } },
    );
  });

  test('may take our port: the line about it names the file', async () => {
    const port = await freePort();
    const child = startChild({
      args: ['--import', register, `${folder}/app.mjs`],
      env: {
        OTEL_CONFIG_FILE: file('metrics'),
        FILE_PORT: String(port),
        OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
      },
    });
    try {
      await child.output(
        /127\.0\.0\.1:\d+ is taken by another process, or by a reader of \S+\/metrics\.yaml: metrics are counted but not served/,
      );
    } finally {
      await child.stop();
    }
  });

  test('without a reader is not blamed when another process has our port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const child = startChild({
      args: ['--import', register, `${folder}/app.mjs`],
      env: {
        OTEL_CONFIG_FILE: file('traces'),
        RECEIVER: 'http://127.0.0.1:1',
        OTEL_EXPORTER_PROMETHEUS_PORT: String((other.address() as AddressInfo).port),
      },
    });
    try {
      await child.output(/127\.0\.0\.1:\d+ is taken by another process: metrics are counted but not served/);
    } finally {
      await child.stop();
      other.close();
    }
  });

  const ownSdk = ['--import', `${root}/test/fixtures/preload/own-sdk.mjs`];
  const stays =
    /^\[monitoring\] another OpenTelemetry SDK is registered: metrics made through its API stay with it$/;

  test('traces beside an SDK for metrics alone, which is not taken for the file and stays when we end', () =>
    configured(
      'traces',
      async (app, receiver) => {
        await ask(app);
        await receiver.waitFor(spans => spans.length > 0);
        assert.deepEqual(metric(await app.scrape(), 'orders_created_total'), {});
        assert.match(reported(app)[0] ?? '', stays);
        const counted = await (await fetch(`${app.url}/stop`)).json();
        assert.deepEqual(counted, ['orders.created', 'orders.later']);
      },
      { before: ownSdk },
    ));

  test('that nobody reads is not said to take metrics that another SDK takes', () =>
    configured(
      'metrics',
      async app => {
        assert.match(reported(app)[0] ?? '', stays);
        assert.doesNotMatch(app.stderr(), /go where/);
      },
      { before: ownSdk, script: `${root}/test/fixtures/preload/own-tracer.mjs` },
    ));

  test('that is disabled describes nothing', () =>
    configured('disabled', async (app, receiver) => {
      await ask(app);
      assert.deepEqual(await requests(app), oneRequest);
      assert.deepEqual(metric(await app.scrape(), 'orders_created_total'), { '': 1 });
      assert.equal(receiver.attempts(), 0);
      const lines = reported(app);
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.match(lines[0] ?? '', /off: traces \(none by \S+\/disabled\.yaml\)/);
    }));

  test('with a package that is too old to read it: one line names it, and nothing is traced', async () => {
    const application = await mkdtemp(path.join(tmpdir(), 'old-sdk-node-'));
    const old = path.join(application, 'node_modules/@opentelemetry/sdk-node');
    await mkdir(old, { recursive: true });
    await writeFile(
      path.join(old, 'package.json'),
      '{ "name": "@opentelemetry/sdk-node", "main": "index.js" }',
    );
    await writeFile(path.join(old, 'index.js'), 'exports.NodeSDK = class {};');
    const script = path.join(application, 'app.cjs');
    await writeFile(
      script,
      `const server = require('node:http').createServer((_request, response) => response.end('answered'));
       server.listen(0, '127.0.0.1', () => console.log('listening ' + server.address().port));`,
    );
    try {
      await configured(
        'traces',
        async (app, receiver) => {
          assert.equal(await ask(app), 'answered');
          assert.deepEqual(await requests(app), oneRequest);
          assert.equal(receiver.attempts(), 0);
          const lines = reported(app);
          assert.equal(lines.length, 1, lines.join('\n'));
          assert.match(
            lines[0] ?? '',
            /off: traces \(OTEL_CONFIG_FILE cannot be used: Error: \S+@opentelemetry\/sdk-node\/index\.js is too old: it has no startNodeSDK\)/,
          );
        },
        { script },
      );
    } finally {
      await rm(application, { recursive: true, force: true });
    }
  });

  for (const [name, said] of [
    ['broken', /Could not .*OpenTelemetry/i],
    ['missing', /Could not .*OpenTelemetry/i],
  ] as const) {
    test(`that is ${name} is told by the SDK, nothing is traced, and the application runs`, () =>
      configured(name, async (app, receiver) => {
        assert.equal(await ask(app), 'answered');
        assert.deepEqual(await requests(app), oneRequest);
        assert.match(app.stderr() + app.stdout(), said);
        assert.match(app.stderr(), new RegExp(`off: traces \\(none by \\S+/${name}\\.yaml\\)`));
        assert.equal(receiver.attempts(), 0);
      }));
  }

  test('without the package that reads it: one line names it, and nothing is traced', () =>
    configured(
      'traces',
      async (app, receiver) => {
        await (await fetch(app.url)).text();
        await pause(300);
        assert.equal(receiver.attempts(), 0);
        assert.deepEqual(await requests(app), oneRequest);
        const lines = reported(app);
        assert.equal(lines.length, 1, lines.join('\n'));
        assert.match(
          lines[0] ?? '',
          /off: traces \(OTEL_CONFIG_FILE needs @opentelemetry\/sdk-node, which is not installed beside/,
        );
      },
      {
        script: `${root}/test/fixtures/preload/own-tracer.mjs`,
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:65534' },
      },
    ));

  test('delivers what waits when the process ends by itself', () =>
    configured(
      'traces',
      async (app, receiver) => {
        await ask(app);
        assert.deepEqual(await app.exit(), { code: 0, signal: null });
        assert.equal(receiver.spans.length, 1, treesOf(receiver.spans));
      },
      { env: { DELAY: '60000' }, args: ['ends'] },
    ));

  test('delivers what waits when the process gets SIGTERM', () =>
    configured(
      'traces',
      async (app, receiver) => {
        await ask(app);
        app.process.kill('SIGTERM');
        assert.deepEqual(await app.exit(), { code: null, signal: 'SIGTERM' });
        assert.equal(receiver.spans.length, 1, treesOf(receiver.spans));
      },
      { env: { DELAY: '60000' } },
    ));

  test('does not keep a process that gets SIGTERM waiting for a receiver that hangs', () =>
    configured(
      'traces',
      async (app, receiver) => {
        receiver.behave('hang');
        await ask(app);
        app.process.kill('SIGTERM');
        assert.deepEqual(await app.exit(20_000), { code: null, signal: 'SIGTERM' });
        assert.equal(receiver.attempts(), 1);
      },
      { env: { DELAY: '60000', TIMEOUT: '60000', MONITORING_SHUTDOWN_TIMEOUT: '500' } },
    ));

  // Longer than MONITORING_SHUTDOWN_TIMEOUT: the SDK's exporter holds the process.
  test('keeps a process that ends by itself no longer than the file lets a receiver hang', () =>
    configured(
      'traces',
      async (app, receiver) => {
        receiver.behave('hang');
        await ask(app);
        assert.deepEqual(await app.exit(20_000), { code: 0, signal: null });
        assert.ok(receiver.attempts() > 0);
      },
      { env: { DELAY: '60000', TIMEOUT: '1500', MONITORING_SHUTDOWN_TIMEOUT: '500' }, args: ['ends'] },
    ));

  test('is not read when OTEL_SDK_DISABLED is set', async () => {
    const child = startChild({
      args: ['--import', register, `${folder}/app.mjs`],
      env: { OTEL_CONFIG_FILE: file('broken'), OTEL_SDK_DISABLED: 'true' },
    });
    try {
      await child.output(/^listening \d+$/m);
      assert.doesNotMatch(child.stderr(), /Could not/);
    } finally {
      await child.stop();
    }
  });
});
