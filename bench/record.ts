import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { Counter, Histogram, Registry } from 'prom-client';
import { createStore } from '../src/metrics/store.ts';
import { type Report, spreadText } from './report.ts';
import { ratiosOf, rotated, spreadOf } from './statistics.ts';

type Record = (method: string, path: string, status: string, seconds: number) => void;

const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10];
const labelNames = ['method', 'path', 'status'] as const;
const perRound = 200_000;
const warmUpRounds = 3;

/** 60 label sets, as an application of twenty routes has them. */
const labelSets = ['GET', 'POST', 'PUT'].flatMap(method =>
  Array.from({ length: 20 }, (_, route) => [method, `/api/v1/resource${route}/:id`, '200'] as const),
);
const durations = Array.from({ length: 64 }, (_, index) => 0.0007 * (1 + (index % 40)));

const ours = (): Record => {
  const { httpRequestDuration } = createStore({
    httpBuckets: buckets,
    dbBuckets: [],
    maxSeries: 2_000,
    onFirstOverflow: () => {},
  });
  return (method, path, status, seconds) =>
    httpRequestDuration.observe(seconds, undefined, method, path, status);
};

const promClient = (): Record => {
  const registers = [new Registry()];
  const counter = new Counter({ name: 'http_requests_total', help: 'requests', labelNames, registers });
  const histogram = new Histogram({ name: 'duration', help: 'duration', labelNames, buckets, registers });
  return (method, path, status, seconds) => {
    const labels = { method, path, status };
    counter.inc(labels);
    histogram.observe(labels, seconds);
  };
};

/** Keeps the SDK recording: without a reader it records nothing. */
class NeverReads extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
  override selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE;
  }
}

const openTelemetry = (): Record => {
  const meter = new MeterProvider({ readers: [new NeverReads()] }).getMeter('bench');
  const counter = meter.createCounter('http_requests_total');
  const histogram = meter.createHistogram('duration', { advice: { explicitBucketBoundaries: buckets } });
  return (method, path, status, seconds) => {
    const attributes = { method, path, status };
    counter.add(1, attributes);
    histogram.record(seconds, attributes);
  };
};

/** What one recorded request costs: a counter and a histogram with three labels. */
export const record = async (rounds = 21): Promise<Report> => {
  const recorders = [
    { name: 'ours', run: ours(), spent: [] as number[] },
    { name: 'prom-client', run: promClient(), spent: [] as number[] },
    { name: 'OpenTelemetry SDK', run: openTelemetry(), spent: [] as number[] },
  ];
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const { run, spent } of rotated(recorders, round + warmUpRounds)) {
      const nanoseconds = cpuPerRecord(run);
      if (round >= 0) spent.push(nanoseconds);
    }
  }
  const [our, prom] = recorders.map(({ spent }) => spent);
  const ratio = ratiosOf(our ?? [], prom ?? []).median;
  return {
    title: 'Record',
    method: [
      `Load: ${perRound} requests per round and way, over ${labelSets.length} label sets, in one process. Rounds: ${rounds}, in turn, after ${warmUpRounds} to warm up.`,
      'Measured: user and system CPU of the process, garbage collection included, for one request: a counter and a histogram with method, path and status.',
      'Ours is one call: the counter is the histogram’s count.',
    ],
    tables: [
      {
        caption: 'One recorded request',
        head: ['way', 'ns CPU (min / median / max)', '× prom-client (min / median / max)'],
        rows: recorders.map(({ name, spent }) => [
          name,
          spreadText(spreadOf(spent), 0),
          spreadText(ratiosOf(spent, prom ?? []), 2),
        ]),
      },
    ],
    goals: [
      {
        goal: 'one record at most at prom-client’s cost',
        measured: `${ratio.toFixed(2)} × prom-client`,
        reached: ratio <= 1,
      },
    ],
  };
};

const cpuPerRecord = (run: Record): number => {
  const before = process.cpuUsage();
  for (let index = 0; index < perRound; index++) {
    const [method, path, status] = labelSets[index % labelSets.length] ?? (['', '', ''] as const);
    run(method, path, status, durations[index % durations.length] ?? 0);
  }
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / perRound;
};
