import type { TakeAtExit } from './otlp/destination.ts';
import type { ProcessEnd } from './shutdown.ts';
import { postAtExit } from './transport/exit-post.ts';

/** What holds things that are to be sent. */
export interface Held {
  /** Never rejects. */
  readonly flush: () => Promise<void>;
  readonly takeAtExit: TakeAtExit;
}

/**
 * Lets everything that is held go out together when the process ends: side by side, and where nothing asynchronous happens
 * any more, from one thread. The end is listened to from the first part on.
 */
export const createEndDelivery = (
  processEnd: ProcessEnd,
): { add: (part: Held) => void; stop: () => void } => {
  const parts: Held[] = [];
  let stop: (() => void) | undefined;
  return {
    add: part => {
      // What came last first: it may have something to say to those before it, as errors have to logs.
      parts.unshift(part);
      stop ??= processEnd.add({
        flush: async () => void (await Promise.all(parts.map(({ flush }) => flush()))),
        flushNow: timeoutMs =>
          postAtExit(
            parts.flatMap(({ takeAtExit }) => takeAtExit()),
            timeoutMs,
          ),
      });
    },
    stop: () => stop?.(),
  };
};
