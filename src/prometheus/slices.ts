import { setImmediate as nextTurn } from 'node:timers/promises';

/** Long work in slices, so that the application gets its turns meanwhile. */
export interface Slices {
  /** Whether it is time for `next`. */
  isOver(): boolean;
  /** Lets the event loop turn. */
  next(): Promise<void>;
}

/**
 * Milliseconds after which the application gets its turn. It waits longer than that: for a garbage collection
 * within the slice, and for pages of another form that are made at the same time.
 */
const length = 4;

/**
 * Begins with the end of a slice: what led to the work was done in this turn, too.
 *
 * @param now monotonic milliseconds
 */
export const createSlices = (now: () => number): Slices => {
  let end = Number.NEGATIVE_INFINITY;
  return {
    isOver: () => now() >= end,
    next: async () => {
      await nextTurn();
      end = now() + length;
    },
  };
};
