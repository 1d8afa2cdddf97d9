export interface BatchQueueLimits {
  /** Things that wait; more are dropped. */
  readonly maxQueueSize: number;
  /** Things that are sent together; at most `maxQueueSize`. */
  readonly maxBatchSize: number;
  /** Longest time in milliseconds that one waits for a full batch. */
  readonly delayMs: number;
}

/**
 * Delivers a batch, and returns how many of it the receiver has rejected; rejects when it is given up.
 *
 * @param hurry aborted when the process is about to end: try at once, and only once more
 */
export type SendBatch<Item> = (batch: readonly Item[], hurry: AbortSignal) => Promise<number>;

export type DropReason = 'queue_full' | 'export_failed' | 'rejected';

/** `Source`: what comes, such as spans or log records; `Item`: what waits and is sent. */
export interface BatchQueueOptions<Source, Item> extends BatchQueueLimits {
  /** May throw. */
  readonly encode: (source: Source) => Item;
  readonly send: SendBatch<Item>;
  readonly onDropped: (reason: DropReason, count: number) => void;
}

export interface BatchQueue<Source, Item> {
  /** Takes one, or drops it; never throws. */
  readonly add: (source: Source) => void;
  /** Sends what waits, in a hurry: over once all that was there is sent or given up, whatever comes meanwhile. */
  readonly flush: () => Promise<void>;
  /**
   * All that is held, for a process that ends at once; the queue takes nothing more. What is on its way is among it: if
   * it arrived, it arrives twice.
   */
  readonly takeAll: () => readonly Item[];
  /** Flushes, and takes nothing more. */
  readonly close: () => Promise<void>;
}

/** Encoded one after the other, which costs half as much as one by one among the application's work. */
const together = 16;

/**
 * Holds what is to be sent until it is, one batch at a time: never more than the queue and one batch, whatever
 * becomes of the receiver. Keeps no process alive.
 */
export const createBatchQueue = <Source, Item>(
  options: BatchQueueOptions<Source, Item>,
): BatchQueue<Source, Item> => {
  const { maxQueueSize, delayMs, encode, send, onDropped } = options;
  const maxBatchSize = Math.max(1, Math.min(options.maxBatchSize, maxQueueSize));
  const waiting: Item[] = [];
  /** Still to be encoded. */
  let fresh: Source[] = [];
  /** Is on its way. */
  let sent: readonly Item[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let hurry = new AbortController();
  let closed = false;
  // Counted since the start: taken in; sent or given up; no longer waiting for a full batch; and waited for by a flush.
  let accepted = 0;
  let ended = 0;
  let due = 0;
  let flushed = 0;

  const held = (): number => waiting.length + fresh.length;

  const encodeFresh = (): void => {
    const sources = fresh;
    fresh = [];
    for (const source of sources) {
      try {
        waiting.push(encode(source));
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
    add: source => {
      if (closed) return;
      if (held() >= maxQueueSize) {
        onDropped('queue_full', 1);
        return;
      }
      accepted++;
      if (fresh.push(source) >= together) encodeFresh();
      if (sending === undefined && (timer === undefined || held() >= maxBatchSize)) schedule();
    },
    flush,
    takeAll: () => {
      closed = true;
      encodeFresh();
      return [...sent, ...waiting.splice(0)];
    },
    close: async () => {
      closed = true;
      await flush();
      clearTimeout(timer);
    },
  };
};
