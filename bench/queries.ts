import path from 'node:path';
import { type Child, startChild } from '../test/child.ts';
import { startPostgres } from '../test/database/postgres-server.ts';
import { keepOnCpu, serverCpu } from './cpu-affinity.ts';
import { type Sink, startSink } from './load.ts';
import { preparePostgres } from './postgres.ts';
import { type Report, spreadText } from './report.ts';
import { bench, exchange } from './server.ts';
import { differencesOf, rotated, type Spread, spreadOf } from './statistics.ts';
import {
  bare,
  officialPgMetrics,
  officialPgTraced,
  oursMetricsOnly,
  oursTraced,
  type Variant,
} from './variants.ts';

/** So many queries, of which none is answered by a real server where there is no `database`. */
interface Load {
  readonly warmUp: number;
  readonly measured: number;
  readonly database: string | undefined;
}

const passes = 8;

/** Microseconds of CPU per query, one value for each round. */
type Results = ReadonlyMap<Variant, readonly number[]>;

/** What a query through a pool costs more, without a request around it. */
export const queryCost = async (rounds = 7): Promise<Report> => {
  const postgres = await startPostgres();
  if (postgres === undefined) throw new Error('this benchmark needs PostgreSQL');
  const sink = await startSink();
  try {
    const version = await preparePostgres(postgres.url);
    const known: Variant = { ...bare, name: 'bare, and 20 µs of computing', env: { BENCH_WORK: '20' } };
    const traced = oursTraced(sink.url);
    const officialTraced = officialPgTraced(sink.url);
    const variants = [bare, known, oursMetricsOnly, traced, officialPgMetrics, officialTraced];
    const within: Load = { warmUp: 20_000, measured: 80_000, database: undefined };
    const real: Load = { warmUp: 10_000, measured: 20_000, database: postgres.url };
    const figures = await figuresOf(variants, rounds, within, sink);
    const realFigures = await figuresOf(variants, rounds, real, sink);
    const share = (our: Variant, official: Variant): number =>
      figures.added(our).median / figures.added(official).median;
    const withoutTraces = share(oursMetricsOnly, officialPgMetrics);
    const withTraces = share(traced, officialTraced);
    return {
      title: 'Queries',
      method: [
        `Load: SELECT of one row by its key, with a parameter, through a pool of pg 8.23, one after another, as of many at once a slower process reads more answers together; nothing else runs in the process.`,
        `In the first table the answers come from within the process, always the same: the system calls of a real one vary by more than what is looked for. In the second they are those of PostgreSQL ${version}, which shares the other CPU with the receiver of spans. The goals are held to the first.`,
        `Rounds: ${rounds}, each with a fresh process per variant; ${within.warmUp} and ${real.warmUp} queries to warm up, ${within.measured} and ${real.measured} measured, which the processes make in turn, an eighth at a time. Measured: user and system CPU of the process, all threads, per query; added is what that is above bare in the same round.`,
        'The control computes for 20 µs before each query: how far its row is from 20 is how far the others may be. The official SDK has the instrumentation of pg alone, with its metrics read by nobody; ours has the preload as it is.',
        'Spans: how many the receiver has got for each query. Missing are those that a queue dropped and those that a process still held when it was ended.',
      ],
      tables: [
        { caption: 'One query through a pool, answered within the process', ...figures.table },
        { caption: 'One query through a pool, answered by PostgreSQL', ...realFigures.table },
      ],
      goals: [
        {
          goal: 'a query, not traced, adds at most a quarter of what the official instrumentation adds',
          measured: `${withoutTraces.toFixed(2)} of it, ${share(oursMetricsOnly, officialTraced).toFixed(2)} of what it adds with its traces`,
          reached: withoutTraces <= 0.25,
        },
        {
          goal: 'a query, traced, adds at most half of what the official instrumentation adds',
          measured: `${withTraces.toFixed(2)} of it`,
          reached: withTraces <= 0.5,
        },
      ],
    };
  } finally {
    await sink.stop();
    await postgres.stop();
  }
};

interface Figures {
  /** Microseconds above bare. */
  readonly added: (variant: Variant) => Spread;
  readonly table: Pick<Report['tables'][number], 'head' | 'rows'>;
}

const figuresOf = async (
  variants: readonly Variant[],
  rounds: number,
  load: Load,
  sink: Sink,
): Promise<Figures> => {
  const before = await sink.spans();
  const results = await measure(variants, rounds, load);
  const spans = await sink.spans();
  const sent = rounds * (load.warmUp + load.measured);
  const added = (variant: Variant): Spread =>
    differencesOf(results.get(variant) ?? [], results.get(bare) ?? []);
  return {
    added,
    table: {
      head: ['variant', 'µs CPU per query (median)', 'spans per query', 'added µs (min / median / max)'],
      rows: variants.map(variant => {
        const { sendsAs } = variant;
        const received = sendsAs === undefined ? 0 : (spans[sendsAs] ?? 0) - (before[sendsAs] ?? 0);
        return [
          variant.name,
          spreadOf(results.get(variant) ?? []).median.toFixed(1),
          sendsAs === undefined ? '' : (received / sent).toFixed(2),
          variant === bare ? '' : spreadText(added(variant), 2),
        ];
      }),
    },
  };
};

const measure = async (variants: readonly Variant[], rounds: number, load: Load): Promise<Results> => {
  const cpu = new Map<Variant, number[]>(variants.map(variant => [variant, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [variant, spent] of await runRound(rotated(variants, round), load))
      cpu.get(variant)?.push(spent / load.measured);
  }
  return cpu;
};

/** One fresh process per variant; they make their queries in turn, so that a busy second of the machine hits all. */
const runRound = async (
  variants: readonly Variant[],
  { database, warmUp, measured }: Load,
): Promise<ReadonlyMap<Variant, number>> => {
  const processes = new Map<Variant, Child>();
  const spent = new Map<Variant, number>();
  const ask = async (child: Child, queries: number): Promise<number> =>
    ((await exchange(child, { queries })) as { cpu: number }).cpu;
  try {
    for (const variant of variants) {
      const child = startChild({
        args: [...variant.args, path.join(bench, 'apps/queries.js')],
        env: {
          NODE_ENV: 'production',
          ...(database !== undefined && { BENCH_DATABASE: database }),
          ...variant.env,
        },
        cwd: bench,
        ipc: true,
      });
      processes.set(variant, child);
      await child.output(/^ready$/m);
      keepOnCpu(child.process.pid, serverCpu);
      await ask(child, warmUp);
    }
    for (let pass = 0; pass < passes; pass++) {
      for (const [variant, child] of processes)
        spent.set(variant, (spent.get(variant) ?? 0) + (await ask(child, measured / passes)));
    }
    return spent;
  } finally {
    await Promise.all([...processes.values()].map(child => child.stop()));
  }
};
