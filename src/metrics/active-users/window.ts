import { addHash, createSketch, mergeSketch, type Sketch } from './sketch.ts';

/** Hashes are kept by the quarter of a minute in which they came. */
export const periodMs = 15_000;

/** Twenty whole periods and the one that has begun: from 5:00 to 5:15 minutes. */
export const periodsKept = 21;

interface Period {
  /** Counted from the clock's zero. */
  readonly number: number;
  readonly sketch: Sketch;
}

export interface SlidingWindow {
  add(hash: number): void;
  /** Everything that was added in the last five minutes, and what lies in the period in which they began. */
  sketch(): Sketch;
}

/** @param now a monotonic clock in milliseconds; there are no timers: what is too old is found when it is looked at */
export const createSlidingWindow = (now: () => number): SlidingWindow => {
  const ring: (Period | undefined)[] = new Array(periodsKept).fill(undefined);
  const periodNow = (): number => Math.floor(now() / periodMs);
  let latest: Period | undefined;

  return {
    add: hash => {
      const number = periodNow();
      if (latest?.number !== number) {
        latest = { number, sketch: createSketch() };
        ring[number % periodsKept] = latest;
      }
      addHash(latest.sketch, hash);
    },
    sketch: () => {
      const oldest = periodNow() - periodsKept + 1;
      const union = createSketch();
      for (const period of ring)
        if (period !== undefined && period.number >= oldest) mergeSketch(union, period.sketch);
      return union;
    },
  };
};
