import { spawnSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startListening } from '../listening-program.ts';
import { missing } from '../missing.ts';
import { askPrometheus, type PrometheusApi } from './prometheus-api.ts';

const runs = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

const packaged = process.env.TEST_PROMETHEUS ?? 'prometheus';
/** A 3.x, which can be told to ask for the text format. */
export const newest: string | undefined = process.env.TEST_PROMETHEUS_3;

/** For a test's `skip`: without any Prometheus nothing here can be proved. */
export const skip: string | false = missing(runs(packaged), packaged, 'apt-get install prometheus');

// Debian stable has no 3.x, and a mirror that cannot be reached (.ci/run) is no fault of ours.
if (newest === undefined) {
  console.error('SKIPPED: Prometheus 3.x: set TEST_PROMETHEUS_3 to its program, as .ci/run does');
} else if (!runs(newest)) throw new Error(`TEST_PROMETHEUS_3 does not run: ${newest}`);

/** The Prometheus versions that every test uses. */
export const programs: readonly string[] = newest === undefined ? [packaged] : [packaged, newest];

export interface Prometheus extends PrometheusApi {
  /** Warnings and errors of its log. */
  complaints(): readonly string[];
  stop(): Promise<void>;
}

/** A job that scrapes one page every second; `more` are further keys of Prometheus' `scrape_config`. */
export const scrapeJob = (name: string, metricsUrl: string, more: object = {}): object => {
  const { host, pathname } = new URL(metricsUrl);
  return { job_name: name, metrics_path: pathname, static_configs: [{ targets: [host] }], ...more };
};

/** A real Prometheus that scrapes these jobs every second. */
export const startPrometheus = (
  program: string,
  jobs: readonly object[],
  files: Readonly<Record<string, string>> = {},
): Promise<Prometheus> =>
  startConfigured(
    program,
    { global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: jobs },
    files,
  );

/**
 * A real Prometheus with data of its own in a temporary folder.
 *
 * @param files written beside its configuration, by name: passwords, tokens, rules
 * @param port where it listens; 0 is any free port
 */
export const startConfigured = async (
  program: string,
  configuration: object,
  files: Readonly<Record<string, string>> = {},
  port = 0,
): Promise<Prometheus> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'real-prometheus-'));
  // JSON is YAML, too.
  for (const [name, text] of Object.entries({ 'config.yml': JSON.stringify(configuration), ...files }))
    await writeFile(path.join(folder, name), text);
  const { url, log, stop } = await startListening(
    program,
    [
      '--config.file=config.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ],
    folder,
  );
  return {
    ...(await askPrometheus(url)),
    complaints: () =>
      log()
        .split('\n')
        .filter(line => /level=(warn|error)/i.test(line)),
    stop,
  };
};
