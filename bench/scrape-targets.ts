import { createRequire } from 'node:module';
import path from 'node:path';
import type { Request } from './load/traffic.ts';
import type { Generator } from './load.ts';
import { bench, type Server, startServer } from './server.ts';
import { freePort, ours } from './variants.ts';

/** A process whose page has about as many series lines as were asked for. */
export interface Target {
  readonly name: string;
  readonly server: Server;
  readonly url: string;
}

type StartTarget = (lines: number, generator: Generator) => Promise<Target>;

interface Labels {
  readonly method: string;
  readonly path: string;
  readonly status: string;
}

const { requestLabels } = createRequire(import.meta.url)('./apps/label-sets.js') as {
  requestLabels(count: number): readonly Labels[];
};

/** One label set is a counter, eleven buckets, +Inf, a sum and a count. */
const linesPerLabelSet = 15;
const labelSetsPerRoute = 35;
const labelSetsFor = (lines: number): number => Math.ceil(lines / linesPerLabelSet);

/** Real requests to an application with many routes, shown by our own endpoint. */
export const oursContract: StartTarget = async (lines, generator) => {
  const count = labelSetsFor(lines);
  const server = await startServer({
    args: ours.args,
    env: {
      ...ours.env,
      MONITORING_MAX_SERIES: '1000000',
      BENCH_ROUTES: String(Math.ceil(count / labelSetsPerRoute)),
    },
    app: 'routes.js',
  });
  const requests: Request[] = requestLabels(count).map(({ method, path, status }) => ({
    method,
    path: path.replace(':id', status),
  }));
  await generator.send({ port: server.port, requests, count: 3 * count, connections: 16 });
  return { name: 'ours', server, url: await oursUrl(server) };
};

const oursUrl = async (server: Server): Promise<string> =>
  (await server.output(/metrics at (http:\S+?);/))[1] ?? '';

/** The same label sets in the SDK, shown by its own exporter. */
export const stockContract: StartTarget = lines =>
  stock('stock exporter', { BENCH_SHAPE: 'requests', BENCH_LABEL_SETS: String(labelSetsFor(lines)) });

export const promClientContract: StartTarget = async lines => {
  const env = { BENCH_LABEL_SETS: String(labelSetsFor(lines)) };
  const server = await startServer({ args: [], env, app: 'prom-client-series.js' });
  return { name: 'prom-client', server, url: `http://127.0.0.1:${server.port}/metrics` };
};

/** Fifty counters that the application makes through the OpenTelemetry API, shown by our endpoint. */
export const oursCounters: StartTarget = async lines => {
  const env = { ...ours.env, BENCH_SHAPE: 'counters', BENCH_LABEL_SETS: String(lines) };
  const server = await startServer({ args: ours.args, env, app: 'sdk-series.js' });
  return { name: 'ours, application’s counters', server, url: await oursUrl(server) };
};

export const stockCounters: StartTarget = lines =>
  stock('stock exporter, application’s counters', {
    BENCH_SHAPE: 'counters',
    BENCH_LABEL_SETS: String(lines),
  });

const stock = async (name: string, env: Readonly<Record<string, string>>): Promise<Target> => {
  const port = await freePort();
  const server = await startServer({
    args: ['--require', path.join(bench, 'apps/stock-exporter.js')],
    env: { ...env, OTEL_EXPORTER_PROMETHEUS_PORT: String(port) },
    app: 'sdk-series.js',
  });
  return { name, server, url: `http://127.0.0.1:${port}/metrics` };
};
