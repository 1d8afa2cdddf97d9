export interface TokenBucketOptions {
  /** Tokens that it holds at most, and at first. */
  readonly burst: number;
  /** Milliseconds in which one comes back; above 0. */
  readonly refillMs: number;
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
}

export interface TokenBucket {
  /** Takes one, and says whether there was one. */
  readonly take: () => boolean;
  readonly hasToken: () => boolean;
  /** Milliseconds until there is one; 0: there is one. */
  readonly waitMs: () => number;
}

/** Lets through a burst, and then one in so many milliseconds. Needs no timer. */
export const createTokenBucket = ({ burst, refillMs, now }: TokenBucketOptions): TokenBucket => {
  let tokens = burst;
  /** What has come since then is not among them yet. */
  let since = now();

  const refill = (): void => {
    // Whole ones: parts of them, added up, would be inexact.
    const come = Math.floor((now() - since) / refillMs);
    tokens = Math.min(burst, tokens + come);
    since += come * refillMs;
  };
  const waitMs = (): number => {
    refill();
    return tokens > 0 ? 0 : Math.max(0, since + refillMs - now());
  };

  return {
    take: () => {
      refill();
      if (tokens < 1) return false;
      // A full one gains nothing meanwhile.
      if (tokens === burst) since = now();
      tokens--;
      return true;
    },
    hasToken: () => waitMs() === 0,
    waitMs,
  };
};
