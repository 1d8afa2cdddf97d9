import type { ExitRequest } from '../../transport/exit-post.ts';
import { type Clock, realClock } from '../clock.ts';
import { createTokenBucket } from '../flood/token-bucket.ts';
import type { Sink, SinkOutcome } from '../sink.ts';
import type { Attempt } from './attempt.ts';
import type { ChannelOptions } from './channel-options.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';

const firstWait = 1_000;
const longestWait = 60_000;
/** Of what a service asks for, which may be an hour. */
const longestAskedWait = 300_000;

interface Entry<Item> {
  readonly item: Item;
  readonly settled: Promise<boolean>;
  readonly resolve: (isTaken: boolean) => void;
  tries: number;
  /** A flush waits for it: it is tried at once, and only once more. */
  isHurried: boolean;
}

/**
 * A way to one service: what is sent waits in a row, in bounded number, and is tried one at a time, no faster than the
 * token bucket allows. What the service does not take now is tried again, before all others; the wait holds for those
 * behind it, too, and grows until something is taken. Keeps no process alive, and no timer when nothing waits.
 */
export const createChannel = <Item>(options: ChannelOptions<Item>, clock: Clock = realClock): Sink<Item> => {
  const { attempt, exitRequest, capacity, burst, refillMs, attempts, closedMs } = options;
  const bucket = createTokenBucket({ burst, refillMs, now: clock.now });
  const breaker = createCircuitBreaker(closedMs, clock.now);
  /** Those that are held; the first is being tried while `isTrying`. */
  const entries: Entry<Item>[] = [];
  let isTrying = false;
  let isStopped = false;
  let isFailing = false;
  /** Tries that led to `later`, since something was taken. */
  let laters = 0;
  let notBefore = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | undefined;

  const wake = (ms: number): void => {
    cancelTimer?.();
    cancelTimer = clock.after(ms, tryNext);
  };

  const tryNext = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    const [entry] = entries;
    if (entry === undefined || isTrying) return;
    const wait = entry.isHurried ? 0 : Math.max(notBefore - clock.now(), bucket.waitMs());
    if (wait > 0) {
      wake(wait);
      return;
    }
    bucket.take();
    void tryOne(entry);
  };

  const tryOne = async (entry: Entry<Item>): Promise<void> => {
    isTrying = true;
    entry.tries++;
    const led = await resultOf(() => attempt(entry.item));
    isTrying = false;
    // Else it was taken at exit.
    if (entries[0] === entry) conclude(entry, led);
    tryNext();
  };

  const conclude = (entry: Entry<Item>, led: Attempt): void => {
    if (led.kind === 'sent') {
      laters = 0;
      notBefore = Number.NEGATIVE_INFINITY;
      settle(entries.splice(0, 1), 'sent');
      if (isFailing) tell(options.onRecovered);
      isFailing = false;
      return;
    }
    if (led.kind === 'later') {
      notBefore = clock.now() + waitAfter(led.waitMs, laters++, clock.random());
      if (entry.tries >= attempts || entry.isHurried || isStopped) settle(entries.splice(0, 1), 'failed');
    } else if (led.kind === 'refused') {
      settle(entries.splice(0, 1), 'failed');
    } else {
      breaker.open();
      settle(entries.splice(0), 'failed');
    }
    if (!isFailing) tell(() => options.onFailing(led.error));
    isFailing = true;
  };

  const settle = (ended: readonly Entry<Item>[], outcome: SinkOutcome): void => {
    for (const { resolve } of ended) {
      resolve(outcome === 'sent');
      tell(() => options.onOutcome(outcome));
    }
  };

  /** Of one that is not taken in. */
  const decline = (outcome: SinkOutcome): Promise<boolean> => {
    tell(() => options.onOutcome(outcome));
    return Promise.resolve(false);
  };

  const stop = (): void => {
    isStopped = true;
    cancelTimer?.();
    cancelTimer = undefined;
  };

  return {
    hasRoom: () => !isStopped && entries.length < capacity && !breaker.isOpen(),
    send: item => {
      if (breaker.isOpen()) return decline('failed');
      if (isStopped || entries.length >= capacity) return decline('dropped');
      // Node.js 20 has no `Promise.withResolvers`.
      let resolve: Entry<Item>['resolve'] = () => {};
      const settled = new Promise<boolean>(done => {
        resolve = done;
      });
      entries.push({ item, settled, resolve, tries: 0, isHurried: false });
      // Not in this tick: a process that dies in it takes the item along by `takeAtExit`, and only there.
      if (cancelTimer === undefined && !isTrying) wake(0);
      return settled;
    },
    flush: async () => {
      const held = entries.map(entry => {
        entry.isHurried = true;
        return entry.settled;
      });
      tryNext();
      await Promise.all(held);
    },
    takeAtExit: () => {
      stop();
      const held = entries.splice(0);
      return breaker.isOpen() ? [] : held.flatMap(({ item }) => requestOf(() => exitRequest(item)));
    },
    stop: () => {
      stop();
      settle(entries.splice(isTrying ? 1 : 0), 'dropped');
    },
  };
};

const resultOf = async (attempt: () => Promise<Attempt>): Promise<Attempt> => {
  try {
    return await attempt();
  } catch (error) {
    return { kind: 'later', error: error instanceof Error ? error : new Error('it failed without an error') };
  }
};

/** @param laters how often that came to nothing before */
const waitAfter = (asked: number | undefined, laters: number, random: number): number => {
  // By chance, so that the processes that were turned away together do not come back together.
  if (asked !== undefined && asked >= 0) return Math.min(asked, longestAskedWait) + random * firstWait;
  return Math.min(longestWait, firstWait * 2 ** laters) * (0.5 + random / 2);
};

const requestOf = (make: () => ExitRequest | undefined): readonly ExitRequest[] => {
  try {
    const request = make();
    return request === undefined ? [] : [request];
  } catch {
    // It cannot be encoded: the others are sent all the same.
    return [];
  }
};

/** What hears of it is to harm neither the channel nor the process. */
const tell = (listener: () => void): void => {
  try {
    listener();
  } catch {
    // There is nobody left to tell.
  }
};
