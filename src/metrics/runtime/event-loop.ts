import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface EventLoopLag {
  /** How late the last probe came, in seconds; absent until the first one. */
  latest(): number | undefined;
  /** Of the window; absent until the first delay is recorded. Reading changes nothing. */
  statistics(): LagStatistics | undefined;
  stop(): void;
}

/** In seconds. As in prom-client they hold the sampling interval: an idle event loop has about 0.01. */
interface LagStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** Milliseconds between two samples; prom-client's default, so that the values are comparable. */
const resolution = 10;
const probeEvery = 100;

/**
 * Event-loop lag over a time window that no reader moves. Two histograms record all the time and take turns in
 * being emptied, one every `turnEvery` milliseconds; the one that was emptied longer ago is read. So the window
 * is the last one to two turns, and whatever happened stays visible for at least one of them.
 *
 * Nothing in here keeps the process alive.
 */
export const observeEventLoop = (now: () => number, turnEvery: number): EventLoopLag => {
  let older = monitorEventLoopDelay({ resolution });
  let younger = monitorEventLoopDelay({ resolution });
  older.enable();
  younger.enable();

  let latest: number | undefined;
  let due = now() + probeEvery;
  let turnAt = now() + turnEvery;
  const probe = setInterval(() => {
    const time = now();
    latest = Math.max(0, time - due) / 1e3;
    due = time + probeEvery;
    if (time < turnAt) return;
    [older, younger] = [younger, older];
    younger.reset();
    turnAt = time + turnEvery;
  }, probeEvery).unref();

  return {
    latest: () => latest,
    statistics: () =>
      older.count === 0
        ? undefined
        : {
            min: older.min / 1e9,
            max: older.max / 1e9,
            mean: older.mean / 1e9,
            stddev: older.stddev / 1e9,
            p50: older.percentile(50) / 1e9,
            p90: older.percentile(90) / 1e9,
            p99: older.percentile(99) / 1e9,
          },
    stop: () => {
      clearInterval(probe);
      older.disable();
      younger.disable();
    },
  };
};
