import * as contract from '../catalog/metrics.ts';
import type { Family } from './family.ts';
import {
  type Counter,
  createCounter,
  createGauge,
  createHistogram,
  type Gauge,
  type Histogram,
} from './instruments.ts';

export interface StoreOptions {
  readonly httpBuckets: readonly number[];
  readonly dbBuckets: readonly number[];
  /** Label sets per metric, for the life of the process. */
  readonly maxSeries: number;
  /** Called once per metric, when its first measurement lands in the overflow set. */
  readonly onFirstOverflow: (metric: string) => void;
}

/** The contract's instruments and the package's own; the only place where their values live. */
export interface Store {
  readonly httpRequestDuration: Histogram;
  readonly httpRequestsInFlight: Gauge;
  readonly dbQueryDuration: Histogram;
  readonly dbQueryErrors: Counter;
  readonly httpClientDuration: Histogram;
  readonly dropped: Counter;
  readonly scrapes: Counter;
  readonly scrapeDuration: Gauge;
  readonly hookFailures: Counter;
  readonly errorEvents: Counter;
  readonly alerts: Counter;
  readonly buildInfo: Gauge;
  /** A measurement of a metric, ours or the application's, that landed in its overflow set. */
  readonly countOverflow: (metric: string) => void;
  /** Every metric, in the catalogue's order; those that were never used have no series. */
  read(): readonly Family[];
}

/** The bounded store of decision 4: plain tables, written by the observers, read by every reader. */
export const createStore = (options: StoreOptions): Store => {
  const droppedLabelSets = createCounter(contract.droppedLabelSetsTotal, {
    limit: options.maxSeries,
    onOverflow: () => {},
  });
  const overflowing = new Set<string>();
  const countOverflow = (metric: string): void => {
    droppedLabelSets.add(1, metric);
    if (overflowing.has(metric)) return;
    overflowing.add(metric);
    options.onFirstOverflow(metric);
  };
  const bounded = { limit: options.maxSeries, onOverflow: countOverflow };

  const httpRequestDuration = createHistogram(contract.httpRequestDuration, options.httpBuckets, bounded);
  const httpRequestsInFlight = createGauge(contract.httpRequestsInFlight, bounded);
  const dbQueryDuration = createHistogram(contract.dbQueryDuration, options.dbBuckets, bounded);
  const dbQueryErrors = createCounter(contract.dbQueryErrorsTotal, bounded);
  const clientDefinition = contract.httpClientRequestDuration;
  const httpClientDuration = createHistogram(clientDefinition, clientDefinition.buckets, bounded);
  const buildInfo = createGauge(contract.buildInfo, bounded);
  const dropped = createCounter(contract.droppedTotal, bounded);
  const scrapes = createCounter(contract.scrapesTotal, bounded);
  const scrapeDuration = createGauge(contract.scrapeDuration, bounded);
  const hookFailures = createCounter(contract.hookFailuresTotal, bounded);
  const errorEvents = createCounter(contract.errorEventsTotal, bounded);
  const alerts = createCounter(contract.alertsTotal, bounded);

  return {
    httpRequestDuration,
    httpRequestsInFlight,
    dbQueryDuration,
    dbQueryErrors,
    httpClientDuration,
    dropped,
    scrapes,
    scrapeDuration,
    hookFailures,
    errorEvents,
    alerts,
    buildInfo,
    countOverflow,
    read: () => [
      httpRequestDuration.countFamily(contract.httpRequestsTotal),
      httpRequestDuration.family(),
      httpRequestsInFlight.family(),
      dbQueryDuration.family(),
      dbQueryErrors.family(),
      httpClientDuration.family(),
      buildInfo.family(),
      dropped.family(),
      droppedLabelSets.family(),
      scrapes.family(),
      scrapeDuration.family(),
      hookFailures.family(),
      errorEvents.family(),
      alerts.family(),
    ],
  };
};
