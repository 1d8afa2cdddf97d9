import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../preload/ports.ts';
import { type Prometheus, startConfigured } from '../../real-prometheus/prometheus-server.ts';
import {
  type Places,
  prometheusFolder,
  readConfiguration,
  tokenFile,
  withPlaces,
} from '../prometheus/shipped.ts';
import { hastened } from './hasten.ts';

/**
 * A real Prometheus with the configuration and the rules that are shipped, and places instead of discovery.
 *
 * @param places of all jobs but its own
 * @param haste the durations of the rules are divided by it
 */
export const startPrometheus = async (
  program: string,
  places: Places,
  token: string,
  haste: number,
): Promise<Prometheus> => {
  const port = await freePort();
  const itself = { prometheus: [`127.0.0.1:${port}`] };
  const configuration = withPlaces(readConfiguration('prometheus.yml'), {
    ...places,
    targets: { ...places.targets, ...itself },
  });
  const rules = globSync('rules/*.yml', { cwd: prometheusFolder }).map(file => [
    `rules-${path.basename(file)}`,
    hastened(readFileSync(path.join(prometheusFolder, file), 'utf8'), haste),
  ]);
  return startConfigured(
    program,
    { ...configuration, rule_files: ['rules-*.yml'] },
    { [tokenFile]: token, ...Object.fromEntries(rules) },
    port,
  );
};
