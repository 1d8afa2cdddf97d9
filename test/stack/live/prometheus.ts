import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { freePort } from '../../preload/ports.ts';
import { askPrometheus, type PrometheusApi } from '../../real-prometheus/prometheus-api.ts';
import { startServer } from './server.ts';
import { repository, type Targets, withTargets } from './shipped.ts';

export interface PrometheusOptions {
  readonly program: string;
  /** What its configuration and data are kept in. */
  readonly folder: string;
  /** Where each job finds what it scrapes, but itself. */
  readonly targets: Targets;
  readonly alertmanager: string | undefined;
  readonly tokenFile: string;
  /** Seconds between two scrapes and two evaluations. */
  readonly interval: number;
  /** The rules; those that are shipped without it. */
  readonly rules?: string;
}

export interface Prometheus extends PrometheusApi {
  /** Warnings and errors of its log. */
  complaints(): readonly string[];
  stop(): Promise<void>;
}

/** A real Prometheus with the configuration that is shipped; only addresses and intervals are others. */
export const startPrometheus = async (options: PrometheusOptions): Promise<Prometheus> => {
  const { program, folder, targets, alertmanager, tokenFile, interval } = options;
  const port = await freePort();
  const shipped = parse(await readFile(path.join(repository, 'prometheus/prometheus.yml'), 'utf8'));
  const rules = options.rules ?? path.join(repository, 'prometheus/rules');
  const config = {
    ...withTargets(shipped, { ...targets, prometheus: [`127.0.0.1:${port}`] }, tokenFile),
    rule_files: [path.join(rules, '*.yml')],
    alerting: {
      alertmanagers: alertmanager === undefined ? [] : [{ static_configs: [{ targets: [alertmanager] }] }],
    },
  };
  const seconds = `${interval}s`;
  Object.assign(config.global, {
    scrape_interval: seconds,
    scrape_timeout: seconds,
    evaluation_interval: seconds,
  });
  await mkdir(folder, { recursive: true });
  // JSON is YAML, too.
  await writeFile(path.join(folder, 'prometheus.yml'), JSON.stringify(config, undefined, 2));

  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    program,
    args: [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ],
    cwd: folder,
    readyUrl: `${url}/-/ready`,
  });
  return {
    ...(await askPrometheus(url)),
    complaints: () =>
      server
        .log()
        .split('\n')
        .filter(line => /level=(warn|error)/i.test(line)),
    stop: () => server.stop(),
  };
};
