/**
 * The metrics of process and Node.js: names, types, labels, HELP texts and buckets of prom-client 15's default
 * metrics, so that dashboards and rules made for those fit. Three gauges end in `_total`, as they do there.
 */
import type { HistogramDefinition, MetricDefinition } from './metrics.ts';

const define = (
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  labels: readonly string[] = [],
): MetricDefinition => ({ name, type, help, labels, overflow: labels.map(() => 'other') });

const counter = (name: string, help: string): MetricDefinition => define('counter', name, help);
const gauge = (name: string, help: string, ...labels: readonly string[]): MetricDefinition =>
  define('gauge', name, help, labels);

export const processCpuUser: MetricDefinition = counter(
  'process_cpu_user_seconds_total',
  'Total user CPU time spent in seconds.',
);
export const processCpuSystem: MetricDefinition = counter(
  'process_cpu_system_seconds_total',
  'Total system CPU time spent in seconds.',
);
export const processCpu: MetricDefinition = counter(
  'process_cpu_seconds_total',
  'Total user and system CPU time spent in seconds.',
);
export const processStartTime: MetricDefinition = gauge(
  'process_start_time_seconds',
  'Start time of the process since unix epoch in seconds.',
);
export const processResidentMemory: MetricDefinition = gauge(
  'process_resident_memory_bytes',
  'Resident memory size in bytes.',
);
export const processVirtualMemory: MetricDefinition = gauge(
  'process_virtual_memory_bytes',
  'Virtual memory size in bytes.',
);
export const processHeap: MetricDefinition = gauge('process_heap_bytes', 'Process heap size in bytes.');
export const processOpenFds: MetricDefinition = gauge('process_open_fds', 'Number of open file descriptors.');
export const processMaxFds: MetricDefinition = gauge(
  'process_max_fds',
  'Maximum number of open file descriptors.',
);

export const eventLoopLag: MetricDefinition = gauge(
  'nodejs_eventloop_lag_seconds',
  'Lag of event loop in seconds.',
);
export const eventLoopLagMin: MetricDefinition = gauge(
  'nodejs_eventloop_lag_min_seconds',
  'The minimum recorded event loop delay.',
);
export const eventLoopLagMax: MetricDefinition = gauge(
  'nodejs_eventloop_lag_max_seconds',
  'The maximum recorded event loop delay.',
);
export const eventLoopLagMean: MetricDefinition = gauge(
  'nodejs_eventloop_lag_mean_seconds',
  'The mean of the recorded event loop delays.',
);
export const eventLoopLagStddev: MetricDefinition = gauge(
  'nodejs_eventloop_lag_stddev_seconds',
  'The standard deviation of the recorded event loop delays.',
);
export const eventLoopLagP50: MetricDefinition = gauge(
  'nodejs_eventloop_lag_p50_seconds',
  'The 50th percentile of the recorded event loop delays.',
);
export const eventLoopLagP90: MetricDefinition = gauge(
  'nodejs_eventloop_lag_p90_seconds',
  'The 90th percentile of the recorded event loop delays.',
);
export const eventLoopLagP99: MetricDefinition = gauge(
  'nodejs_eventloop_lag_p99_seconds',
  'The 99th percentile of the recorded event loop delays.',
);

export const activeResources: MetricDefinition = gauge(
  'nodejs_active_resources',
  'Number of active resources that are currently keeping the event loop alive, grouped by async resource type.',
  'type',
);
export const activeResourcesTotal: MetricDefinition = gauge(
  'nodejs_active_resources_total',
  'Total number of active resources.',
);
export const activeHandles: MetricDefinition = gauge(
  'nodejs_active_handles',
  'Number of active libuv handles grouped by handle type. Every handle type is C++ class name.',
  'type',
);
export const activeHandlesTotal: MetricDefinition = gauge(
  'nodejs_active_handles_total',
  'Total number of active handles.',
);
export const activeRequests: MetricDefinition = gauge(
  'nodejs_active_requests',
  'Number of active libuv requests grouped by request type. Every request type is C++ class name.',
  'type',
);
export const activeRequestsTotal: MetricDefinition = gauge(
  'nodejs_active_requests_total',
  'Total number of active requests.',
);

export const heapSizeTotal: MetricDefinition = gauge(
  'nodejs_heap_size_total_bytes',
  'Process heap size from Node.js in bytes.',
);
export const heapSizeUsed: MetricDefinition = gauge(
  'nodejs_heap_size_used_bytes',
  'Process heap size used from Node.js in bytes.',
);
export const externalMemory: MetricDefinition = gauge(
  'nodejs_external_memory_bytes',
  'Node.js external memory size in bytes.',
);
export const heapSpaceTotal: MetricDefinition = gauge(
  'nodejs_heap_space_size_total_bytes',
  'Process heap space size total from Node.js in bytes.',
  'space',
);
export const heapSpaceUsed: MetricDefinition = gauge(
  'nodejs_heap_space_size_used_bytes',
  'Process heap space size used from Node.js in bytes.',
  'space',
);
export const heapSpaceAvailable: MetricDefinition = gauge(
  'nodejs_heap_space_size_available_bytes',
  'Process heap space size available from Node.js in bytes.',
  'space',
);

export const nodeVersionInfo: MetricDefinition = gauge(
  'nodejs_version_info',
  'Node.js version info.',
  'version',
  'major',
  'minor',
  'patch',
);

export const gcDuration: HistogramDefinition = {
  name: 'nodejs_gc_duration_seconds',
  type: 'histogram',
  help: 'Garbage collection duration by kind, one of major, minor, incremental or weakcb.',
  labels: ['kind'],
  overflow: ['other'],
  buckets: [0.001, 0.01, 0.1, 1, 2, 5],
};
