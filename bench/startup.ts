import path from 'node:path';
import { startChild } from '../test/child.ts';
import { startSink } from './load.ts';
import { type Goal, type Report, spreadText, type Table } from './report.ts';
import { bench } from './server.ts';
import { differencesOf, rotated, type Spread, spreadOf } from './statistics.ts';
import {
  bare,
  freePort,
  officialDefaults,
  officialMetrics,
  ours,
  oursReporting,
  oursTraced,
  oursTracedAndLogged,
  oursTracedHttpOnly,
  promClient,
  type Variant,
} from './variants.ts';

interface Start {
  /** Milliseconds of user and system CPU of the process. */
  readonly cpu: number;
  /** Milliseconds since the process was asked for. */
  readonly wall: number;
}

type Run = (variant: Variant) => Promise<Start>;

/** What a preload adds to the start of an empty script and of an Express application. */
export const startup = async (rounds = 21): Promise<Report> => {
  const sink = await startSink();
  try {
    const traced = oursTraced(sink.url);
    const official = officialDefaults(sink.url);
    const logged = oursTracedAndLogged(sink.url);
    const httpOnly = oursTracedHttpOnly(sink.url);
    const others = [officialMetrics(await freePort()), official];
    const variants = [bare, promClient, ours, oursReporting, traced, httpOnly, logged, ...others];
    const empty = await runAll(variants, rounds, runEmpty);
    const express = await runAll(variants, rounds, runExpress);
    return reportOf({ rounds, empty, express, traced, httpOnly });
  } finally {
    await sink.stop();
  }
};

const runAll = async (
  variants: readonly Variant[],
  rounds: number,
  run: Run,
): Promise<ReadonlyMap<Variant, readonly Start[]>> => {
  const results = new Map<Variant, Start[]>(variants.map(variant => [variant, []]));
  // The first round only warms the file cache.
  for (let round = -1; round < rounds; round++) {
    for (const variant of rotated(variants, Math.max(0, round))) {
      const start = await run(variant);
      if (round >= 0) results.get(variant)?.push(start);
    }
  }
  return results;
};

const cpuAtExit = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeSync(1, 'cpu ' + (user + system) + '\\n');
});`;

const runEmpty: Run = async ({ args, env }) => {
  const script = env.BENCH_DESIGN === undefined ? '0' : "require('prom-client').collectDefaultMetrics()";
  const startedAt = performance.now();
  const child = startChild({ args: [...args, '-e', `${cpuAtExit}${script}`], env, cwd: bench });
  await child.exit();
  const wall = performance.now() - startedAt;
  const [, cpu] = await child.output(/^cpu (\d+)$/m);
  return { cpu: Number(cpu) / 1000, wall };
};

const runExpress: Run = async ({ args, env }) => {
  const startedAt = performance.now();
  const child = startChild({ args: [...args, path.join(bench, 'apps/express.js')], env, cwd: bench });
  try {
    const [, cpu] = await child.output(/^listening \d+ after (\d+)$/m);
    return { cpu: Number(cpu) / 1000, wall: performance.now() - startedAt };
  } finally {
    await child.stop();
  }
};

type Results = ReadonlyMap<Variant, readonly Start[]>;

const valuesOf = (results: Results, variant: Variant, figure: keyof Start): readonly number[] =>
  (results.get(variant) ?? []).map(start => start[figure]);

const added = (results: Results, variant: Variant, figure: keyof Start): Spread =>
  differencesOf(valuesOf(results, variant, figure), valuesOf(results, bare, figure));

interface Measured {
  readonly rounds: number;
  readonly empty: Results;
  readonly express: Results;
  readonly traced: Variant;
  readonly httpOnly: Variant;
}

const reportOf = ({ rounds, empty, express, traced, httpOnly }: Measured): Report => ({
  title: 'Start-up',
  method: [
    `Rounds: ${rounds} starts of each variant, in another order each time, without a compile cache.`,
    'Empty script: wall time from spawn to exit, CPU at its exit event. Express: both until it listens.',
    'Every request traced: spans go by OTLP to a receiver in a process of its own; the empty script has none to send.',
    'Measured: user and system CPU of the process, all threads; what is added compares within a round.',
  ],
  tables: [tableOf('An empty script', empty), tableOf('An Express application', express)],
  goals: [
    ...[ours, oursReporting, traced].flatMap(variant => [
      goal('empty script', variant, empty),
      goal('Express application', variant, express),
    ]),
    librariesGoal(empty, traced, httpOnly),
  ],
});

const tableOf = (caption: string, results: Results): Table => ({
  caption,
  head: [
    'variant',
    'ms CPU (median)',
    'ms CPU added (min / median / max)',
    'ms wall (median)',
    'ms wall added',
  ],
  rows: [...results.keys()].map(variant => [
    variant.name,
    spreadOf(valuesOf(results, variant, 'cpu')).median.toFixed(0),
    spreadText(added(results, variant, 'cpu'), 0),
    spreadOf(valuesOf(results, variant, 'wall')).median.toFixed(0),
    spreadText(added(results, variant, 'wall'), 0),
  ]),
});

const goal = (what: string, variant: Variant, results: Results): Goal => {
  const cpu = added(results, variant, 'cpu').median;
  const wall = added(results, variant, 'wall').median;
  return {
    goal: `${what}, ${variant.name}: at most 60 ms added, wall and CPU`,
    measured: `${wall.toFixed(0)} ms wall, ${cpu.toFixed(0)} ms CPU`,
    reached: cpu <= 60 && wall <= 60,
  };
};

/** Nothing of a library's instrumentation is read before the library is loaded. */
const librariesGoal = (empty: Results, traced: Variant, httpOnly: Variant): Goal => {
  const { median } = differencesOf(valuesOf(empty, traced, 'cpu'), valuesOf(empty, httpOnly, 'cpu'));
  return {
    goal: 'empty script: knowing all supported libraries adds at most 5 ms CPU to knowing HTTP alone',
    measured: `${median.toFixed(1)} ms CPU`,
    reached: median <= 5,
  };
};
