import { disabledUntil, updateRateLimits } from '@sentry/core';
import type { HttpAnswer } from '../../transport/http-answer.ts';
import type { Attempt } from '../channel/attempt.ts';

type Answer = Pick<HttpAnswer, 'status' | 'headers'>;

/** Sentry's quotas may last for weeks, but what a proxy says is believed for an hour only. */
const longestWait = 3_600_000;

/**
 * Milliseconds for which Sentry wants no more errors, which it may also say when it takes one. Source: Sentry's developer
 * documentation, "Rate Limiting".
 *
 * @param now milliseconds since 1970, for waits that are given as a date
 */
export const waitAskedBy = ({ status, headers }: Answer, now: number): number => {
  const limits = updateRateLimits(
    {},
    {
      statusCode: status,
      headers: {
        'x-sentry-rate-limits': headers.get('x-sentry-rate-limits') ?? null,
        'retry-after': headers.get('retry-after') ?? null,
      },
    },
    now,
  );
  return Math.min(longestWait, Math.max(0, disabledUntil(limits, 'error') - now));
};

export const tooMany = (waitMs: number): Attempt => ({
  kind: 'later',
  error: new Error(`Sentry takes no more errors for ${Math.ceil(waitMs / 1_000)} s`),
  waitMs,
});

/**
 * What an answer means for the event.
 *
 * @param waitMs of `waitAskedBy`
 */
export const attemptOf = ({ status, headers }: Answer, waitMs: number): Attempt => {
  // A page is not of Sentry, but of what stands before it.
  const isPage = headers.get('content-type')?.startsWith('text/html') === true;
  if (status >= 200 && status < 300 && !isPage) return { kind: 'sent' };
  if (status === 429) return tooMany(waitMs);
  const error = new Error(`Sentry answers with ${isPage ? 'a page and ' : ''}status ${status}`);
  if (status === 401 || status === 403) return { kind: 'closed', error };
  if (status >= 300 && status < 500 && status !== 408) return { kind: 'refused', error };
  return { kind: 'later', error, ...(waitMs > 0 && { waitMs }) };
};
