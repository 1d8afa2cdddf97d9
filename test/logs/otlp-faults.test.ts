import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Behaviour, startOtlpReceiver } from '../otlp-receiver.ts';
import { assertLines, reported } from '../preload/reported.ts';
import { type LoggingApp, until, withLoggingApp } from './logging-app.ts';

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** A queue that is soon full, and batches that are soon given up. */
const small = {
  OTEL_BLRP_MAX_QUEUE_SIZE: '200',
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '50',
  OTEL_EXPORTER_OTLP_TIMEOUT: '300',
  OTEL_BLRP_EXPORT_TIMEOUT: '1000',
};

/** Every record that was made has been taken once, or is counted as dropped; waits for the last of them. */
const assertAccounted = async ({ receiver, dropped }: LoggingApp, made: number): Promise<void> => {
  let counts: Readonly<Record<string, number>> = {};
  const accounts = (): string => `${receiver.logs().length} taken, ${JSON.stringify(counts)} of ${made}`;
  await until(async () => {
    counts = await dropped();
    return receiver.logs().length + total(counts) >= made;
  }, accounts);
  await pause(300);
  counts = await dropped();
  assert.equal(receiver.logs().length + total(counts), made, accounts());
  assert.equal(new Set(receiver.logs().map(({ body }) => body)).size, receiver.logs().length, 'taken twice');
};

const lines = [
  / metrics at /,
  /^\[monitoring\] logs cannot be sent to 127\.0\.0\.1:\d+, what does not fit the queue is dropped: /,
  /^\[monitoring\] logs are sent again$/,
];

describe('a receiver of logs', { concurrency: 2 }, () => {
  const faults: Readonly<Record<string, Behaviour>> = {
    hangs: 'hang',
    'trickles an answer': 'trickle',
    'answers 500': { status: 500 },
    'answers 503': { status: 503 },
    'answers 429': { status: 429, headers: { 'retry-after': '1' } },
  };
  for (const [name, behaviour] of Object.entries(faults)) {
    test(`that ${name} costs one line and no record that is not counted, and it ends with the fault`, () =>
      withLoggingApp({ env: small }, async logging => {
        const { app, receiver, ask, dropped } = logging;
        await ask('/emit?100');
        await receiver.waitForLogs(100);
        receiver.behave(behaviour);
        for (let round = 0; round < 10; round++) await ask('/emit?100');
        await until(
          async () => ((await dropped()).export_failed ?? 0) > 0,
          () => 'no batch was given up',
        );
        assert.equal(receiver.logs().length, 100);
        assert.ok(((await dropped()).queue_full ?? 0) > 0);
        await ask('/emit?400');
        receiver.behave({ status: 200 });
        await ask('/emit?4');
        await receiver.waitForLogs(101, 10_000);
        await assertAccounted(logging, 1_504);
        assertLines(reported(app), lines);
        assert.equal(receiver.mostConnections('/v1/logs'), 1);
      }));
  }

  test('that is not there gets records within ten seconds once it is', async () => {
    const first = await startOtlpReceiver();
    const { port, url } = first;
    first.stop();
    await withLoggingApp({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: url } }, async ({ app, ask, dropped }) => {
      await ask('/emit?100');
      await app.output(/logs cannot be sent/);
      await pause(3_000);
      const back = await startOtlpReceiver(port);
      try {
        await back.waitForLogs(100, 10_000);
        await app.output(/logs are sent again/);
        assert.deepEqual(await dropped(), {});
        assertLines(reported(app), lines);
      } finally {
        back.stop();
      }
    });
  });

  test('that says when is sent what it refused once more, and not before', () =>
    withLoggingApp({}, async ({ receiver, ask, dropped }) => {
      receiver.behave({ status: 429, headers: { 'retry-after': '3' } });
      await ask('/emit?100');
      await pause(1_500);
      assert.equal(receiver.attempts('/v1/logs'), 1);
      receiver.behave({ status: 200 });
      await receiver.waitForLogs(100);
      assert.deepEqual([await dropped(), receiver.attempts('/v1/logs')], [{}, 2]);
    }));

  for (const protocol of ['http/protobuf', 'http/json']) {
    test(`that takes a batch and rejects some of it is believed, in ${protocol}`, () =>
      withLoggingApp(
        { env: { OTEL_EXPORTER_OTLP_PROTOCOL: protocol } },
        async ({ receiver, ask, dropped }) => {
          receiver.behave({ status: 200, rejected: 7 });
          await ask('/emit?100');
          await receiver.waitForLogs(100);
          await until(
            async () => (await dropped()).rejected === 7,
            () => 'not counted',
          );
          assert.deepEqual([await dropped(), receiver.attempts('/v1/logs')], [{ rejected: 7 }, 1]);
        },
      ));
  }

  test('control: without a fault nothing is dropped and nothing said', () =>
    withLoggingApp({ env: small }, async logging => {
      for (let round = 0; round < 10; round++) {
        await logging.ask('/emit?100');
        await logging.receiver.waitForLogs(100 * (round + 1));
      }
      await assertAccounted(logging, 1_000);
      assert.deepEqual(await logging.dropped(), {});
      assertLines(reported(logging.app), [/ metrics at /]);
    }));
});

describe('the memory of an application that logs', { concurrency: 2 }, () => {
  /** Bytes more on the heap and in all after 250,000 records, after as many that let V8 reach its size. */
  const growth = async ({
    ask,
  }: LoggingApp): Promise<{ readonly heapUsed: number; readonly rss: number }> => {
    for (let round = 0; round < 250; round++) await ask('/emit?1000');
    const before = JSON.parse(await ask('/memory'));
    for (let round = 0; round < 250; round++) await ask('/emit?1000');
    const after = JSON.parse(await ask('/memory'));
    return { heapUsed: after.heapUsed - before.heapUsed, rss: after.rss - before.rss };
  };
  const limit = 16 * 2 ** 20;

  for (const [name, behaviour] of [
    ['hangs', 'hang'],
    ['answers 503', { status: 503 }],
  ] as const) {
    test(`stays within 16 MiB when the receiver ${name}`, t =>
      withLoggingApp({}, async logging => {
        logging.receiver.behave(behaviour);
        const { heapUsed, rss } = await growth(logging);
        t.diagnostic(`heap ${heapUsed}, resident ${rss} bytes more`);
        assert.ok(heapUsed < limit && rss < limit, `heap ${heapUsed}, resident ${rss} bytes more`);
        const lost = total(await logging.dropped());
        assert.ok(lost >= 500_000 - 2_048 - 512 && lost <= 500_000, `${lost} dropped`);
      }));
  }

  test('control: with a queue without an end it does not', t =>
    withLoggingApp({ env: { OTEL_BLRP_MAX_QUEUE_SIZE: '1000000' } }, async logging => {
      logging.receiver.behave('hang');
      const { heapUsed, rss } = await growth(logging);
      t.diagnostic(`heap ${heapUsed}, resident ${rss} bytes more`);
      assert.ok(rss > limit, `heap ${heapUsed}, resident ${rss} bytes more`);
    }));
});
