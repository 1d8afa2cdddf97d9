import type { Clock } from '../../src/errors/clock.ts';
import { createFloodControl } from '../../src/errors/flood/flood-control.ts';
import { createMarks } from '../../src/errors/flood/marks.ts';
import { createTokenBucket } from '../../src/errors/flood/token-bucket.ts';
import { type Circumstances, createFunnel } from '../../src/errors/funnel.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';

export interface Capture {
  /** Takes one error, as `captureError` does. */
  readonly see: (error: unknown) => void;
  /** Ends what is open. */
  readonly end: () => void;
  /** Errors that went out by themselves, and those that were told as repeats. */
  readonly firsts: () => number;
  readonly repeats: () => number;
  /** Messages: firsts and digests. */
  readonly messages: () => number;
}

const circumstances = (): Circumstances => ({ severity: 'error', trace: undefined });
const window = { windowMs: 300_000, capacity: 500 };

/** The funnel as it is made in applications, with services that take whatever comes and keep nothing. */
export const createCapture = (clock: Clock): Capture => {
  const told = { firsts: 0, repeats: 0, digests: 0 };
  let ids = 0;
  const funnel = createFunnel({
    marks: createMarks(),
    flood: onWindowEnd => createFloodControl({ ...window, onWindowEnd, clock }),
    logTokens: createTokenBucket({ burst: 100, refillMs: 100, now: clock.now }),
    redaction: createRedaction([]),
    sentry: () => ({
      hasRoom: () => true,
      send: async ({ report: { repeats } }) => {
        if (repeats === undefined) told.firsts++;
        else told.digests++;
        told.repeats += repeats?.count ?? 0;
        return true;
      },
    }),
    alert: () => {},
    threshold: () => 1,
    title: () => '에러 발생',
    log: () => {},
    onOutcome: () => {},
    onFailure: error => {
      throw error;
    },
    withPatience: id => id,
    newId: () => String(ids++),
    wallClock: () => 0,
  });
  return {
    see: error => void funnel.capture(error, 'captureError', circumstances, undefined),
    end: () => {
      funnel.endWindows();
      funnel.stop();
    },
    firsts: () => told.firsts,
    repeats: () => told.repeats,
    messages: () => told.firsts + told.digests,
  };
};
