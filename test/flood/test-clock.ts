import type { Clock } from '../../src/errors/clock.ts';

export interface TestClock extends Clock {
  /** Lets time pass: timers are called in order, each at its time, with promises settled in between. */
  readonly pass: (ms: number) => Promise<void>;
  /** The same where nothing waits for a promise. */
  readonly passNow: (ms: number) => void;
  /** Timers that are set. */
  readonly timers: () => number;
}

/** Time that passes only when the test lets it. */
export const createTestClock = (random: () => number = () => 1): TestClock => {
  let ms = 0;
  const timers = new Set<{ readonly at: number; readonly call: () => void }>();

  /** Goes to the first timer until then, and says whether there was one. */
  const step = (until: number): boolean => {
    const [first] = [...timers].filter(({ at }) => at <= until).sort((left, right) => left.at - right.at);
    ms = first?.at ?? until;
    if (first === undefined) return false;
    timers.delete(first);
    first.call();
    return true;
  };

  const after: Clock['after'] = (wait, call) => {
    const timer = { at: ms + wait, call };
    timers.add(timer);
    return () => timers.delete(timer);
  };

  return {
    now: () => ms,
    random,
    after,
    hold: after,
    pass: async wait => {
      const until = ms + wait;
      await settled();
      while (step(until)) await settled();
    },
    passNow: wait => {
      const until = ms + wait;
      while (step(until));
    },
    timers: () => timers.size,
  };
};

/** Lets promises settle. */
export const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
