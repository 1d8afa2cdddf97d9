import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pagesFolder } from './pages/collected.ts';
import { assertReadable } from './readable.ts';

export const root: string = path.join(import.meta.dirname, '..');
export const register: string = path.join(root, 'register.js');

/** The Node.js that runs the fixtures; `TEST_NODE` tests another version than the one that runs the tests. */
export const fixtureNode: string = process.env.TEST_NODE ?? process.execPath;

export interface ChildOptions {
  /** Arguments of node: its options, the script and the script's arguments. */
  readonly args: readonly string[];
  /** Added to a clean environment: no variable of the test's own that the package reads is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly node?: string;
  /** Opens an IPC channel, as `fork` does. */
  readonly ipc?: boolean;
  /** It starts processes of its own: `stop` ends those, too. */
  readonly group?: boolean;
}

export interface Child {
  readonly process: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Waits until what the child has written matches; rejects with everything it wrote when it ends before that. */
  output(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Waits for its end; rejects with everything it wrote when it still runs after `timeoutMs`. */
  exit(timeoutMs?: number): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Ends it by SIGKILL unless it has ended; with `group`, what it started, too. */
  stop(): Promise<void>;
}

/** A Node.js process on 127.0.0.1 with everything that it prints. */
export const startChild = (options: ChildOptions): Child => {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(OTEL_|MONITORING_|NODE_|SENTRY_|SLACK_|LOG_|npm_)/.test(name),
    ),
  );
  const child = spawn(options.node ?? fixtureNode, options.args, {
    cwd: options.cwd ?? root,
    env: { ...env, ...options.env },
    stdio: options.ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    detached: options.group ?? false,
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', data => {
    stdout += data;
    changed();
  });
  child.stderr?.on('data', data => {
    stderr += data;
    changed();
  });
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  const written = (): string => `--- stdout\n${stdout}\n--- stderr\n${stderr}`;

  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    output: (pattern, timeoutMs = 90_000) =>
      new Promise((resolve, reject) => {
        const settle = (finish: () => void): void => {
          clearTimeout(timer);
          listeners.delete(look);
          finish();
        };
        const look = (): void => {
          const match = pattern.exec(stdout) ?? pattern.exec(stderr);
          if (match) settle(() => resolve(match));
        };
        const timer = setTimeout(
          () => settle(() => reject(new Error(`no ${pattern} within ${timeoutMs} ms\n${written()}`))),
          timeoutMs,
        );
        listeners.add(look);
        void exited.then(() =>
          settle(() => reject(new Error(`the process ended before ${pattern}\n${written()}`))),
        );
        look();
      }),
    exit: timeoutMs =>
      new Promise((resolve, reject) => {
        const fail = (): void => reject(new Error(`still runs after ${timeoutMs} ms\n${written()}`));
        const timer = timeoutMs === undefined ? undefined : setTimeout(fail, timeoutMs);
        void exited.then(end => {
          clearTimeout(timer);
          resolve(end);
        });
      }),
    stop: async () => {
      if (options.group) endGroup(child.pid);
      else if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
};

/** Its leader may be gone while others live; nobody is left when there is no such group. */
const endGroup = (leader: number | undefined): void => {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

export interface App extends Child {
  /** Where the application listens, without a slash at the end. */
  readonly url: string;
  /** Where its metrics are. */
  readonly metricsUrl: string;
  /** Scrapes its metrics page in text format; Prometheus' own parser reads every one. */
  scrape(): Promise<string>;
}

/**
 * A fixture application under the preload. It listens on any free port and prints `listening <port>`; its
 * metrics are on any free port, too.
 */
export const startApp = async (script: string, options: Partial<ChildOptions> = {}): Promise<App> => {
  const child = startChild({
    ...options,
    args: options.args ?? ['--import', register, path.join(root, 'test/fixtures', script)],
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...options.env },
  });
  try {
    const [, port] = await child.output(/^listening (\d+)$/m);
    const [, metricsUrl = ''] = await child.output(/metrics at (http:\S+?);/);
    return {
      ...child,
      url: `http://127.0.0.1:${port}`,
      metricsUrl,
      stop: async () => {
        // For the suite `pages`: what Prometheus would have read last, if it can still be read.
        if (pagesFolder() !== undefined) await readOpenMetrics(metricsUrl).catch(() => undefined);
        await child.stop();
      },
      scrape: async () => {
        const response = await fetch(metricsUrl);
        const page = await response.text();
        if (response.ok) assertReadable(page);
        return page;
      },
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
};

const readOpenMetrics = async (metricsUrl: string): Promise<string> => {
  const headers = { accept: 'application/openmetrics-text' };
  return (await fetch(metricsUrl, { headers, signal: AbortSignal.timeout(2_000) })).text();
};
