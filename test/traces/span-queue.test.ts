import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { type BatchQueueOptions, createBatchQueue } from '../../src/otlp/batch-queue.ts';
import { spanProcessor } from '../../src/traces/span-processor.ts';

const createSpanQueue = <Item>(options: BatchQueueOptions<ReadableSpan, Item>) =>
  spanProcessor(createBatchQueue(options));

const span = (name: number, traceFlags = 1): ReadableSpan =>
  ({ name: String(name), spanContext: () => ({ traceFlags }) }) as unknown as ReadableSpan;

interface Sent {
  readonly names: string;
  readonly hurried: () => boolean;
  /** With the number of spans that the receiver rejected. */
  readonly succeed: (rejected?: number) => void;
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
    encode: ({ name }) => ({ name }),
    send: (batch, hurry) =>
      new Promise((resolve, reject) => {
        sent.push({
          names: batch.map(({ name }) => name).join(' '),
          hurried: () => hurry.aborted,
          succeed: (rejected = 0) => resolve(rejected),
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

  test('counts what the receiver took and rejected', async () => {
    const { sent, dropped, end } = queue();
    end(1, 2, 3, 4);
    await settle();
    sent[0]?.succeed(1);
    await settle();
    assert.deepEqual(dropped, { rejected: 1 });
    sent[1]?.succeed();
    await settle();
    assert.deepEqual(dropped, { rejected: 1 });
  });

  test('counts a span that cannot be encoded, and takes the next', async () => {
    const { spans, sent, dropped, end, names } = queue();
    const broken = { ...span(1) };
    Object.defineProperty(broken, 'spanContext', { value: () => ({ traceFlags: 1 }) });
    Object.defineProperty(broken, 'name', { get: () => assert.fail('unreadable') });
    assert.doesNotThrow(() => spans.onEnd(broken));
    end(2, 3, 4);
    await settle();
    assert.deepEqual(dropped, { export_failed: 1 });
    assert.deepEqual(names(), ['2']);
    sent[0]?.succeed();
    await settle();
    assert.deepEqual(names(), ['2', '3 4']);
  });

  test('is over with a flush of nothing but spans that cannot be encoded', async () => {
    const { spans, sent, dropped } = queue();
    for (let count = 0; count < 3; count++) {
      spans.onEnd(Object.defineProperty({ ...span(1) }, 'name', { get: () => assert.fail('unreadable') }));
    }
    await spans.forceFlush();
    assert.deepEqual([dropped, sent.length], [{ export_failed: 3 }, 0]);
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

  test('a flush is over once what it found is sent, and what came meanwhile is in no hurry', async () => {
    const hurries: boolean[] = [];
    const spans = createSpanQueue({
      maxQueueSize: 5,
      maxBatchSize: 2,
      delayMs: 60_000,
      onDropped: () => {},
      encode: span => span,
      // Refused at once, while the application goes on: one span more for each try.
      send: async (_batch, hurry) => {
        hurries.push(hurry.aborted);
        if (hurries.length > 100) return new Promise(() => {});
        await settle();
        spans.onEnd(span(0));
        throw new Error('refused');
      },
    });
    spans.onEnd(span(1));
    const outcome = await Promise.race([
      spans.forceFlush().then(() => 'over'),
      new Promise(resolve => setTimeout(resolve, 5_000, 'going on').unref()),
    ]);
    assert.deepEqual([outcome, hurries], ['over', [true]]);
    await spans.forceFlush();
    await spans.forceFlush();
    assert.equal(hurries.length, 3);
    // The control: full batches go out by themselves, and not in a hurry.
    spans.onEnd(span(2));
    await settle();
    assert.deepEqual(hurries.slice(3), [false]);
  });

  test('what comes while the rest is sent waits for others again, and does not go out alone', async t => {
    mock.timers.enable({ apis: ['setTimeout'] });
    t.after(() => mock.timers.reset());
    const { sent, end, names } = queue();
    end(1);
    mock.timers.tick(1_000);
    await settle();
    end(2);
    sent[0]?.succeed();
    await settle();
    assert.deepEqual(names(), ['1']);
    end(3);
    await settle();
    assert.deepEqual(names(), ['1', '2 3']);
  });

  test('a sender that fails ends no flush early, and loses nothing uncounted', async () => {
    const { spans, sent, dropped, end, names } = queue();
    end(1, 2, 3, 4, 5);
    const flushed = spans.forceFlush();
    for (let index = 0; index < 3; index++) {
      await settle();
      sent[index]?.fail();
    }
    await flushed;
    assert.deepEqual([names(), dropped], [['1 2', '3 4', '5'], { export_failed: 5 }]);
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
