import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';

export interface SpanQueueOptions {
  /** Spans that wait; more are dropped. */
  readonly maxQueueSize: number;
  /** Spans that are sent together; at most `maxQueueSize`. */
  readonly maxBatchSize: number;
  /** Longest time in milliseconds that a span waits for a full batch. */
  readonly delayMs: number;
  /**
   * Delivers a batch; rejects when it is given up.
   *
   * @param hurry aborted when the process is about to end: try at once, and only once more
   */
  readonly send: (spans: readonly ReadableSpan[], hurry: AbortSignal) => Promise<void>;
  readonly onDropped: (reason: 'queue_full' | 'export_failed', spans: number) => void;
}

/**
 * Holds sampled spans until they are sent, one batch at a time: never more than the queue and one batch, whatever
 * becomes of the receiver. Keeps no process alive.
 */
export const createSpanQueue = (options: SpanQueueOptions): SpanProcessor => {
  const { maxQueueSize, delayMs, send, onDropped } = options;
  const maxBatchSize = Math.max(1, Math.min(options.maxBatchSize, maxQueueSize));
  const waiting: ReadableSpan[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let hurry = new AbortController();
  let closed = false;

  /** Sends batches until fewer than `least` spans wait. */
  const drain = async (least: number): Promise<void> => {
    while (waiting.length >= least) {
      const batch = waiting.splice(0, maxBatchSize);
      try {
        await send(batch, hurry.signal);
      } catch {
        onDropped('export_failed', batch.length);
      }
    }
  };

  const begin = (least: number): void => {
    clearTimeout(timer);
    timer = undefined;
    if (sending !== undefined) return;
    sending = drain(least).finally(() => {
      sending = undefined;
      if (waiting.length > 0) schedule();
    });
  };

  const schedule = (): void => {
    if (waiting.length >= maxBatchSize) begin(maxBatchSize);
    else timer ??= setTimeout(begin, delayMs, 1).unref();
  };

  const flush = async (): Promise<void> => {
    hurry.abort();
    while (sending !== undefined || waiting.length > 0) {
      begin(1);
      await sending;
    }
    hurry = new AbortController();
  };

  return {
    onStart: () => {},
    onEnd: span => {
      if (closed || (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
      if (waiting.length >= maxQueueSize) {
        onDropped('queue_full', 1);
        return;
      }
      waiting.push(span);
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
