import type { PostError } from './post.ts';

/** Answers after which the same request may succeed. Source: OTLP specification, "OTLP/HTTP Response". */
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const firstWait = 500;
/** Also how long a receiver that is back may wait for us at most, apart from its own Retry-After. */
const longestWait = 5_000;
const longestRetryAfter = 30_000;

/**
 * Milliseconds to wait before the next try; `undefined`: there is no use in another one.
 *
 * @param attempt 0 after the first failure
 * @param random from 0 to 1
 */
export const waitBeforeRetry = (
  error: PostError,
  attempt: number,
  random: number,
  wallClock: number,
): number | undefined => {
  if (error.isFinal) return undefined;
  if (error.status !== undefined && !retryable.has(error.status)) return undefined;
  // Half of it by chance, so that the processes that lost a receiver together do not come back together.
  const backOff = Math.min(longestWait, firstWait * 2 ** attempt) * (0.5 + random / 2);
  const asked = retryAfter(error.retryAfter, wallClock);
  return asked === undefined ? backOff : Math.max(backOff, Math.min(asked, longestRetryAfter));
};

/** Seconds, or a date. Source: RFC 9110, 10.2.3. */
const retryAfter = (header: string | undefined, wallClock: number): number | undefined => {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallClock);
};
