import { startPostgres } from '../test/database/postgres-server.ts';
import { startGenerator, startSink } from './load.ts';
import { preparePostgres } from './postgres.ts';
import { type Report, spreadText } from './report.ts';
import { cpuPerRequest, type Load, type Results, timesOf } from './rounds.ts';
import { spreadOf } from './statistics.ts';
import { bare, officialHttpExpressPg, oursMetricsOnly, oursTraced, type Variant } from './variants.ts';

const load: Load = {
  app: 'database.js',
  requests: [{ method: 'GET', path: '/api/users/42' }],
  connections: 16,
  warmUp: 40_000,
  measured: 40_000,
  passes: 8,
};

/** CPU of the server per request to a route that asks a real PostgreSQL for one row. */
export const database = async (rounds = 7): Promise<Report> => {
  const postgres = await startPostgres();
  if (postgres === undefined) throw new Error('this benchmark needs PostgreSQL');
  const generator = startGenerator();
  const sink = await startSink();
  try {
    const version = await preparePostgres(postgres.url);
    const traced = oursTraced(sink.url);
    const known: Variant = { ...bare, name: 'bare, and 20 µs of computing', env: { BENCH_WORK: '20' } };
    const results = await cpuPerRequest({
      variants: [bare, known, oursMetricsOnly, traced, officialHttpExpressPg(sink.url)],
      load: { ...load, env: { BENCH_DATABASE: postgres.url } },
      rounds,
      generator,
      sink,
    });
    const times = timesOf(results, traced, bare).median;
    return {
      title: 'Database',
      method: [
        `Load: ${load.connections} kept-alive connections of a process of its own, GET; each request runs one SELECT with a parameter through a pg 8.23 pool (10 connections) of an Express application. PostgreSQL ${version}, the load, which never sleeps, and the receiver of spans share the other CPU.`,
        `Rounds: ${rounds}, each with a fresh server per variant; ${load.warmUp} requests to warm up, ${load.measured} measured, which are sent to the servers in turn, ${load.measured / load.passes} at a time. Measured: user and system CPU of the server's process, all threads, per request; × bare compares within a round.`,
        'The control computes for 20 µs in each request: how far its row is from 20 above bare is how far the others may be. The system calls of a slower server cost more or less than those of a faster one, as they wake other processes.',
        'Spans: how many the receiver has got for each request. Missing are those that a queue dropped and those that a server still held when it was ended.',
      ],
      tables: [
        {
          caption: 'Express 5.3, one route with one query',
          head: [
            'variant',
            'µs CPU per request (median)',
            'spans per request',
            '× bare (min / median / max)',
          ],
          rows: results.variants.map(variant => row(results, variant)),
        },
      ],
      goals: [
        {
          goal: 'a request with one query, traced, at most 1.4 × bare',
          measured: `${times.toFixed(2)} × bare`,
          reached: times <= 1.4,
        },
      ],
    };
  } finally {
    await Promise.all([generator.stop(), sink.stop()]);
    await postgres.stop();
  }
};

const row = (results: Results, variant: Results['variants'][number]): readonly string[] => [
  variant.name,
  spreadOf(results.cpu.get(variant) ?? []).median.toFixed(1),
  results.spans.get(variant)?.toFixed(2) ?? '',
  spreadText(timesOf(results, variant, bare), 2),
];
