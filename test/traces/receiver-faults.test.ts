import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, startApp } from '../child.ts';
import { type Behaviour, type OtlpReceiver, startOtlpReceiver } from '../otlp-receiver.ts';
import { metric } from '../page.ts';
import { reported } from '../preload/reported.ts';

interface Traced {
  readonly app: App;
  readonly receiver: OtlpReceiver;
  /** Lets the application send itself so many requests: two spans each, and one for being asked. */
  readonly load: (requests: number) => Promise<void>;
  readonly dropped: () => Promise<Readonly<Record<string, number>>>;
}

const traced = async (
  env: Readonly<Record<string, string>>,
  run: (traced: Traced) => Promise<void>,
): Promise<void> => {
  const receiver = await startOtlpReceiver();
  const app = await startApp('', {
    args: ['--expose-gc', '--import', './register.js', 'test/fixtures/traces/memory.mjs'],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      ...env,
    },
  });
  const load = async (requests: number): Promise<void> => {
    const answer = await fetch(`${app.url}/load?${requests}`);
    assert.equal(await answer.text(), `${requests} answered`);
  };
  const dropped = async () => metric(await app.scrape(), 'monitoring_dropped_total');
  try {
    await run({ app, receiver, load, dropped });
  } finally {
    await app.stop();
    receiver.stop();
  }
};

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

describe('a receiver of traces', { concurrency: 2 }, () => {
  test('that takes them gets every one, over one connection', () =>
    traced({}, async ({ receiver, load, dropped, app }) => {
      await load(800);
      await receiver.waitFor(spans => spans.length >= 1_601, 30_000);
      assert.equal(new Set(receiver.spans.map(({ spanId }) => spanId)).size, receiver.spans.length);
      assert.deepEqual([receiver.mostConnections(), await dropped()], [1, {}]);
      assert.equal(reported(app).length, 1);
    }));

  test('that answers 429 is sent what it refused once more, when it said', () =>
    traced({}, async ({ receiver, load, dropped }) => {
      receiver.behave({ status: 429, headers: { 'retry-after': '4' } });
      await load(600);
      await pause(500);
      assert.equal(receiver.attempts('/v1/traces'), 1);
      receiver.behave({ status: 200 });
      await receiver.waitFor(spans => spans.length >= 1_201);
      // Sent again, and nothing twice that was taken.
      assert.equal(new Set(receiver.spans.map(({ spanId }) => spanId)).size, receiver.spans.length);
      assert.deepEqual(await dropped(), {});
    }));

  test('that refuses for good is sent nothing twice, and what it refused is counted', () =>
    traced({}, async ({ receiver, load, dropped, app }) => {
      receiver.behave({ status: 400 });
      await load(100);
      await pause(500);
      const { '{signal="traces",reason="export_failed"}': failed } = await dropped();
      assert.equal(failed, 201);
      assert.equal(receiver.refused.length, 201);
      assert.equal(new Set(receiver.refused.map(({ spanId }) => spanId)).size, 201);
      assert.match(reported(app).at(-1) ?? '', /traces cannot be sent to 127\.0\.0\.1:\d+.*status 400/);
    }));

  test('that comes back gets spans again within ten seconds, and one line says so', async () => {
    const first = await startOtlpReceiver();
    const { port } = first;
    first.stop();
    await traced({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }, async ({ load, app }) => {
      await load(100);
      await app.output(/traces cannot be sent/);
      await pause(4_000);
      const back = await startOtlpReceiver(port);
      try {
        await back.waitFor(spans => spans.length >= 201);
        await app.output(/traces are sent again/);
        assert.equal(reported(app).filter(line => line.includes('traces ')).length - 1, 2);
      } finally {
        back.stop();
      }
    });
  });

  const faults: Readonly<Record<string, Behaviour>> = {
    hangs: 'hang',
    'answers 503': { status: 503 },
    'answers 429': { status: 429, headers: { 'retry-after': '60' } },
  };
  for (const [name, behaviour] of Object.entries(faults)) {
    test(`that ${name} costs neither memory nor an answer`, () =>
      traced({}, async ({ receiver, load, dropped, app }) => {
        receiver.behave(behaviour);
        const heap = async (): Promise<number> => Number(await (await fetch(`${app.url}/heap`)).text());
        await load(5_000);
        const before = await heap();
        await load(20_000);
        const grown = (await heap()) - before;
        assert.ok(grown < 4 * 2 ** 20, `${grown} bytes more`);
        // All but the queue and the batch on its way.
        const lost = total(await dropped());
        const made = 2 * 25_000 + 4;
        assert.ok(lost >= made - 2_048 - 512 && lost <= made, `${lost} dropped of ${made}`);
        assert.ok(receiver.mostConnections() <= 2, `${receiver.mostConnections()} connections`);
        assert.equal(reported(app).length <= 2, true, reported(app).join('\n'));
      }));
  }

  test('control: a queue without an end grows', () =>
    traced({ OTEL_BSP_MAX_QUEUE_SIZE: '1000000' }, async ({ receiver, load, app }) => {
      receiver.behave('hang');
      const heap = async (): Promise<number> => Number(await (await fetch(`${app.url}/heap`)).text());
      await load(5_000);
      const before = await heap();
      await load(20_000);
      assert.ok((await heap()) - before > 4 * 2 ** 20);
    }));
});

describe('the end of a traced process', { concurrency: 2 }, () => {
  const ends = async (
    behaviour: Behaviour,
    signal: NodeJS.Signals,
    timeout: string,
    check: (traced: Traced, exit: { code: number | null; signal: NodeJS.Signals | null }, ms: number) => void,
  ): Promise<void> =>
    traced({ OTEL_BSP_SCHEDULE_DELAY: '60000', MONITORING_SHUTDOWN_TIMEOUT: timeout }, async parts => {
      await parts.load(20);
      parts.receiver.behave(behaviour);
      const startedAt = performance.now();
      parts.app.process.kill(signal);
      const exit = await parts.app.exit();
      check(parts, exit, performance.now() - startedAt);
    });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`by ${signal} delivers what waits`, () =>
      ends({ status: 200 }, signal, '20000', ({ receiver }, exit) => {
        assert.deepEqual(exit, { code: null, signal });
        assert.ok(receiver.spans.length >= 41, `${receiver.spans.length} spans`);
      }));

    test(`by ${signal} waits for a receiver that hangs no longer than it may`, () =>
      ends('hang', signal, '1000', (_parts, exit, ms) => {
        assert.deepEqual(exit, { code: null, signal });
        assert.ok(ms < 8_000, `${ms} ms`);
      }));

    test(`by ${signal} does not wait for a receiver that is busy`, () =>
      ends({ status: 503 }, signal, '20000', ({ receiver }, exit, ms) => {
        assert.deepEqual(exit, { code: null, signal });
        assert.equal(receiver.attempts('/v1/traces'), 1);
        assert.ok(ms < 8_000, `${ms} ms`);
      }));
  }
});
