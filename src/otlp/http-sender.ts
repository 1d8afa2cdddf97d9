import type { SendBatch } from './batch-queue.ts';
import { createDelivery, realClock } from './delivery.ts';
import type { DeliveryState } from './destination.ts';
import { createPost, type OtlpTarget } from './post.ts';

export interface HttpSenderOptions<Item> extends DeliveryState {
  readonly target: OtlpTarget;
  /** Milliseconds for all tries of a batch together. */
  readonly timeoutMs: number;
  /** Makes the body of a batch. */
  readonly request: (batch: readonly Item[]) => Uint8Array;
  /** How many the receiver rejects of a batch that it takes, as its answer has it; may throw. */
  readonly rejectedIn: (answer: Uint8Array) => unknown;
}

/** Sends a batch by OTLP over HTTP, and again for as long as that may help. */
export const createHttpSender = <Item>(options: HttpSenderOptions<Item>): SendBatch<Item> => {
  const { target, timeoutMs, request, rejectedIn, onFailing, onRecovered } = options;
  const deliver = createDelivery({
    post: createPost(target),
    timeoutMs,
    onFailing,
    onRecovered,
    clock: realClock,
  });

  /** An answer that cannot be read says nothing. Source: OTLP specification, "Partial Success". */
  const rejected = (answer: Uint8Array, sent: number): number => {
    try {
      // In JSON a 64-bit number is a text.
      const said = Number(rejectedIn(answer) ?? 0);
      return said > 0 ? Math.min(Math.floor(said), sent) : 0;
    } catch {
      return 0;
    }
  };

  return async (batch, hurry) => {
    const answer = await deliver(request(batch), hurry);
    return answer.length === 0 ? 0 : rejected(answer, batch.length);
  };
};
