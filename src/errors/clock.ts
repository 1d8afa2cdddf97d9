import { AsyncLocalStorage } from 'node:async_hooks';

/** Time as flood control and channels need it; another one in tests. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Calls once, after so many milliseconds, 24 days at most; keeps no process alive. Returns what takes the call back. */
  readonly after: (ms: number, call: () => void) => () => void;
}

// As they are now: an application's fake timers are not to become ours.
const { setTimeout, clearTimeout } = globalThis;

/** What runs later does not belong to the request that happens to ask for it: made when the preload starts. */
const outside = AsyncLocalStorage.snapshot();

/** Longer ones would be over at once. */
const longestTimer = 2 ** 31 - 1;

export const realClock: Clock = {
  now: performance.now.bind(performance),
  random: Math.random.bind(Math),
  after: (ms, call) => {
    const timer = setTimeout(outside, Math.min(ms, longestTimer), call).unref();
    return () => clearTimeout(timer);
  },
};
