import type { Outcome } from './ledger.ts';

/** Answered with a status of a failure, whose error is known; `null`: it is not. */
export const failed = (status: number, message: string | null = 'boom'): Outcome => ({
  answer: status,
  failure: { status, message },
});

/** Closed before the answer was complete; `status` is what is counted. */
export const cut = (status: number): Outcome => ({ answer: 'cut', failure: { status, message: 'boom' } });

/** What the failing cases come to where a framework does nothing out of the ordinary. */
export const usualOutcomes: Readonly<Record<string, Outcome>> = {
  ok: { answer: 200 },
  throw: failed(500),
  reject: failed(500),
  pass: failed(500),
  'stream-before': failed(500),
  'stream-after': cut(200),
  'pipeline-after': cut(200),
  status: failed(503, null),
  'throw-4xx': { answer: 403 },
  'pass-4xx': { answer: 409 },
  handled: { answer: 200 },
  'mapped-4xx': { answer: 422 },
  'mapped-5xx': failed(503),
  string: failed(500, 'a string'),
  gone: { answer: 'left' },
  'gone-late': { answer: 'left', failure: { status: 499, message: 'boom' } },
  'gone-stream': { answer: 'left' },
  user: failed(500),
};

/** Where no framework passes errors on: what an answer does not say, nobody knows. */
export const outcomesWithoutFramework: Readonly<Record<string, Outcome>> = {
  ...usualOutcomes,
  throw: failed(500, null),
  reject: failed(500, null),
  pass: failed(500, null),
  'stream-before': cut(499),
  'mapped-5xx': failed(503, null),
  string: failed(500, null),
  'gone-late': { answer: 'left' },
  user: failed(500, null),
};
