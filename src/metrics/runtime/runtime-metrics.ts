import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { MetricDefinition } from '../../catalog/metrics.ts';
import * as runtime from '../../catalog/runtime.ts';
import type { Family } from '../family.ts';
import { type Census, countHandles, countRequests, countResources, total } from './active.ts';
import { observeEventLoop } from './event-loop.ts';
import { byLabel, labelled, single } from './families.ts';
import { observeGarbageCollection } from './garbage-collection.ts';
import { createFdCounter, readMaxFds, readMemory } from './linux-process.ts';

export interface RuntimeMetricsOptions {
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  /** Milliseconds; the event-loop lag is that of the last one to two turns. Default: a minute. */
  readonly lagTurn?: number;
}

export interface RuntimeMetrics {
  /** All of them as they are now, in prom-client's order; what this platform does not tell has no series. Never throws. */
  read(): readonly Family[];
  stop(): void;
}

/**
 * The metrics of process and Node.js that prom-client collects by default. Nothing is reset by a reader, so any
 * number of them see the same; a reading takes about 60 µs and is made anew each time.
 */
export const createRuntimeMetrics = ({ now, lagTurn = 60_000 }: RuntimeMetricsOptions): RuntimeMetrics => {
  const eventLoop = observeEventLoop(now, lagTurn);
  const garbageCollection = observeGarbageCollection();
  const countFds = createFdCounter();
  const isLinux = process.platform === 'linux';
  const [major = '', minor = '', patch = ''] = process.versions.node.split('.');
  const version = labelled(runtime.nodeVersionInfo, [process.version, major, minor, patch], 1);
  const startTime = single(runtime.processStartTime, performance.timeOrigin / 1e3);
  let maxFds: number | undefined;

  const readProcess = (): readonly Family[] => {
    const cpu = attempt(process.cpuUsage);
    const memory = isLinux ? attempt(readMemory) : undefined;
    maxFds ??= isLinux ? attempt(readMaxFds) : undefined;
    return [
      single(runtime.processCpuUser, cpu && cpu.user / 1e6),
      single(runtime.processCpuSystem, cpu && cpu.system / 1e6),
      single(runtime.processCpu, cpu && (cpu.user + cpu.system) / 1e6),
      startTime,
      single(runtime.processResidentMemory, memory?.resident ?? attempt(process.memoryUsage.rss)),
      single(runtime.processVirtualMemory, memory?.virtual),
      single(runtime.processHeap, memory?.data),
      single(runtime.processOpenFds, isLinux ? attempt(countFds) : undefined),
      single(runtime.processMaxFds, maxFds),
    ];
  };

  const readEventLoop = (): readonly Family[] => {
    const lag = eventLoop.statistics();
    return [
      single(runtime.eventLoopLag, eventLoop.latest()),
      single(runtime.eventLoopLagMin, lag?.min),
      single(runtime.eventLoopLagMax, lag?.max),
      single(runtime.eventLoopLagMean, lag?.mean),
      single(runtime.eventLoopLagStddev, lag?.stddev),
      single(runtime.eventLoopLagP50, lag?.p50),
      single(runtime.eventLoopLagP90, lag?.p90),
      single(runtime.eventLoopLagP99, lag?.p99),
    ];
  };

  return {
    read: () => [
      ...readProcess(),
      ...readEventLoop(),
      ...censusFamilies(runtime.activeResources, runtime.activeResourcesTotal, attempt(countResources)),
      ...censusFamilies(runtime.activeHandles, runtime.activeHandlesTotal, attempt(countHandles)),
      ...censusFamilies(runtime.activeRequests, runtime.activeRequestsTotal, attempt(countRequests)),
      ...readHeap(),
      version,
      garbageCollection.family(),
    ],
    stop: () => {
      eventLoop.stop();
      garbageCollection.stop();
    },
  };
};

const censusFamilies = (
  byType: MetricDefinition,
  all: MetricDefinition,
  census: Census | undefined,
): readonly Family[] => [byLabel(byType, census ?? []), single(all, census && total(census))];

/** V8's own numbers, which `process.memoryUsage()` hands on together with a reading of `/proc`. */
const readHeap = (): readonly Family[] => {
  const heap = attempt(getHeapStatistics);
  const spaces = (attempt(getHeapSpaceStatistics) ?? []).map(
    space => [space.space_name.replace(/_space$/, ''), space] as const,
  );
  return [
    single(runtime.heapSizeTotal, heap?.total_heap_size),
    single(runtime.heapSizeUsed, heap?.used_heap_size),
    single(runtime.externalMemory, heap?.external_memory),
    byLabel(
      runtime.heapSpaceTotal,
      spaces.map(([name, space]) => [name, space.space_size]),
    ),
    byLabel(
      runtime.heapSpaceUsed,
      spaces.map(([name, space]) => [name, space.space_used_size]),
    ),
    byLabel(
      runtime.heapSpaceAvailable,
      spaces.map(([name, space]) => [name, space.space_available_size]),
    ),
  ];
};

/** What cannot be read (no /proc, a sandbox) is missing, and nothing else. */
const attempt = <Value>(read: () => Value): Value | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};
