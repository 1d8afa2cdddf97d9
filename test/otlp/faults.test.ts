import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, register, startApp } from '../child.ts';
import { type Fault, type FaultyReceiver, startFaultyReceiver } from '../otlp-faults.ts';
import { metric } from '../page.ts';
import { assertLines, reported } from '../preload/reported.ts';

interface Traced {
  readonly app: App;
  readonly receiver: FaultyReceiver;
  /** Asks the application for so many requests, all answered as without a fault; one span more for asking. */
  readonly load: (requests: number) => Promise<void>;
  /** Spans that the application has made. */
  readonly made: () => number;
  readonly dropped: () => Promise<Readonly<Record<string, number>>>;
  /** Bytes after a garbage collection. */
  readonly memory: () => Promise<{ readonly heapUsed: number; readonly rss: number }>;
}

const traced = async (
  env: Readonly<Record<string, string>>,
  run: (traced: Traced) => Promise<void>,
): Promise<void> => {
  const receiver = await startFaultyReceiver();
  const app = await startApp('', {
    args: ['--expose-gc', '--import', register, 'test/fixtures/otlp/app.mjs'],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      ...env,
    },
  });
  let made = 0;
  const ask = async (path: string): Promise<string> => {
    made++;
    return (await fetch(`${app.url}${path}`)).text();
  };
  try {
    await run({
      app,
      receiver,
      load: async requests => {
        assert.equal(await ask(`/load?${requests}`), String(requests));
        made += requests;
      },
      made: () => made,
      dropped: async () => {
        const counts = metric(await app.scrape(), 'monitoring_dropped_total');
        return Object.fromEntries(
          Object.entries(counts).map(([labels, count]) => [/reason="(\w+)"/.exec(labels)?.[1], count]),
        );
      },
      memory: async () => JSON.parse(await ask('/memory')),
    });
  } finally {
    await app.stop();
    await receiver.stop();
  }
};

const until = async (condition: () => boolean | Promise<boolean>, what: () => string, timeoutMs = 20_000) => {
  for (const deadline = performance.now() + timeoutMs; !(await condition()); await pause(50)) {
    assert.ok(performance.now() < deadline, `not within ${timeoutMs} ms: ${what()}`);
  }
};

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Every span that was made has been taken once, or is counted as dropped; waits for the last of them. */
const assertAccounted = async ({ receiver, made, dropped }: Traced): Promise<void> => {
  let counts: Readonly<Record<string, number>> = {};
  const accounts = (): string => `${receiver.taken.length} taken, ${JSON.stringify(counts)} of ${made()}`;
  await until(async () => {
    counts = await dropped();
    return receiver.taken.length + total(counts) >= made();
  }, accounts);
  await pause(300);
  counts = await dropped();
  assert.equal(receiver.taken.length + total(counts), made(), accounts());
  assert.equal(new Set(receiver.taken).size, receiver.taken.length, 'a span was taken twice');
};

/** A queue that is soon full, and batches that are soon given up. */
const small = {
  OTEL_BSP_MAX_QUEUE_SIZE: '200',
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '50',
  OTEL_EXPORTER_OTLP_TIMEOUT: '300',
  OTEL_BSP_EXPORT_TIMEOUT: '1000',
};

const faults: readonly Fault[] = ['refused', 'hang', '500', '503', '429', 'trickle', 'half'];

describe('a fault of the receiver', { concurrency: 2 }, () => {
  for (const fault of faults) {
    test(`(${fault}) costs no answer, one line, and no span that is not counted; it ends with the fault`, () =>
      traced(small, async traced => {
        const { app, receiver, load, dropped } = traced;
        await load(100);
        await until(
          () => receiver.taken.length === 101,
          () => `${receiver.taken.length} taken`,
        );
        await receiver.become(fault);
        await load(2_000);
        await until(
          async () => ((await dropped()).export_failed ?? 0) > 0,
          () => 'no batch was given up',
        );
        assert.equal(receiver.taken.length, 101);
        await load(400);

        await receiver.become('ok');
        await load(4);
        await until(
          () => receiver.taken.length > 101,
          () => 'nothing was sent again',
          10_000,
        );
        await assertAccounted(traced);
        assertLines(reported(app), [/ metrics at /, / traces cannot be sent to /, / traces are sent again$/]);
        assert.equal(receiver.mostConnections(), 1);
      }));
  }

  test('control: without one nothing is dropped and nothing said', () =>
    traced({}, async traced => {
      await traced.load(1_000);
      await assertAccounted(traced);
      assert.deepEqual(await traced.dropped(), {});
      assertLines(reported(traced.app), [/ metrics at /]);
    }));
});

/** Grown by 50,000 traced requests after a warm-up. */
const growth = async ({
  load,
  memory,
}: Traced): Promise<{ readonly heapUsed: number; readonly rss: number }> => {
  await load(20_000);
  const before = await memory();
  await load(50_000);
  const after = await memory();
  return { heapUsed: after.heapUsed - before.heapUsed, rss: after.rss - before.rss };
};

const limit = 20 * 2 ** 20;

describe('memory', () => {
  for (const fault of ['refused', 'hang', '429'] as const) {
    test(`(${fault}) stays within 20 MiB of what it was`, async t =>
      traced({}, async traced => {
        await traced.receiver.become(fault);
        const { heapUsed, rss } = await growth(traced);
        t.diagnostic(`${fault}: heap ${heapUsed}, resident ${rss} bytes more`);
        assert.ok(heapUsed < limit && rss < limit, `heap ${heapUsed}, resident ${rss} bytes more`);
        assert.ok(traced.receiver.mostConnections() <= 1);
        assert.ok(total(await traced.dropped()) >= traced.made() - 2_048 - 512);
      }));
  }

  test('control: a queue without an end does not', async t =>
    traced({ OTEL_BSP_MAX_QUEUE_SIZE: '1000000' }, async traced => {
      await traced.receiver.become('hang');
      const { heapUsed, rss } = await growth(traced);
      t.diagnostic(`control: heap ${heapUsed}, resident ${rss} bytes more`);
      assert.ok(heapUsed > limit && rss > limit, `heap ${heapUsed}, resident ${rss} bytes more`);
    }));
});

describe('a receiver that is busy now and then', () => {
  const batchSize = 50;

  test('is sent each batch 1.2 times at most', async t =>
    traced({ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: String(batchSize) }, async traced => {
      const { receiver, load } = traced;
      await receiver.become('busy');
      for (let round = 0; round < 10; round++) {
        await load(200);
        await pause(100);
      }
      await assertAccounted(traced);
      // A batch is known by its first span.
      const batches = new Set(receiver.exports.map(([first]) => first)).size;
      const sends = receiver.exports.length;
      t.diagnostic(`${sends} sends of ${batches} batches`);
      assert.ok(batches >= 20 && sends > batches, `${sends} sends of ${batches} batches`);
      assert.ok(sends / batches <= 1.2, `${sends} sends of ${batches} batches`);
    }));

  test('control: who does not read Retry-After sends more', async () => {
    const receiver = await startFaultyReceiver({ fault: 'busy' });
    try {
      let sends = 0;
      for (let batch = 0; batch < 20; batch++) {
        for (let status = 0; status !== 200; await pause(100)) {
          sends++;
          status = (await fetch(receiver.url, { method: 'POST', body: '{}' })).status;
        }
      }
      assert.ok(sends / 20 > 1.2, `${sends} sends`);
    } finally {
      await receiver.stop();
    }
  });
});
