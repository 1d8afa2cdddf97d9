import { setTimeout as sleep } from 'node:timers/promises';
import type { PostError } from './post.ts';
import { waitBeforeRetry } from './retry.ts';

/** What is different in tests; `realClock` is what it is otherwise. */
export interface DeliveryClock {
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Resolves after so many milliseconds, or once the signal is aborted; keeps no process alive. */
  readonly wait: (ms: number, until: AbortSignal) => Promise<void>;
}

export const realClock: DeliveryClock = {
  now: () => performance.now(),
  wallClock: Date.now,
  random: Math.random,
  // Rejects when it is aborted, which is an end of the waiting like any other.
  wait: (ms, signal) => sleep(ms, undefined, { ref: false, signal }).catch(() => {}),
};

export interface DeliveryOptions<Body, Answer> {
  /** One try; rejects with a `PostError`. */
  readonly post: (body: Body) => Promise<Answer>;
  /** Milliseconds for all tries of one body, from the first of them on. */
  readonly timeoutMs: number;
  /** Told once for each row of failures, and once when it is over. */
  readonly onFailing: (error: unknown) => void;
  readonly onRecovered: () => void;
  readonly clock: DeliveryClock;
}

/**
 * Sends a body, and again for as long as that may help; rejects when it is given up.
 *
 * @param hurry ends every waiting: try at once, and only once more
 */
export type Delivery<Body, Answer> = (body: Body, hurry: AbortSignal) => Promise<Answer>;

/**
 * One body at a time. What the receiver asks for, and how long it has been failing, holds for the next body, too:
 * else each one that is given up would let the next begin without any waiting.
 */
export const createDelivery = <Body, Answer>(
  options: DeliveryOptions<Body, Answer>,
): Delivery<Body, Answer> => {
  const { post, timeoutMs, onFailing, onRecovered, clock } = options;
  let failing = false;
  let attempt = 0;
  let notBefore = Number.NEGATIVE_INFINITY;

  const waitUntilWanted = async (hurry: AbortSignal): Promise<void> => {
    const wait = notBefore - clock.now();
    if (wait > 0 && !hurry.aborted) await clock.wait(wait, hurry);
  };

  return async (body, hurry) => {
    await waitUntilWanted(hurry);
    const deadline = clock.now() + timeoutMs;
    for (;;) {
      const hurried = hurry.aborted;
      try {
        const answer = await post(body);
        if (failing) onRecovered();
        failing = false;
        attempt = 0;
        return answer;
      } catch (error) {
        if (!failing) onFailing(error);
        failing = true;
        const wait = waitBeforeRetry(error as PostError, attempt, clock.random(), clock.wallClock());
        attempt = wait === undefined ? 0 : attempt + 1;
        if (wait === undefined) throw error;
        notBefore = clock.now() + wait;
        if (hurried || notBefore > deadline) throw error;
        await waitUntilWanted(hurry);
      }
    }
  };
};
