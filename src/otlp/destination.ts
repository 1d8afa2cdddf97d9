import type { TakeAtExit } from '../transport/exit-post.ts';
import { type BatchQueue, type BatchQueueOptions, createBatchQueue, type SendBatch } from './batch-queue.ts';
import { httpTarget, type OtlpTarget } from './post.ts';

/** Told once for each row of failures, and once when it is over. */
export interface DeliveryState {
  readonly onFailing: (error: unknown) => void;
  readonly onRecovered: () => void;
}

export interface DestinationOptions<Source, Item> extends Omit<BatchQueueOptions<Source, Item>, 'send'> {
  /** Of the receiver. */
  readonly url: string;
  /** Makes what sends; called with the first batch, and not at start. */
  readonly createSender: (state: DeliveryState) => SendBatch<Item>;
  /** How what waits is sent when the process ends at once; `undefined`: it cannot be. */
  readonly atExit:
    | { readonly target: OtlpTarget; readonly request: (batch: readonly Item[]) => Uint8Array }
    | undefined;
  /** Told once, with its host, when the receiver takes nothing, and once when it does again. */
  readonly onFailing: (host: string, error: unknown) => void;
  readonly onRecovered: () => void;
}

export interface Destination<Source> extends Omit<BatchQueue<Source, unknown>, 'takeAll'> {
  readonly takeAtExit: TakeAtExit;
}

/** What takes one signal for one receiver. */
export const createDestination = <Source, Item>(
  options: DestinationOptions<Source, Item>,
): Destination<Source> => {
  const { url, createSender, atExit, onFailing, onRecovered } = options;
  const { host } = new URL(url);
  let failing = false;
  let sender: SendBatch<Item> | undefined;
  const { takeAll, ...queue } = createBatchQueue<Source, Item>({
    ...options,
    send: async (batch, hurry) => {
      sender ??= createSender({
        onFailing: error => {
          failing = true;
          onFailing(host, error);
        },
        onRecovered: () => {
          failing = false;
          onRecovered();
        },
      });
      return sender(batch, hurry);
    },
  });
  return {
    ...queue,
    takeAtExit: () => {
      const batch = takeAll();
      // A receiver that takes nothing would only hold the process.
      if (atExit === undefined || batch.length === 0 || failing) return [];
      try {
        return [{ target: httpTarget(atExit.target), body: atExit.request(batch) }];
      } catch {
        // It cannot be encoded: the other signals are sent all the same.
        return [];
      }
    },
  };
};
