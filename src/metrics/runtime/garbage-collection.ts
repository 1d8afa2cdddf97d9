import { constants, PerformanceObserver } from 'node:perf_hooks';
import { gcDuration } from '../../catalog/runtime.ts';
import type { Family } from '../family.ts';
import { pairLabels } from '../label-set.ts';

export interface GarbageCollection {
  /** Every kind is there from the start, so that the first long collection is an increase. */
  family(): Family;
  stop(): void;
}

/** What the types of Node.js leave out. */
interface GcEntry {
  readonly duration: number;
  readonly detail: { readonly kind: number };
}

/** By V8's GCType. */
const kinds: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  // V8's kGCTypeMinorMarkSweep, which Node.js has no constant for: `--minor-ms` collects the young generation so.
  2: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/** Counts every collection that V8 reports from now on; prom-client counts one of those that come together. */
export const observeGarbageCollection = (): GarbageCollection => {
  const { buckets: bounds, labels } = gcDuration;
  const durations = new Map(
    [...new Set(Object.values(kinds))].map(kind => [
      kind,
      {
        labels: pairLabels(labels, [kind]),
        value: { bounds, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0, count: 0 },
      },
    ]),
  );

  const observer = new PerformanceObserver(list => {
    for (const { detail, duration } of list.getEntries() as unknown as readonly GcEntry[]) {
      const kind = kinds[detail.kind] ?? '';
      const value = durations.get(kind)?.value;
      if (value === undefined) continue;
      const seconds = duration / 1e3;
      const bucket = bounds.findIndex(bound => seconds <= bound);
      const index = bucket === -1 ? bounds.length : bucket;
      value.counts[index] = (value.counts[index] ?? 0) + 1;
      value.sum += seconds;
      value.count++;
    }
  });
  observer.observe({ entryTypes: ['gc'] });

  return {
    family: () => ({ ...gcDuration, series: [...durations.values()] }),
    stop: () => observer.disconnect(),
  };
};
