/** What happens to the stack in the tests of its data: traffic that is written down, and every fault once. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Ledger } from '../../real-prometheus/example-load.ts';
import { until } from '../../real-prometheus/faults.ts';
import type { Prometheus } from '../../real-prometheus/prometheus-server.ts';
import { startTraffic } from './instance.ts';
import { namedFaults } from './named-faults.ts';
import type { Stack, StackOptions } from './stack.ts';

export interface Course {
  /** Sent to the first instance before the window, and within it. */
  readonly before: Ledger;
  readonly within: Ledger;
  /** What its requests took, in seconds. */
  readonly durationsBefore: readonly number[];
  readonly durationsWithin: readonly number[];
  /** Of each Prometheus: two scrapes of the first instance, between which are all of `within` and nothing else. */
  readonly windows: readonly (readonly [start: number, end: number])[];
  /** What was asked before has left its trace in the backend; in seconds since the epoch. */
  readonly calmUntil: number;
}

/** What a stack needs that is to have every fault: limits that the course reaches. */
export const reachable: NonNullable<StackOptions['env']> = {
  collector: { OTELCOL_QUEUE_BYTES: '1100000' },
  second: { MONITORING_MAX_SERIES: '25' },
};

/** Requests per second. */
const rate = 15;

/** Seconds that a span takes from its request to the backend, at most. */
const spansOnTheirWay = 4;

/** Runs it; the second instance has visitors to the end. */
export const runCourse = async (stack: Stack): Promise<Course> => {
  const [first, second] = stack.instances;
  const visitors = startTraffic(second.url, rate);
  try {
    if (stack.collector) await pushMetrics(stack.collector.url);
    await Promise.all(stack.prometheus.map(each => scrapeSince(each, first.address, 0)));
    const before = await visit(first.url, () => pause(8_000));
    const starts = await scrapes(stack);
    const durationsBefore = await first.durations();
    const calmUntil = Date.now() / 1000 - spansOnTheirWay;

    const within = await visit(first.url, () => allFaults(stack));
    const ends = await scrapes(stack);
    const windows = starts.map((start, index) => [start, ends[index] ?? 0] as const);
    const durationsWithin = await first.durations();
    return { before, within, durationsBefore, durationsWithin, windows, calmUntil };
  } finally {
    await visitors.stop();
  }
};

/** Visits an instance as long as something else takes. */
const visit = async (url: string, meanwhile: () => Promise<unknown>): Promise<Ledger> => {
  const traffic = startTraffic(url, rate);
  try {
    await meanwhile();
  } catch (error) {
    await traffic.stop();
    throw error;
  }
  return traffic.stop();
};

/** The time of a scrape that began after now, of each Prometheus. */
const scrapes = (stack: Stack): Promise<readonly number[]> => {
  // An answer is counted a moment after its client has it.
  const since = Date.now() / 1000 + 0.2;
  return Promise.all(stack.prometheus.map(each => scrapeSince(each, stack.instances[0].address, since)));
};

const scrapeSince = (prometheus: Prometheus, address: string, since: number): Promise<number> =>
  until(`a scrape of ${address}`, async () => {
    const [answer] = await prometheus.query(`timestamp(up{instance="${address}"})`);
    const time = Number(answer?.value[1] ?? 0);
    return time > since && time;
  });

/** Each fault goes on until every Prometheus has seen it. */
const allFaults = async (stack: Stack): Promise<void> => {
  const ends = await Promise.allSettled(
    namedFaults(stack).map(async list => {
      for (const { name, run, seen } of list) {
        const enough = new AbortController();
        const running = run(enough.signal);
        try {
          for (const prometheus of stack.prometheus)
            await until(name, async () => (await prometheus.query(seen)).length > 0, 90_000);
        } finally {
          enough.abort();
          await running;
        }
      }
    }),
  );
  const unseen = ends.flatMap(end => (end.status === 'rejected' ? [String(end.reason)] : []));
  if (unseen.length > 0) throw new Error(unseen.join('\n'));
};

/** What an application without this package pushes: its metrics reach Prometheus by the Collector. */
const pushMetrics = async (collectorUrl: string): Promise<void> => {
  const now = `${Date.now()}000000`;
  const point = { startTimeUnixNano: now, timeUnixNano: now, asInt: '7' };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'legacy' } }] };
  const jobs = { name: 'jobs', sum: { dataPoints: [point], aggregationTemporality: 2, isMonotonic: true } };
  const response = await fetch(`${collectorUrl}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [jobs] }] }] }),
  });
  if (!response.ok)
    throw new Error(`the Collector refuses metrics: ${response.status} ${await response.text()}`);
};
