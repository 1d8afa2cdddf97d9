import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type Child, register, root, startChild } from '../child.ts';
import { type Fault, type FaultyReceiver, startFaultyReceiver } from '../otlp-faults.ts';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import { freePort } from '../preload/ports.ts';
import { type Receiver, startReceiver } from '../preload/receiver.ts';
import { runToEnd } from '../preload/run-to-end.ts';

/** Far more than an end takes that waits for nothing, and far less than the deadline where it must not wait. */
const atOnce = 8_000;

const endpoint = (receiver: FaultyReceiver, timeout: string): Readonly<Record<string, string>> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  // Only the end of the process sends.
  OTEL_BSP_SCHEDULE_DELAY: '600000',
  MONITORING_SHUTDOWN_TIMEOUT: timeout,
});

const withReceiver = async (
  fault: Fault,
  run: (receiver: FaultyReceiver) => Promise<void>,
): Promise<void> => {
  const receiver = await startFaultyReceiver({ fault });
  try {
    await run(receiver);
  } finally {
    await receiver.stop();
  }
};

describe('the span of the only request, when the process ends', { concurrency: 2 }, () => {
  const ends = [
    { way: 'itself', exit: { code: 0, signal: null }, isDelivered: true },
    { way: 'itself with exit code 4', exit: { code: 4, signal: null }, isDelivered: true },
    { way: 'with only unreferenced handles', exit: { code: 0, signal: null }, isDelivered: true },
    { way: 'by process.exit(3)', exit: { code: 3, signal: null }, isDelivered: true },
    { way: 'by a throw', exit: { code: 1, signal: null }, isDelivered: true },
    { way: 'by a rejection', exit: { code: 1, signal: null }, isDelivered: true },
    // What docs/traces.md says is lost.
    { way: 'by SIGKILL', exit: { code: null, signal: 'SIGKILL' }, isDelivered: false },
  ] as const;
  for (const { way, exit, isDelivered } of ends) {
    test(`${way}, ${isDelivered ? 'is delivered' : 'is lost'}; the exit is its own`, () =>
      withReceiver('ok', async receiver => {
        const end = await runToEnd({
          options: ['--import', register],
          way,
          env: endpoint(receiver, '30000'),
        });
        assert.deepEqual(end.outcome.exit, exit);
        assert.equal(receiver.taken.length, isDelivered ? 1 : 0);
      }));
  }

  for (const protocol of ['http/protobuf', 'http/json'] as const) {
    test(`by process.exit(3), is delivered in ${protocol}, compressed`, async () => {
      const receiver = await startOtlpReceiver();
      try {
        const end = await runToEnd({
          options: ['--import', register],
          way: 'by process.exit(3)',
          env: {
            OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
            OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
            OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
            OTEL_BSP_SCHEDULE_DELAY: '600000',
          },
        });
        assert.deepEqual([end.outcome.exit.code, receiver.spans.length], [3, 1]);
      } finally {
        receiver.stop();
      }
    });
  }

  test('by process.exit(3), waits a second at most for a receiver that hangs', () =>
    withReceiver('hang', async receiver => {
      const run = (timeout: string) =>
        runToEnd({
          options: ['--import', register],
          way: 'by process.exit(3)',
          env: endpoint(receiver, timeout),
        });
      const [short, long] = [await run('50'), await run('30000')];
      assert.deepEqual([short.outcome.exit.code, long.outcome.exit.code], [3, 3]);
      assert.ok(long.milliseconds >= 1_000, `${long.milliseconds} ms`);
      // The control: the other one has not waited.
      assert.ok(short.milliseconds < long.milliseconds, `${short.milliseconds}, ${long.milliseconds}`);
      assert.ok(long.milliseconds < atOnce, `${long.milliseconds} ms`);
    }));

  for (const fault of ['refused', '503', 'half'] as const) {
    test(`by process.exit(3), is not waited for (${fault})`, () =>
      withReceiver(fault, async receiver => {
        const env = endpoint(receiver, '30000');
        const end = await runToEnd({ options: ['--import', register], way: 'by process.exit(3)', env });
        assert.deepEqual(end.outcome.exit, { code: 3, signal: null });
        assert.ok(end.milliseconds < atOnce, `${end.milliseconds} ms`);
      }));

    test(`itself, is not waited for (${fault})`, () =>
      withReceiver(fault, async receiver => {
        const env = endpoint(receiver, '30000');
        const end = await runToEnd({ options: ['--import', register], way: 'itself', env });
        assert.deepEqual(end.outcome.exit, { code: 0, signal: null });
        assert.ok(end.milliseconds < atOnce, `${end.milliseconds} ms`);
      }));
  }

  for (const fault of ['hang', 'trickle'] as const) {
    test(`itself, is waited for no longer than MONITORING_SHUTDOWN_TIMEOUT (${fault})`, () =>
      withReceiver(fault, async receiver => {
        const run = (timeout: string) =>
          runToEnd({ options: ['--import', register], way: 'itself', env: endpoint(receiver, timeout) });
        const [short, long] = [await run('200'), await run('4000')];
        assert.deepEqual([short.outcome.exit, receiver.exports.length], [{ code: 0, signal: null }, 2]);
        // The control: the other one has waited.
        assert.ok(
          long.milliseconds - short.milliseconds > 1_500,
          `${short.milliseconds}, ${long.milliseconds}`,
        );
        assert.ok(long.milliseconds < 4_000 + atOnce, `${long.milliseconds} ms`);
      }));
  }
});

