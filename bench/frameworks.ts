import { apiRequests, startGenerator, startSink } from './load.ts';
import { type Goal, type Report, spreadText, type Table } from './report.ts';
import { cpuPerRequest, type Results, timesOf } from './rounds.ts';
import { spreadOf } from './statistics.ts';
import { bare, oursMetricsOnly, oursTraced } from './variants.ts';

/** The same API with each of them. */
const frameworks = {
  'Express 5': 'express.js',
  'Fastify 5': 'fastify.js',
  'Koa 3 with @koa/router': 'koa.js',
  'Hono on @hono/node-server': 'hono.mjs',
  'node:http alone': 'http.js',
} as const;

const load = { requests: apiRequests, connections: 16, warmUp: 40_000, measured: 40_000, passes: 8 };
const most = 1.15;

/** CPU of the server per request, for the same API with each framework, bare and under the preload. */
export const frameworkCost = async (rounds = 7): Promise<Report> => {
  const generator = startGenerator();
  const sink = await startSink();
  try {
    const traced = oursTraced(sink.url);
    const variants = [bare, oursMetricsOnly, traced];
    const measured: [string, Results][] = [];
    for (const [name, app] of Object.entries(frameworks)) {
      measured.push([
        name,
        await cpuPerRequest({ variants, load: { ...load, app }, rounds, generator, sink }),
      ]);
    }
    return {
      title: 'Frameworks',
      method: [
        'The same API with each framework: two middlewares that set headers, one that sets a user, a body parser where the framework has none, routers in routers; GET and POST of JSON in turn, over 16 kept-alive connections of a process of its own on another CPU.',
        `Rounds: ${rounds}, each with a fresh server per variant, which are given the load in turn, ${load.measured / load.passes} requests at a time, after ${load.warmUp} to warm up. Measured: user and system CPU of the server's process, all threads, per request; × bare compares within a round.`,
      ],
      tables: [tableOf(measured, traced)],
      goals: measured.map(([name, results]) => goalOf(name, results)),
    };
  } finally {
    await Promise.all([generator.stop(), sink.stop()]);
  }
};

const tableOf = (measured: readonly [string, Results][], traced: typeof bare): Table => ({
  caption: 'CPU per request',
  head: [
    'framework',
    'bare, µs (median)',
    'metrics only, µs',
    '× bare (min / median / max)',
    'every request traced, × bare',
  ],
  rows: measured.map(([name, results]) => [
    name,
    spreadOf(results.cpu.get(bare) ?? []).median.toFixed(1),
    spreadOf(results.cpu.get(oursMetricsOnly) ?? []).median.toFixed(1),
    spreadText(timesOf(results, oursMetricsOnly, bare), 2),
    spreadText(timesOf(results, traced, bare), 2),
  ]),
});

const goalOf = (name: string, results: Results): Goal => {
  const { median } = timesOf(results, oursMetricsOnly, bare);
  return {
    goal: `${name}, metrics only, at most ${most} × bare`,
    measured: `${median.toFixed(2)} × bare`,
    reached: median <= most,
  };
};
