import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { apiRequests, startGenerator, startSink } from './load.ts';
import { findPeers } from './peers.ts';
import { type Goal, type Report, spreadText, type Table } from './report.ts';
import { cpuPerRequest, type Load, type Results, timesOf } from './rounds.ts';
import { spreadOf } from './statistics.ts';
import {
  bare,
  freePort,
  officialDefaults,
  officialHttpExpress,
  officialMetrics,
  oursLogged,
  oursMetricsOnly,
  oursReporting,
  oursSampled,
  oursTraced,
  oursTracedAndLogged,
  promClient,
  type Variant,
} from './variants.ts';

const express: Load = {
  app: 'express.js',
  requests: apiRequests,
  connections: 16,
  warmUp: 40_000,
  measured: 40_000,
  passes: 8,
};
/** What only one request in ten does is compiled when many have been served. */
const longWarmUp = 120_000;
const http: Load = { ...express, app: 'http.js' };

/** CPU of the server per request, for an Express application and for one on node:http alone. */
export const requests = async (rounds = 7): Promise<Report> => {
  const generator = startGenerator();
  const sink = await startSink();
  const logs = mkdtempSync(path.join(tmpdir(), 'monitoring-bench-'));
  try {
    const peers = await findPeers(sink.url);
    const traced = oursTraced(sink.url);
    const sampled = oursSampled(sink.url);
    const small = officialHttpExpress(sink.url);
    const measure = (load: Load, times: number, variants: readonly Variant[]): Promise<Results> =>
      cpuPerRequest({ variants, load, rounds: times, generator, sink });

    const onExpress = await measure({ ...express, warmUp: longWarmUp }, rounds, [
      bare,
      promClient,
      oursMetricsOnly,
      oursLogged(logs),
      oursReporting,
      sampled,
      traced,
      oursTracedAndLogged(sink.url),
    ]);
    // A round of these takes four times as long.
    const othersRounds = Math.ceil((rounds * 4) / 7);
    const ofOthers = await measure(express, othersRounds, [
      bare,
      traced,
      officialMetrics(await freePort()),
      small,
      officialDefaults(sink.url),
      ...peers.usable,
    ]);
    const onHttp = await measure(http, rounds, [bare, promClient, oursMetricsOnly, traced, small]);

    return {
      title: 'Requests',
      method: [
        `Load: ${express.connections} kept-alive connections of a process of its own on another CPU, GET and POST of JSON in turn. While there is load that process never sleeps: to wake it would cost the server microseconds per request, and how often it sleeps depends on how fast the server is.`,
        `${express.warmUp} requests to warm up, because after 30000 V8 still recompiles what tracing adds, and in the first table ${longWarmUp}, because of one request in ten it recompiles that much later; then ${express.measured} measured.`,
        `Rounds: ${rounds}, of the tracers of others ${othersRounds} (they are slow), each with a fresh server per variant, which are given the load in turn, ${express.measured / express.passes} requests at a time. Measured: user and system CPU of the server's process, all threads, per request; × bare compares within a round.`,
        'Spans: how many a receiver on the other CPU has got for each request. Missing are those that a queue dropped and those that a server still held when it was ended.',
        'With Sentry and Slack set nothing is traced, but requests have contexts, so that an error knows its own. The traced rows make no log records, but for the one that says so. dd-trace: telemetry, remote configuration, runtime metrics, profiling and crash tracking are off. The official SDK with http and express only: traces, no metrics.',
      ],
      tables: [
        tableOf('Express 5.3: body parser, four middlewares, two mounted routers', onExpress, promClient),
        withRows(tableOf('The same application, traced by others', ofOthers, traced), peers.rows),
        tableOf('node:http alone', onHttp, promClient),
      ],
      goals: goals(onExpress, sampled, traced),
    };
  } finally {
    await Promise.all([generator.stop(), sink.stop()]);
    rmSync(logs, { recursive: true, force: true });
  }
};

const tableOf = (caption: string, results: Results, second: Variant): Table => ({
  caption,
  head: [
    'variant',
    'µs CPU per request (median)',
    'spans per request',
    '× bare (min / median / max)',
    `× ${second.name} (min / median / max)`,
  ],
  rows: results.variants.map(variant => [
    variant.name,
    spreadOf(results.cpu.get(variant) ?? []).median.toFixed(1),
    results.spans.get(variant)?.toFixed(2) ?? '',
    spreadText(timesOf(results, variant, bare), 2),
    spreadText(timesOf(results, variant, second), 2),
  ]),
});

const withRows = (table: Table, rows: Table['rows']): Table => ({ ...table, rows: [...table.rows, ...rows] });

const goals = (results: Results, sampled: Variant, traced: Variant): readonly Goal[] => {
  const toSampled = timesOf(results, sampled, bare).median;
  const toTraced = timesOf(results, traced, bare).median;
  const toBare = timesOf(results, oursMetricsOnly, bare).median;
  const toPromClient = timesOf(results, oursMetricsOnly, promClient).median;
  return [
    {
      goal: 'Express, metrics only, at most 1.15 × bare',
      measured: `${toBare.toFixed(2)} × bare`,
      reached: toBare <= 1.15,
    },
    {
      goal: 'Express, metrics only, never above the prom-client design',
      measured: `${toPromClient.toFixed(2)} × prom-client design`,
      reached: toPromClient <= 1,
    },
    {
      goal: 'Express, 10 % of requests traced, at most 1.4 × bare',
      measured: `${toSampled.toFixed(2)} × bare`,
      reached: toSampled <= 1.4,
    },
    {
      goal: 'Express, every request traced, at most 1.6 × bare',
      measured: `${toTraced.toFixed(2)} × bare`,
      reached: toTraced <= 1.6,
    },
  ];
};
