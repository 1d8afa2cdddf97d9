import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, register, root, startApp } from '../child.ts';
import { metric } from '../page.ts';
import { reported } from '../preload/reported.ts';
import { type GrpcBehaviour, type GrpcReceiver, startGrpcReceiver } from './grpc-server.ts';

const withPackage = `${root}/test/fixtures/grpc/app.mjs`;

const until = async (what: string, isSo: () => boolean, timeoutMs = 15_000): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, `not within ${timeoutMs} ms: ${what}`);
    await pause(20);
  }
};

const dropped = async (app: App) => metric(await app.scrape(), 'monitoring_dropped_total');

const traced = async (
  url: string,
  run: (app: App) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<void> => {
  const app = await startApp('', {
    args: ['--import', register, withPackage, ...args],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      ...env,
    },
  });
  try {
    await run(app);
  } finally {
    await app.stop();
  }
};

const received = async (run: (receiver: GrpcReceiver) => Promise<void>): Promise<void> => {
  const receiver = await startGrpcReceiver();
  try {
    await run(receiver);
  } finally {
    receiver.stop();
  }
};

describe('traces by gRPC', { concurrency: 2 }, () => {
  for (const compression of ['none', 'gzip']) {
    test(`arrive with the headers that are set, compression ${compression}`, () =>
      received(receiver =>
        traced(
          receiver.url,
          async app => {
            await (await fetch(app.url)).text();
            await until('a span', () => receiver.spans.length > 0);
            const [span] = receiver.spans;
            assert.deepEqual([span?.kind, span?.attributes['url.path']], [2, '/']);
            assert.deepEqual(receiver.keys[0], ['secret']);
            assert.deepEqual(await dropped(app), {});
            assert.equal(reported(app).length, 1, reported(app).join('\n'));
          },
          { OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret', OTEL_EXPORTER_OTLP_COMPRESSION: compression },
        ),
      ));
  }

  test('load the package of gRPC with the first batch and only when they go by it', () =>
    received(async receiver => {
      const loaded = async (app: App): Promise<boolean> => {
        const before = Number(await (await fetch(`${app.url}/loaded`)).text());
        assert.equal(before, 0);
        await pause(1_500);
        return Number(await (await fetch(`${app.url}/loaded`)).text()) > 0;
      };
      await traced(receiver.url, async app => assert.equal(await loaded(app), true));
      await traced(receiver.url, async app => assert.equal(await loaded(app), false), {
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      });
    }));

  test('regression: a call that sends spans made one itself by the instrumentation of gRPC, without an end', () =>
    received(receiver =>
      traced(receiver.url, async app => {
        await (await fetch(app.url)).text();
        await until('a span', () => receiver.spans.length > 0);
        await pause(500);
        assert.deepEqual(
          receiver.spans.map(({ kind }) => kind),
          [2],
        );
      }),
    ));

  test('wait for a receiver that is not there, and two lines say so', async () => {
    const first = await startGrpcReceiver();
    first.stop();
    await traced(first.url, async app => {
      await (await fetch(app.url)).text();
      await app.output(/traces cannot be sent to 127\.0\.0\.1:\d+.*14 UNAVAILABLE/);
      const back = await startGrpcReceiver(first.port);
      try {
        await until('a span', () => back.spans.length > 0);
        await app.output(/traces are sent again/);
        assert.deepEqual([reported(app).length, await dropped(app)], [3, {}]);
      } finally {
        back.stop();
      }
    });
  });

  test('that are refused for good are sent once and counted; those that are not are sent again', () =>
    received(receiver =>
      traced(receiver.url, async app => {
        // INVALID_ARGUMENT, and RESOURCE_EXHAUSTED without a word about when.
        for (const [index, code] of [3, 8].entries()) {
          receiver.behave(code);
          await (await fetch(app.url)).text();
          await until('a try', () => receiver.attempts() > index);
          await pause(1_000);
          assert.equal(receiver.attempts(), index + 1, `code ${code}`);
        }
        assert.deepEqual(await dropped(app), { '{signal="traces",reason="export_failed"}': 2 });
        // UNAVAILABLE.
        receiver.behave(14);
        await (await fetch(app.url)).text();
        await until('another try', () => receiver.attempts() > 3);
        receiver.behave(0);
        await until('a span', () => receiver.spans.length > 0);
        assert.deepEqual(await dropped(app), { '{signal="traces",reason="export_failed"}': 2 });
      }),
    ));

  /** Ends by itself after one answer. */
  const ends = (behaviour: GrpcBehaviour, check: (receiver: GrpcReceiver) => void) =>
    received(receiver => {
      receiver.behave(behaviour);
      return traced(
        receiver.url,
        async app => {
          await (await fetch(app.url)).text();
          assert.deepEqual(await app.exit(), { code: 0, signal: null });
          check(receiver);
        },
        {
          MONITORING_SHUTDOWN_TIMEOUT: '500',
          OTEL_EXPORTER_OTLP_TIMEOUT: '1500',
          OTEL_BSP_SCHEDULE_DELAY: '60000',
        },
        ['ends'],
      );
    });

  test('are delivered when the process ends by itself', () =>
    ends(0, ({ spans }) => assert.equal(spans.length, 1)));

  test('do not keep it waiting for a receiver that is busy', () =>
    ends(14, ({ attempts }) => assert.equal(attempts(), 1)));

  test('do not keep a process that gets a signal waiting for a receiver that hangs', () =>
    received(receiver => {
      receiver.behave('hang');
      return traced(
        receiver.url,
        async app => {
          await (await fetch(app.url)).text();
          await until('a try', () => receiver.attempts() === 1);
          app.process.kill('SIGTERM');
          assert.deepEqual(await app.exit(20_000), { code: null, signal: 'SIGTERM' });
        },
        { MONITORING_SHUTDOWN_TIMEOUT: '500', OTEL_EXPORTER_OTLP_TIMEOUT: '60000' },
      );
    }));

  // Longer than MONITORING_SHUTDOWN_TIMEOUT: the package holds the process while a call is under way.
  test('keep it no longer than one call may take when the receiver hangs', () =>
    ends('hang', ({ attempts }) => assert.equal(attempts(), 1)));
});

test('without the package of gRPC one line names it, nothing is traced, and the application runs', async () => {
  const app = await startApp('', {
    args: ['--import', register, `${root}/test/fixtures/preload/own-tracer.mjs`],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  });
  try {
    // Its own tracer gets in: no tracer of ours was there.
    assert.deepEqual(await (await fetch(app.url)).json(), { tracer: 'its own' });
    assert.deepEqual(metric(await app.scrape(), 'http_requests_total'), {
      '{method="GET",path="/",status="200"}': 1,
    });
    await pause(500);
    const lines = reported(app).filter(line => line.includes('exporter-trace-otlp-grpc'));
    assert.equal(lines.length, 1, reported(app).join('\n'));
    assert.match(
      lines[0] ?? '',
      /off: traces \(OTLP over gRPC needs @opentelemetry\/exporter-trace-otlp-grpc, which is not installed beside the application\)/,
    );
    assert.deepEqual(await dropped(app), {});
  } finally {
    await app.stop();
  }
});
