import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { missing } from '../missing.ts';

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

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** Of an instant vector: seconds since the epoch and the value as text. */
  readonly value: readonly [time: number, value: string];
  /** Of a range vector. */
  readonly values: readonly (readonly [time: number, value: string])[];
}

interface Exemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
    readonly timestamp: number;
  }[];
}

interface Target {
  readonly health: string;
  readonly lastError: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Prometheus {
  readonly version: string;
  readonly url: string;
  /** The data of an answer of its HTTP API: `rules`, `alerts`, `status/config`. */
  get<Data>(address: string, parameters?: Record<string, string>): Promise<Data>;
  /** @param time seconds since the epoch; now without it */
  query(promql: string, time?: number): Promise<readonly Sample[]>;
  queryExemplars(promql: string): Promise<readonly Exemplars[]>;
  targets(): Promise<readonly Target[]>;
  /** Its own metrics page. */
  ownMetrics(): Promise<string>;
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
 * A real Prometheus on any free port, with data of its own in a temporary folder.
 *
 * @param files written beside its configuration, by name: passwords and tokens
 */
export const startConfigured = async (
  program: string,
  configuration: object,
  files: Readonly<Record<string, string>> = {},
): Promise<Prometheus> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'real-prometheus-'));
  // JSON is YAML, too.
  for (const [name, text] of Object.entries({ 'config.yml': JSON.stringify(configuration), ...files }))
    await writeFile(path.join(folder, name), text);
  const child = spawn(
    program,
    [
      '--config.file=config.yml',
      '--storage.tsdb.path=data',
      '--web.listen-address=127.0.0.1:0',
      '--enable-feature=exemplar-storage',
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'close');
  let log = '';

  const stop = async (): Promise<void> => {
    kill();
    await exited;
    process.off('exit', kill);
    await rm(folder, { recursive: true, force: true });
  };

  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', data => {
      log += data;
      const [, address] = /"Listening on".* address=(\S+)/.exec(log) ?? [];
      if (address !== undefined) resolve(`http://${address}`);
    });
    void exited.then(() => reject(new Error(`${program} ended:\n${log}`)));
  }).catch(async error => {
    await stop();
    throw error;
  });
  const get = async <Data>(address: string, parameters: Record<string, string> = {}): Promise<Data> => {
    const response = await fetch(`${url}/api/v1/${address}?${new URLSearchParams(parameters)}`);
    const answer = (await response.json()) as { status: string; data: Data; error?: string };
    if (answer.status !== 'success')
      throw new Error(`${address} ${JSON.stringify(parameters)}: ${answer.error}`);
    return answer.data;
  };
  // It listens before it is ready, and answers 503 meanwhile.
  while ((await fetch(`${url}/-/ready`)).status !== 200)
    await new Promise(resolve => setTimeout(resolve, 50));
  const { version } = await get<{ version: string }>('status/buildinfo');

  return {
    version,
    url,
    get,
    query: async (query, time) => {
      const at = time === undefined ? {} : { time: time.toFixed(3) };
      return (await get<{ result: readonly Sample[] }>('query', { query, ...at })).result;
    },
    queryExemplars: query => {
      const now = Date.now() / 1000;
      return get('query_exemplars', { query, start: String(now - 3600), end: String(now + 60) });
    },
    targets: async () => (await get<{ activeTargets: readonly Target[] }>('targets')).activeTargets,
    ownMetrics: async () => (await fetch(`${url}/metrics`)).text(),
    complaints: () => log.split('\n').filter(line => /level=(warn|error)/i.test(line)),
    stop,
  };
};
