import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../../child.ts';
import { freePorts } from '../../preload/ports.ts';
import { type Server, startServer } from './server.ts';

/** The Collector, on ports that it keeps when it is started again. */
export interface Collector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** Of its own metrics, and of those that were pushed to it. */
  readonly address: string;
  readonly pushedAddress: string;
  readonly log: () => string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * As profile `full` runs it.
 *
 * @param backend takes what it sends to Tempo and Loki
 * @param env what else its configuration reads
 */
export const startCollector = async (
  program: string,
  folder: string,
  backend: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Collector> => {
  const [grpc, http, health, metrics, pushed] = await freePorts(5);
  await mkdir(folder, { recursive: true });
  const configs = ['config.yaml', 'full.yaml'].map(
    name => `--config=${path.join(root, 'otel-collector', name)}`,
  );
  const run = (): Promise<Server> =>
    startServer({
      program,
      args: configs,
      cwd: folder,
      env: {
        OTELCOL_HOST: '127.0.0.1',
        OTELCOL_GRPC_PORT: String(grpc),
        OTELCOL_HTTP_PORT: String(http),
        OTELCOL_HEALTH_PORT: String(health),
        OTELCOL_METRICS_PORT: String(metrics),
        OTELCOL_PUSHED_PORT: String(pushed),
        OTELCOL_STORAGE: path.join(folder, 'storage'),
        OTELCOL_TEMPO: backend,
        OTELCOL_LOKI: `${backend}/otlp`,
        ...env,
      },
      readyUrl: `http://127.0.0.1:${health}/`,
    });
  let server = await run();
  return {
    url: `http://127.0.0.1:${http}`,
    address: `127.0.0.1:${metrics}`,
    pushedAddress: `127.0.0.1:${pushed}`,
    log: () => server.log(),
    start: async () => {
      server = await run();
    },
    stop: () => server.stop(),
  };
};
