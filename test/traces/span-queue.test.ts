import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { createSpanQueue } from '../../src/traces/span-queue.ts';

const span = (name: number, traceFlags = 1): ReadableSpan =>
  ({ name: String(name), spanContext: () => ({ traceFlags }) }) as unknown as ReadableSpan;

interface Sent {
  readonly names: string;
  readonly hurried: () => boolean;
  readonly succeed: () => void;
  readonly fail: () => void;
}

/** A queue of five with batches of two, whose sender waits for the test. */
const queue = (options: { readonly maxQueueSize?: number; readonly maxBatchSize?: number } = {}) => {
  const sent: Sent[] = [];
  const dropped: Record<string, number> = {};
  const spans = createSpanQueue({
    maxQueueSize: 5,
    maxBatchSize: 2,
    delayMs: 1_000,
    ...options,
    send: (batch, hurry) =>
      new Promise((resolve, reject) => {
        sent.push({
          names: batch.map(({ name }) => name).join(' '),
          hurried: () => hurry.aborted,
          succeed: resolve,
          fail: () => reject(new Error('given up')),
        });
      }),
    onDropped: (reason, count) => {
      dropped[reason] = (dropped[reason] ?? 0) + count;
    },
  });
  const end = (...names: readonly number[]): void => {
    for (const name of names) spans.onEnd(span(name));
  };
  return { spans, sent, dropped, end, names: () => sent.map(({ names }) => names) };
};

/** Lets promises settle. */
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

describe('the queue of spans', () => {
  test('sends a full batch at once, one at a time, and the rest after the delay', async t => {
    mock.timers.enable({ apis: ['setTimeout'] });
    t.after(() => mock.timers.reset());
    const { sent, end, names } = queue();
    end(1);
    await settle();
    assert.deepEqual(names(), []);
    end(2, 3, 4, 5);
    await settle();
    assert.deepEqual(names(), ['1 2']);
    sent[0]?.succeed();
    await settle();
    assert.deepEqual(names(), ['1 2', '3 4']);
    sent[1]?.succeed();
    await settle();
    assert.deepEqual(names(), ['1 2', '3 4']);
    mock.timers.tick(999);
    await settle();
    assert.equal(sent.length, 2);
    mock.timers.tick(1);
    await settle();
    assert.deepEqual(names(), ['1 2', '3 4', '5']);
  });

  test('holds no more than its size and one batch, and counts what it drops', async () => {
    const { sent, dropped, end, spans } = queue();
    end(1, 2, 3, 4, 5, 6, 7, 8, 9);
    await settle();
    // Two on their way, five waiting.
    assert.deepEqual(dropped, { queue_full: 2 });
    sent[0]?.fail();
    await settle();
    assert.deepEqual(dropped, { queue_full: 2, export_failed: 2 });
    const flushed = spans.forceFlush();
    for (let index = 1; index < 4; index++) {
      await settle();
      sent[index]?.succeed();
    }
    await flushed;
    assert.deepEqual(
      sent.map(({ names }) => names),
      ['1 2', '3 4', '5 6', '7'],
    );
  });

  test('leaves out what is not sampled', async () => {
    const { spans, sent } = queue({ maxBatchSize: 1 });
    spans.onEnd(span(1, 0));
    await settle();
    assert.equal(sent.length, 0);
  });

  test('a flush hurries what is on its way, sends the rest, and whoever flushes again waits, too', async () => {
    const { spans, sent, end, names } = queue();
    end(1, 2, 3);
    await settle();
    assert.equal(sent[0]?.hurried(), false);
    let over = 0;
    const flushes = [spans.forceFlush(), spans.forceFlush()].map(flush => flush.then(() => over++));
    assert.equal(sent[0]?.hurried(), true);
    sent[0]?.fail();
    await settle();
    assert.deepEqual([names(), over], [['1 2', '3'], 0]);
    sent[1]?.succeed();
    await Promise.all(flushes);
    end(4, 5);
    await settle();
    assert.equal(sent[2]?.hurried(), false);
  });

  test('takes nothing more once it is shut down', async () => {
    const { spans, sent, end, dropped } = queue();
    await spans.shutdown();
    end(1, 2, 3);
    await settle();
    assert.deepEqual([sent.length, dropped], [0, {}]);
  });

  test('a batch larger than the queue is as large as the queue', async () => {
    const { end, names } = queue({ maxQueueSize: 2, maxBatchSize: 100 });
    end(1, 2);
    await settle();
    assert.deepEqual(names(), ['1 2']);
  });
});
