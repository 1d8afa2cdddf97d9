import { AsyncLocalStorage } from 'node:async_hooks';
import { now, startTimer, stopTimer } from '../host/time.ts';

/** Time as flood control and channels need it; another one in tests. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Calls once, after so many milliseconds, 24 days at most; keeps no process alive. Returns what takes the call back. */
  readonly after: (ms: number, call: () => void) => () => void;
  /** The same for what somebody awaits: it keeps the process alive meanwhile. */
  readonly hold: (ms: number, call: () => void) => () => void;
}

/** What runs later does not belong to the request that happens to ask for it: made when the preload starts. */
const outside = AsyncLocalStorage.snapshot();

/** Longer ones would be over at once. */
const longestTimer = 2 ** 31 - 1;

export const realClock: Clock = {
  now,
  random: Math.random.bind(Math),
  after: (ms, call) => {
    const timer = startTimer(outside, Math.min(ms, longestTimer), call).unref();
    return () => stopTimer(timer);
  },
  hold: (ms, call) => {
    const timer = startTimer(outside, Math.min(ms, longestTimer), call);
    return () => stopTimer(timer);
  },
};
