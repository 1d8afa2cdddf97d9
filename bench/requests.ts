import { keepOnCpu, serverCpu } from './cpu-affinity.ts';
import { apiRequests, type Generator, startGenerator, startSink } from './load.ts';
import { type Goal, type Report, spreadText, type Table } from './report.ts';
import { type Server, startServer } from './server.ts';
import { ratiosOf, rotated, type Spread, spreadOf } from './statistics.ts';
import {
  bare,
  freePort,
  officialDefaults,
  officialMetrics,
  ours,
  oursMetricsOnly,
  oursSampled,
  oursTraced,
  promClient,
  type Variant,
} from './variants.ts';

const warmUp = 10_000;
const measured = 20_000;
/** In how many parts the measured requests are sent. */
const passes = 8;
const connections = 16;

/** CPU of the server per request, for an Express application and for one on node:http alone. */
export const requests = async (rounds = 11): Promise<Report> => {
  const generator = startGenerator();
  const sink = await startSink();
  const ourSink = await startSink();
  try {
    const official = officialDefaults(sink.url);
    const traced = oursTraced(ourSink.url);
    const sampled = oursSampled(ourSink.url);
    const variants = [
      bare,
      promClient,
      oursMetricsOnly,
      ours,
      sampled,
      traced,
      officialMetrics(await freePort()),
      official,
    ];
    const spent = async (app: string): Promise<Map<Variant, number[]>> => {
      const results = new Map<Variant, number[]>(variants.map(variant => [variant, []]));
      for (let round = 0; round < rounds; round++) {
        for (const [variant, cpu] of await runRound(rotated(variants, round), app, generator)) {
          results.get(variant)?.push(cpu / measured);
        }
      }
      return results;
    };
    const express = await spent('express.js');
    const spans = (await sink.spans()) / (rounds * (warmUp + measured));
    const ourSpans = (await ourSink.spans()) / (rounds * (warmUp + measured));
    const http = await spent('http.js');
    return {
      title: 'Requests',
      method: [
        `Load: ${connections} kept-alive connections of a process of its own on another CPU, GET and POST of JSON in turn; ${warmUp} requests to warm up, ${measured} measured.`,
        `Rounds: ${rounds}, each with a fresh server per variant, which are given the load in turn, ${passes} times. Measured: user and system CPU of the server's process, all threads, per request.`,
        `The official preload by OTLP sends to a process of its own, which received ${spans.toFixed(2)} spans per request to Express; its queue drops what it cannot send in time.`,
        `Ours, every request and 10 % traced, send to another one, which received ${ourSpans.toFixed(2)} spans for a request to each.`,
      ],
      tables: [
        tableOf('Express 5.3: body parser, four middlewares, two mounted routers', variants, express),
        tableOf('node:http alone', variants, http),
      ],
      goals: goals(express, sampled, traced),
    };
  } finally {
    await Promise.all([generator.stop(), sink.stop(), ourSink.stop()]);
  }
};

/** One fresh server per variant; the load goes to them in turn, so that a busy second of the machine hits all. */
const runRound = async (
  variants: readonly Variant[],
  app: string,
  generator: Generator,
): Promise<ReadonlyMap<Variant, number>> => {
  const servers = new Map<Variant, Server>();
  const spent = new Map<Variant, number>();
  const load = (server: Server, count: number): Promise<void> =>
    generator.send({ port: server.port, requests: apiRequests, connections, count });
  try {
    for (const variant of variants) {
      const server = await startServer({ ...variant, app });
      keepOnCpu(server, serverCpu);
      servers.set(variant, server);
      await load(server, warmUp);
    }
    for (let pass = 0; pass < passes; pass++) {
      for (const [variant, server] of servers) {
        const before = await server.cpu();
        await load(server, measured / passes);
        spent.set(variant, (spent.get(variant) ?? 0) + (await server.cpu()) - before);
      }
    }
    return spent;
  } finally {
    await Promise.all([...servers.values()].map(server => server.stop()));
  }
};

type Results = ReadonlyMap<Variant, readonly number[]>;

const timesOf = (results: Results, variant: Variant, base: Variant): Spread =>
  ratiosOf(results.get(variant) ?? [], results.get(base) ?? []);

const tableOf = (caption: string, variants: readonly Variant[], results: Results): Table => ({
  caption,
  head: [
    'variant',
    'µs CPU per request (median)',
    '× bare (min / median / max)',
    '× prom-client design (min / median / max)',
  ],
  rows: variants.map(variant => [
    variant.name,
    spreadOf(results.get(variant) ?? []).median.toFixed(1),
    spreadText(timesOf(results, variant, bare), 2),
    spreadText(timesOf(results, variant, promClient), 2),
  ]),
});

const goals = (express: Results, sampled: Variant, traced: Variant): readonly Goal[] => {
  const toSampled = timesOf(express, sampled, bare).median;
  const toTraced = timesOf(express, traced, bare).median;
  const toBare = timesOf(express, oursMetricsOnly, bare).median;
  const toPromClient = timesOf(express, oursMetricsOnly, promClient).median;
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
