import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { root } from '../../child.ts';
import { freePort } from '../../preload/ports.ts';
import { askPrometheus, type PrometheusApi } from '../../real-prometheus/prometheus-api.ts';
import { hastened } from './hasten.ts';
import { startServer } from './server.ts';
import { type Targets, withTargets } from './shipped.ts';

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
  /** The durations of its rules are divided by it. */
  readonly haste: number;
}

export interface Prometheus extends PrometheusApi {
  /** Warnings and errors of its log. */
  complaints(): readonly string[];
  stop(): Promise<void>;
}

/** A real Prometheus with the configuration that is shipped; only addresses and intervals are others. */
export const startPrometheus = async (options: PrometheusOptions): Promise<Prometheus> => {
  const { program, folder, targets, alertmanager, tokenFile, interval, haste } = options;
  const port = await freePort();
  const shipped = parse(await readFile(path.join(root, 'prometheus/prometheus.yml'), 'utf8'));
  const config = {
    ...withTargets(shipped, { ...targets, prometheus: [`127.0.0.1:${port}`] }, tokenFile),
    rule_files: ['rules/*.yml'],
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
  await mkdir(path.join(folder, 'rules'), { recursive: true });
  const rules = path.join(root, 'prometheus/rules');
  for (const name of await readdir(rules))
    await writeFile(
      path.join(folder, 'rules', name),
      hastened(await readFile(path.join(rules, name), 'utf8'), haste),
    );
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
