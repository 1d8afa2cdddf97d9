import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import path from 'node:path';
import { bench, register } from './server.ts';

/** A way to run the same application. */
export interface Variant {
  readonly name: string;
  /** Options of node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** By which name the sink counts its spans; without one it sends none. */
  readonly sendsAs?: string;
}

export const bare: Variant = { name: 'bare', args: [], env: {} };

export const promClient: Variant = {
  name: 'prom-client design',
  args: [],
  env: { BENCH_DESIGN: 'prom-client' },
};

const preload = ['--import', register];

export const oursMetricsOnly: Variant = {
  name: 'ours, metrics only',
  args: preload,
  env: {
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  },
};

/** With a record of each request in `combined.log`, by a logger that the application uses. */
export const oursLogged = (directory: string): Variant => ({
  name: 'ours, metrics and request log to file',
  args: preload,
  env: {
    ...oursMetricsOnly.env,
    LOG_DIR: directory,
    BENCH_LOGGER: path.join(bench, 'dist/index.js'),
  },
});

export const ours: Variant = {
  name: 'ours, defaults',
  args: preload,
  env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0' },
};

/** Errors go to Sentry and Slack, of which nothing answers: there are none to report. */
export const oursReporting: Variant = {
  name: 'ours, Sentry and Slack set',
  args: preload,
  env: {
    ...ours.env,
    SENTRY_DSN: 'http://key@127.0.0.1:9/1',
    SLACK_TOKEN: 'xoxb-bench',
    SLACK_CHANNEL: '#alerts',
  },
};

/** All spans by OTLP as it is sent by default: protobuf, not compressed. */
const sending = (sinkUrl: string, sendsAs: string) => ({
  env: { OTEL_EXPORTER_OTLP_ENDPOINT: `${sinkUrl}/${sendsAs}` },
  sendsAs,
});

/** A span for each request, and no record of it. */
export const oursTraced = (sinkUrl: string): Variant => {
  const { env, sendsAs } = sending(sinkUrl, 'ours');
  return {
    name: 'ours, every request traced',
    args: preload,
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', OTEL_LOGS_EXPORTER: 'none', ...env },
    sendsAs,
  };
};

/** What knowing all the other libraries costs is compared with this. */
export const oursTracedHttpOnly = (sinkUrl: string): Variant => {
  const traced = oursTraced(sinkUrl);
  const env = { ...traced.env, OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http' };
  return { ...traced, name: 'ours, every request traced, of HTTP alone', env };
};

/** As it is with an endpoint and nothing else set: a span and a log record for each request. */
export const oursTracedAndLogged = (sinkUrl: string): Variant => {
  const { env, sendsAs } = sending(sinkUrl, 'ours-logged');
  return {
    name: 'ours, every request traced, and logged by OTLP',
    args: preload,
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...env },
    sendsAs,
  };
};

export const oursSampled = (sinkUrl: string): Variant => {
  const { env, sendsAs } = sending(sinkUrl, 'ours-sampled');
  return {
    name: 'ours, 10 % traced',
    args: preload,
    env: {
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_LOGS_EXPORTER: 'none',
      ...env,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    },
    sendsAs,
  };
};

const officialPreload = ['--require', '@opentelemetry/auto-instrumentations-node/register'];

/** Nothing but its HTTP metrics, for Prometheus. */
export const officialMetrics = (port: number): Variant => ({
  name: 'official, metrics to Prometheus',
  args: officialPreload,
  env: {
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
    OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
  },
});

/** As its documentation starts it: everything by OTLP. */
export const officialDefaults = (sinkUrl: string): Variant => ({
  name: 'official, traces and metrics by OTLP',
  args: officialPreload,
  ...sending(sinkUrl, 'official'),
});

/** The official SDK with as few instrumentations as the application needs, for traces alone. */
const officialTraces = (preloadFile: string, what: string, sinkUrl: string): Variant => {
  const sends = sending(sinkUrl, preloadFile);
  return {
    name: `official, ${what}, traces by OTLP`,
    args: ['--require', path.join(bench, `preloads/${preloadFile}.js`)],
    ...sends,
    env: { ...sends.env, OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
  };
};

export const officialHttpExpress = (sinkUrl: string): Variant =>
  officialTraces('official-http-express', 'http and express only', sinkUrl);

export const officialHttpExpressPg = (sinkUrl: string): Variant =>
  officialTraces('official-http-express-pg', 'http, express and pg only', sinkUrl);

const officialPgPreload = ['--require', path.join(bench, 'preloads/official-pg.js')];

/** The official SDK with the instrumentation of pg alone, of which only the metrics are wanted. */
export const officialPgMetrics: Variant = {
  name: 'official, pg only, metrics only',
  args: officialPgPreload,
  env: {},
};

/** And its spans, too. */
export const officialPgTraced = (sinkUrl: string): Variant => ({
  name: 'official, pg only, every query traced',
  args: officialPgPreload,
  ...sending(sinkUrl, 'official-pg'),
});

/** A port that nobody listens on: the official exporter cannot be told to take any. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
