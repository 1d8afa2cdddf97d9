import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '../../child.ts';
import { freePorts } from '../../preload/ports.ts';
import { loki, type StackProgram, tempo } from '../programs.ts';

/** A real Tempo or Loki with the shipped configuration. */
export interface Store {
  readonly url: string;
  /** Where Tempo takes OTLP over HTTP; Loki does at its `url`. */
  readonly otlp: string;
  log(): string;
  /** What it answers to a GET. */
  get(path: string, headers?: Record<string, string>): Promise<string>;
  /** Ends it as Docker does, and answers its exit code. */
  stop(): Promise<number | null>;
  /** Ends it without giving it a moment. */
  kill(): Promise<void>;
  /** The same once more, with what it has kept. */
  again(): Promise<Store>;
}

interface StoreProgram {
  readonly program: string;
  /** Below the repository. */
  readonly config: string;
  /** The folder of the container that it may write to. */
  readonly data: string;
  /** Ports of the configuration: HTTP, gRPC, and what else it listens on. */
  readonly ports: readonly [http: number, grpc: number, ...others: number[]];
  readonly flags?: readonly string[];
}

/** A copy of a configuration for this machine: other ports, 127.0.0.1, and a folder of its own. */
const here = (text: string, { data, ports }: StoreProgram, folder: string, free: readonly number[]): string =>
  ports
    .reduce((config, port, index) => config.replace(new RegExp(`\\b${port}\\b`), String(free[index])), text)
    .replaceAll(`${data}/`, `${folder}/`)
    .replaceAll(` ${data}\n`, ` ${folder}\n`)
    .replaceAll('0.0.0.0', '127.0.0.1')
    .replace('server:\n', 'server:\n  http_listen_address: 127.0.0.1\n  grpc_listen_address: 127.0.0.1\n');

const startStore = async (
  test: TestContext,
  store: StoreProgram,
  change: (config: string) => string = config => config,
): Promise<Store> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'store-'));
  const ends: (() => unknown)[] = [];
  // In this order: what still runs writes into the folder while it is being removed.
  test.after(async () => {
    for (const end of ends) await end();
    rmSync(folder, { recursive: true, force: true });
  });
  const data = path.join(folder, 'data');
  mkdirSync(data);
  const free = await freePorts(store.ports.length);
  const config = path.join(folder, 'config.yaml');
  writeFileSync(config, change(here(readFileSync(path.join(root, store.config), 'utf8'), store, data, free)));
  // As in its container: a user without rights, to whom nothing belongs but its folder.
  const user = process.getuid?.() === 0 ? { uid: 10001, gid: 10001 } : {};
  let { program } = store;
  if (user.uid) {
    chmodSync(folder, 0o755);
    chownSync(data, user.uid, user.gid);
    // The program itself may be in a folder of root's.
    program = path.join(folder, path.basename(program));
    copyFileSync(store.program, program);
  }

  const start = async (): Promise<Store> => {
    const child = spawn(program, [`-config.file=${config}`, ...(store.flags ?? [])], {
      cwd: '/',
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', text => {
        log += text;
      });
    const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit');
        child.kill(signal);
        await exit;
      }
      return child.exitCode;
    };
    ends.push(() => stop('SIGKILL'));
    const url = `http://127.0.0.1:${free[0]}`;
    const deadline = performance.now() + 120_000;
    while ((await fetch(`${url}/ready`).catch(() => undefined))?.status !== 200) {
      if (child.exitCode !== null || performance.now() > deadline)
        throw new Error(`${store.config}: it is not ready\n${log}`);
      await pause(200);
    }
    return {
      url,
      otlp: `http://127.0.0.1:${free.at(-1)}`,
      log: () => log,
      get: async (path, headers = {}) => {
        const answer = await fetch(url + path, { headers });
        const text = await answer.text();
        if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}\n${log}`);
        return text;
      },
      stop,
      kill: async () => {
        await stop('SIGKILL');
      },
      again: start,
    };
  };
  return start();
};

/** A real Loki with loki/loki.yaml. */
export const startLoki = (test: TestContext): Promise<Store> =>
  startStore(test, { program: loki.path, config: 'loki/loki.yaml', data: '/loki', ports: [3100, 9096] });

/** A real Tempo with tempo/tempo.yaml, or with a changed one. */
export const startTempo = async (test: TestContext, change?: (config: string) => string): Promise<Store> => {
  const [gossip] = await freePorts(1);
  return startStore(
    test,
    {
      program: tempo.path,
      config: 'tempo/tempo.yaml',
      data: '/var/tempo',
      ports: [3200, 9095, 4317, 4318],
      flags: [`-memberlist.bind-port=${gossip}`],
    },
    change,
  );
};

/** Records of one set of labels, each with what stands beside its line. */
export interface Stream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly [
    time: string,
    line: string,
    more: { readonly structuredMetadata?: Readonly<Record<string, string>> },
  ][];
}

/** What Loki finds in the last hour. */
export const findRecords = async (store: Store, logql: string): Promise<readonly Stream[]> => {
  const answer = await store.get(`/loki/api/v1/query_range?since=1h&query=${encodeURIComponent(logql)}`, {
    'X-Loki-Response-Encoding-Flags': 'categorize-labels',
  });
  return JSON.parse(answer).data.result;
};

/** What the healthcheck of a store's container ends with, asked of this one. */
export const healthOf = (program: StackProgram, { url }: Store): number | null =>
  spawnSync(program.path, ['-health', `-health.url=${url}/ready`]).status;
