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

/**
 * Holds sampled spans until they are sent, one batch at a time: never more than the queue and one batch, whatever
 * becomes of the receiver. Keeps no process alive.
 */
export const createSpanQueue = <Item>(options: SpanQueueOptions<Item>): SpanProcessor => {
  const { maxQueueSize, delayMs, encode, send, onDropped } = options;
  const maxBatchSize = Math.max(1, Math.min(options.maxBatchSize, maxQueueSize));
  const waiting: Item[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let hurry = new AbortController();
  let closed = false;
  // Spans since the start: taken in; sent or given up; no longer waiting for a full batch; and waited for by a flush.
  let accepted = 0;
  let ended = 0;
  let due = 0;
  let flushed = 0;

  const isFlushed = (): boolean => hurry.signal.aborted && ended >= flushed;

  /**
   * Sends full batches and what is due, and no more: else those who come meanwhile would go out one by one.
   * Stops where a flush ends, as the next batch is in no hurry.
   */
  const drain = async (): Promise<void> => {
    while ((waiting.length >= maxBatchSize || ended < due) && !isFlushed()) {
      const batch = waiting.splice(0, maxBatchSize);
      try {
        const rejected = await send(batch, hurry.signal);
        if (rejected > 0) onDropped('rejected', rejected);
      } catch {
        onDropped('export_failed', batch.length);
      } finally {
        ended += batch.length;
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
      if (waiting.length > 0) schedule();
    });
  };

  const sendAll = (): void => {
    due = accepted;
    begin();
  };

  const schedule = (): void => {
    if (waiting.length >= maxBatchSize) begin();
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
      if (waiting.length >= maxQueueSize) {
        onDropped('queue_full', 1);
        return;
      }
      try {
        waiting.push(encode(span));
      } catch {
        onDropped('export_failed', 1);
        return;
      }
      accepted++;
      if (sending === undefined && (timer === undefined || waiting.length >= maxBatchSize)) schedule();
    },
    forceFlush: flush,
    shutdown: async () => {
      closed = true;
      await flush();
      clearTimeout(timer);
    },
  };
};
