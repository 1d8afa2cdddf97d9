/**
 * Time as it was when the process began: read at start, also for files that are read later, so that fake timers and
 * clocks of an application do not become ours.
 */
export const startTimer: typeof setTimeout = globalThis.setTimeout;
export const stopTimer: typeof clearTimeout = globalThis.clearTimeout;
/** Monotonic milliseconds. */
export const now: () => number = performance.now.bind(performance);
/** Milliseconds since 1970. */
export const wallClock: () => number = Date.now.bind(Date);
