import type { Clock } from '../../src/errors/clock.ts';
import { createFloodControl, isFirst, repeatsOf } from '../../src/errors/flood/flood-control.ts';
import { createMarks } from '../../src/errors/flood/marks.ts';

export interface Capture {
  /** What becomes of each error before anything is made of it: known by its mark, else counted and marked. */
  readonly see: (error: unknown) => void;
  /** Ends what is open. */
  readonly end: () => void;
  /** Errors that went out by themselves, and those that were told as repeats. */
  readonly firsts: () => number;
  readonly repeats: () => number;
  /** Messages: firsts and digests. */
  readonly messages: () => number;
}

/** Marks and flood control as the funnel uses them, with nothing behind. */
export const createCapture = (clock: Clock): Capture => {
  const told = { firsts: 0, repeats: 0, digests: 0 };
  const marks = createMarks<object>();
  const repeated = {};
  const flood = createFloodControl<undefined>({
    windowMs: 300_000,
    capacity: 500,
    clock,
    onWindowEnd: kind => {
      told.repeats += repeatsOf(kind);
      told.digests++;
      return true;
    },
  });
  return {
    see: error => {
      if (marks.find(error) !== undefined) return;
      const kind = flood.count(error);
      if (kind !== undefined && isFirst(kind)) told.firsts++;
      marks.set(error, kind ?? repeated);
    },
    end: () => {
      flood.endAll();
      flood.stop();
    },
    firsts: () => told.firsts,
    repeats: () => told.repeats,
    messages: () => told.firsts + told.digests,
  };
};
