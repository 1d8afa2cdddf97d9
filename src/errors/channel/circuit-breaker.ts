export interface CircuitBreaker {
  /** Whether nothing is to be tried. What is tried first when it no longer is, is the probe. */
  readonly isOpen: () => boolean;
  /** Tries nothing for its time. */
  readonly open: () => void;
}

/** Spares a service that takes nothing from us, and us the tries. */
export const createCircuitBreaker = (openMs: number, now: () => number): CircuitBreaker => {
  let openUntil = Number.NEGATIVE_INFINITY;
  return {
    isOpen: () => now() < openUntil,
    open: () => {
      openUntil = now() + openMs;
    },
  };
};
