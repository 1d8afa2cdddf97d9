import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';

export interface SpanQueueOptions<Item> {
  /** Spans that wait; more are dropped. */
  readonly maxQueueSize: number;
  /** Spans that are sent together; at most `maxQueueSize`. */
  readonly maxBatchSize: number;
  /** Longest time in milliseconds that a span waits for a full batch. */
  readonly delayMs: number;
  /** Makes of a span what waits and is sent; may throw. */
  readonly encode: (span: ReadableSpan) => Item;
  /**
   * Delivers a batch, and returns how many of its spans the receiver has rejected; rejects when it is given up.
   *
   * @param hurry aborted when the process is about to end: try at once, and only once more
   */
  readonly send: (spans: readonly Item[], hurry: AbortSignal) => Promise<number>;
  readonly onDropped: (reason: 'queue_full' | 'export_failed' | 'rejected', spans: number) => void;
}

export interface SpanQueue<Item> extends SpanProcessor {
  /**
   * All that is held, for a process that ends at once; the queue takes nothing more. What is on its way is among it: if
   * it arrived, it arrives twice.
   */
  readonly takeAll: () => readonly Item[];
}

/** Spans that are encoded one after the other, which costs half as much as one by one among the application's work. */
const together = 16;

/**
 * Holds sampled spans until they are sent, one batch at a time: never more than the queue and one batch, whatever
 * becomes of the receiver. Keeps no process alive.
 */
export const createSpanQueue = <Item>(options: SpanQueueOptions<Item>): SpanQueue<Item> => {
  const { maxQueueSize, delayMs, encode, send, onDropped } = options;
  const maxBatchSize = Math.max(1, Math.min(options.maxBatchSize, maxQueueSize));
  const waiting: Item[] = [];
  /** Have ended and are still to be encoded. */
  let fresh: ReadableSpan[] = [];
  /** Is on its way. */
  let sent: readonly Item[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let hurry = new AbortController();
  let closed = false;
  // Spans since the start: taken in; sent or given up; no longer waiting for a full batch; and waited for by a flush.
  let accepted = 0;
  let ended = 0;
  let due = 0;
  let flushed = 0;

  const held = (): number => waiting.length + fresh.length;

  const encodeFresh = (): void => {
    const spans = fresh;
    fresh = [];
    for (const span of spans) {
      try {
        waiting.push(encode(span));
      } catch {
        ended++;
        onDropped('export_failed', 1);
      }
    }
  };

  const isFlushed = (): boolean => hurry.signal.aborted && ended >= flushed;

  /**
   * Sends full batches and what is due, and no more: else those who come meanwhile would go out one by one.
   * Stops where a flush ends, as the next batch is in no hurry.
   */
  const drain = async (): Promise<void> => {
    while ((held() >= maxBatchSize || ended < due) && !isFlushed()) {
      encodeFresh();
      const batch = waiting.splice(0, maxBatchSize);
      if (batch.length === 0) continue;
      sent = batch;
      try {
        const rejected = await send(batch, hurry.signal);
        if (rejected > 0) onDropped('rejected', rejected);
      } catch {
        onDropped('export_failed', batch.length);
      } finally {
        ended += batch.length;
        sent = [];
      }
    }
  };

  const begin = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (sending !== undefined) return;
    sending = drain().finally(() => {
      sending = undefined;
      if (isFlushed()) hurry = new AbortController();
      if (held() > 0) schedule();
    });
  };

  const sendAll = (): void => {
    due = accepted;
    begin();
  };

  const schedule = (): void => {
    if (held() >= maxBatchSize) begin();
    else timer ??= setTimeout(sendAll, delayMs).unref();
  };

  /** Over once all that was there is sent or given up, whatever comes meanwhile. */
  const flush = async (): Promise<void> => {
    const last = accepted;
    if (ended < last) hurry.abort();
    flushed = last;
    while (ended < last) {
      due = Math.max(due, last);
      begin();
      await sending;
    }
  };

  return {
    onStart: () => {},
    onEnd: span => {
      if (closed || (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
      if (held() >= maxQueueSize) {
        onDropped('queue_full', 1);
        return;
      }
      accepted++;
      if (fresh.push(span) >= together) encodeFresh();
      if (sending === undefined && (timer === undefined || held() >= maxBatchSize)) schedule();
    },
    forceFlush: flush,
    takeAll: () => {
      closed = true;
      encodeFresh();
      return [...sent, ...waiting.splice(0)];
    },
    shutdown: async () => {
      closed = true;
      await flush();
      clearTimeout(timer);
    },
  };
};
