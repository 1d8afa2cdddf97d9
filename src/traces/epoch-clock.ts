/** Two clocks may differ by this many milliseconds: that of the wall is read in whole ones. */
const tolerance = 2;
/** Milliseconds between two looks at the wall. */
const interval = 1_000;

/**
 * Milliseconds since 1970 of a monotonic time, with its precision. Follows the clock of the wall when that is set, and
 * when the machine has slept; in between, what came later has a later time.
 */
export const createEpochClock = (
  now: () => number,
  wall: () => number,
  timeOrigin: number,
): ((monotonic: number) => number) => {
  let offset = timeOrigin;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return monotonic => {
    if (monotonic - lookedAt >= interval) {
      lookedAt = now();
      const measured = wall() - lookedAt;
      if (Math.abs(measured - offset) > tolerance) offset = measured;
    }
    return monotonic + offset;
  };
};