/** Starts test/fixtures/preload/signals.mjs, which has served one request then. */
const start = async (way: string, env: Readonly<Record<string, string>>): Promise<Child> => {
  const child = startChild({
    args: ['--import', register, path.join(root, 'test/fixtures/preload/signals.mjs'), way],
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...env },
  });
  const [, port] = await child.output(/^listening (\d+)$/m);
  assert.equal(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'served');
  return child;
};

const killed = async (child: Child, signal: NodeJS.Signals) => {
  const startedAt = performance.now();
  child.process.kill(signal);
  const exit = await child.exit();
  return { exit, ms: performance.now() - startedAt };
};

describe('the span of the only request, after a signal', { concurrency: 2 }, () => {
  const cases: readonly {
    readonly way: string;
    readonly exit: (signal: NodeJS.Signals) => Awaited<ReturnType<Child['exit']>>;
    readonly isDelivered: boolean;
    readonly signals: readonly NodeJS.Signals[];
  }[] = [
    {
      way: 'no handler',
      exit: signal => ({ code: null, signal }),
      isDelivered: true,
      signals: ['SIGTERM', 'SIGINT'],
    },
    {
      way: 'a handler, once, that closes the server',
      exit: () => ({ code: 0, signal: null }),
      isDelivered: true,
      signals: ['SIGTERM'],
    },
    // It ends by process.exit() while the spans are on their way: they are sent once more, which takes as long as it takes.
    {
      way: 'a handler that exits with 7',
      exit: () => ({ code: 7, signal: null }),
      isDelivered: true,
      signals: ['SIGTERM'],
    },
  ];
  for (const { way, exit, isDelivered, signals } of cases) {
    for (const signal of signals) {
      test(`${signal} with ${way}: ${isDelivered ? 'delivered' : 'lost'}`, () =>
        withReceiver('slow', async receiver => {
          const child = await start(way, endpoint(receiver, '30000'));
          try {
            const end = await killed(child, signal);
            assert.deepEqual(end.exit, exit(signal));
            // What was on its way already may arrive twice.
            const spans = new Set(receiver.taken);
            assert.equal(spans.size, isDelivered ? 1 : 0);
          } finally {
            await child.stop();
          }
        }));
    }
  }

  test('an application that handles SIGTERM and goes on is hurried once, and sends as before', () =>
    withReceiver('503', async receiver => {
      const child = await start('a handler that ignores it', {
        ...endpoint(receiver, '300'),
        OTEL_BSP_SCHEDULE_DELAY: '100',
        OTEL_BSP_MAX_QUEUE_SIZE: '64',
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '16',
      });
      try {
        const [, port] = await child.output(/^listening (\d+)$/m);
        /** Exports while sixteen clients ask without a pause: some span always waits. */
        const serve = async (ms: number): Promise<number> => {
          const before = receiver.exports.length;
          const deadline = performance.now() + ms;
          const client = async (): Promise<void> => {
            while (performance.now() < deadline) await (await fetch(`http://127.0.0.1:${port}`)).text();
          };
          await Promise.all(Array.from({ length: 16 }, client));
          return receiver.exports.length - before;
        };
        await serve(500);
        child.process.kill('SIGTERM');
        await child.output(/^ignored$/m);
        // The batch on its way, four that wait, and after so many failures hardly one more in this time.
        const exports = await serve(3_000);
        assert.ok(exports <= 8, `${exports} exports`);
      } finally {
        await child.stop();
      }
    }));
});

describe('metrics and traces, both by OTLP', { concurrency: 2 }, () => {
  /** Two receivers; `undefined`: nobody listens. */
  const both = async (
    metrics: 200 | 'hang' | undefined,
    traces: Fault,
    timeout: string,
    check: (
      metrics: Receiver | undefined,
      traces: FaultyReceiver,
      end: Awaited<ReturnType<typeof killed>>,
    ) => void,
  ): Promise<void> => {
    const forMetrics = metrics && (await startReceiver(metrics));
    const metricsUrl = forMetrics?.url ?? `http://127.0.0.1:${await freePort()}`;
    try {
      await withReceiver(traces, async receiver => {
        const child = await start('no handler', {
          ...endpoint(receiver, timeout),
          OTEL_METRICS_EXPORTER: 'prometheus,otlp',
          OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${metricsUrl}/v1/metrics`,
        });
        try {
          const end = await killed(child, 'SIGTERM');
          assert.deepEqual(end.exit, { code: null, signal: 'SIGTERM' });
          check(forMetrics, receiver, end);
        } finally {
          await child.stop();
        }
      });
    } finally {
      forMetrics?.stop();
    }
  };

  test('both are delivered, one of them slowly', () =>
    both(200, 'slow', '30000', (metrics, traces, { ms }) => {
      assert.deepEqual([metrics?.received.length, traces.taken.length], [1, 1]);
      assert.ok(ms < atOnce, `${ms} ms`);
    }));

  test('traces are delivered when the receiver of metrics hangs', () =>
    both('hang', 'slow', '2000', (_metrics, traces, { ms }) => {
      assert.equal(traces.taken.length, 1);
      assert.ok(ms < 2_000 + atOnce, `${ms} ms`);
    }));

  test('traces are delivered when nobody receives metrics', () =>
    both(undefined, 'slow', '30000', (_metrics, traces, { ms }) => {
      assert.equal(traces.taken.length, 1);
      assert.ok(ms < atOnce, `${ms} ms`);
    }));

  test('metrics are delivered when the receiver of traces hangs', () =>
    both(200, 'hang', '2000', (metrics, traces, { ms }) => {
      assert.deepEqual([metrics?.received.length, traces.taken.length], [1, 0]);
      assert.ok(ms < 2_000 + atOnce, `${ms} ms`);
    }));
});
