import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { root } from '../../child.ts';
import { freePorts } from '../../preload/ports.ts';
import { collector } from '../programs.ts';

/** Configurations of otel-collector/ by name, or the text of another one. */
export type Config = string;

const fileOf = (config: Config, folder: string, index: number): string => {
  if (/^[\w-]+\.yaml$/.test(config)) return path.join(root, 'otel-collector', config);
  const file = path.join(folder, `${index}.yaml`);
  writeFileSync(file, config);
  return file;
};

/** A configuration that is laid over others. */
export const overlay = (config: object): Config => stringify(config);

const programArguments = (configs: readonly Config[], folder: string): readonly string[] =>
  configs.map((config, index) => `--config=${fileOf(config, folder, index)}`);

/** What the Collector itself says of configurations that are laid over each other: nothing where they are right. */
export const complaintsOf = (...configs: readonly Config[]): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'collector-'));
  try {
    const args = ['validate', ...programArguments(configs, folder)];
    const { status, stderr, stdout } = spawnSync(collector.path, args, { encoding: 'utf8' });
    return status === 0 ? '' : `${stdout}${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

export interface Collector {
  readonly pid: number;
  readonly grpcPort: number;
  readonly httpPort: number;
  /** Where OTLP over HTTP is taken. */
  readonly url: string;
  /** All that it has written. */
  log(): string;
  /** Where its own metrics are, and those that were pushed to it. */
  readonly ownUrl: string;
  readonly pushedUrl: string;
  /** The page of its own metrics. */
  ownMetrics(): Promise<string>;
  /** The page of metrics that were pushed to it. */
  pushedMetrics(accept?: string): Promise<string>;
  /** Ends it without giving it a moment. */
  kill(): Promise<void>;
  /** Ends it as Docker and Kubernetes do. */
  stop(): Promise<void>;
  /** The same once more: with its ports and its storage. */
  again(): Promise<Collector>;
}

/** A test, or what else tells when it is over. */
interface Owner {
  after(end: () => void | Promise<void>): void;
}

/** A real Collector on free ports of 127.0.0.1, with a storage of its own; it ends with its owner. A launcher becomes it. */
export const startCollector = async (
  owner: Owner,
  configs: readonly Config[],
  env: Readonly<Record<string, string>> = {},
  launcher: readonly string[] = [],
): Promise<Collector> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'collector-'));
  const started: ChildProcess[] = [];
  const killAll = (): void => started.forEach(child => void child.kill('SIGKILL'));
  process.once('exit', killAll);
  owner.after(async () => {
    await Promise.all(started.map(child => ended(child, 'SIGKILL')));
    process.off('exit', killAll);
    rmSync(folder, { recursive: true });
  });
  const [grpcPort = 0, httpPort = 0, health = 0, own = 0, pushed = 0] = await freePorts(5);
  const args = programArguments(configs, folder);
  const environment = {
    PATH: process.env.PATH,
    OTELCOL_HOST: '127.0.0.1',
    OTELCOL_GRPC_PORT: String(grpcPort),
    OTELCOL_HTTP_PORT: String(httpPort),
    OTELCOL_HEALTH_PORT: String(health),
    OTELCOL_METRICS_PORT: String(own),
    OTELCOL_PUSHED_PORT: String(pushed),
    OTELCOL_STORAGE: path.join(folder, 'storage'),
    ...env,
  };
  const [ownUrl, pushedUrl] = [`http://127.0.0.1:${own}/metrics`, `http://127.0.0.1:${pushed}/metrics`];
  const page = async (url: string, accept = 'text/plain'): Promise<string> =>
    (await fetch(url, { headers: { accept } })).text();

  const start = async (): Promise<Collector> => {
    const [program = '', ...rest] = [...launcher, collector.path, ...args];
    const child = spawn(program, rest, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', data => {
        log += data;
      });
    started.push(child);
    const end = (signal: NodeJS.Signals): Promise<void> => ended(child, signal);
    await healthy(child, health, () => log);
    return {
      pid: child.pid ?? 0,
      grpcPort,
      httpPort,
      url: `http://127.0.0.1:${httpPort}`,
      log: () => log,
      ownUrl,
      pushedUrl,
      ownMetrics: () => page(ownUrl),
      pushedMetrics: accept => page(pushedUrl, accept),
      kill: () => end('SIGKILL'),
      stop: () => end('SIGTERM'),
      again: start,
    };
  };
  return start();
};

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

const ended = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (hasEnded(child)) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
};

/** Waits until it takes data. */
const healthy = async (child: ChildProcess, port: number, log: () => string): Promise<void> => {
  const deadline = performance.now() + 60_000;
  for (;;) {
    if (hasEnded(child)) throw new Error(`the Collector ended:\n${log()}`);
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer?.status === 200) return;
    if (performance.now() > deadline) throw new Error(`the Collector is not healthy:\n${log()}`);
    await pause(100);
  }
};

/** Waits until something holds, and fails with what there is otherwise. */
export const eventually = async (
  what: () => boolean | Promise<boolean>,
  found: () => string | Promise<string>,
  timeoutMs = 60_000,
): Promise<void> => {
  const deadline = performance.now() + timeoutMs;
  while (!(await what())) {
    if (performance.now() > deadline)
      throw new Error(`not within ${timeoutMs} ms; there is:\n${await found()}`);
    await pause(100);
  }
};
