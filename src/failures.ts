import * as lines from './lines.ts';
import type { Store } from './metrics/store.ts';

/** What goes wrong in the package while the application runs: counted every time, told once a minute and cause. */
export interface Failures {
  /** Our own code failed in a hook of the application. */
  readonly inHook: (hook: string, error: unknown) => void;
  /** A callback of the application's metrics failed or took too long. */
  readonly inCallback: (error: unknown) => void;
  /** A measurement of the application cannot be recorded. */
  readonly inMeasurement: (metric: string, error: unknown) => void;
  readonly inScrape: (error: unknown) => void;
  /** The application makes a metric with a name of ours. */
  readonly shadowed: (metric: string) => void;
}

export const createFailures = (
  store: Pick<Store, 'dropped' | 'hookFailures'>,
  tellOnce: (cause: string, line: string) => void,
): Failures => ({
  inHook: (hook, error) => {
    store.hookFailures.add(1, hook);
    tellOnce(`hook ${hook}`, lines.hookFailed(hook, error));
  },
  inCallback: error => {
    store.dropped.add(1, 'metrics', 'callback_failed');
    tellOnce('callback', lines.callbackFailed(error));
  },
  inMeasurement: (metric, error) => {
    store.dropped.add(1, 'metrics', 'invalid_measurement');
    tellOnce(`measurement ${metric}`, lines.invalidMeasurement(metric, error));
  },
  inScrape: error => tellOnce('scrape', lines.scrapeFailed(error)),
  shadowed: metric => tellOnce(`shadowed ${metric}`, lines.shadowed(metric)),
});
