import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** A program that answers HTTP on 127.0.0.1. */
export interface ServerOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Answers 200 once it is ready. */
  readonly readyUrl: string;
}

export interface Server {
  /** Everything that it has written. */
  readonly log: () => string;
  /** Ends it: in order by SIGTERM, or at once by SIGKILL. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Longest time that one may take to be ready, in milliseconds: far more than any needs on a busy machine. */
const patience = 60_000;

/** Starts it, and answers when it is ready; rejects with its log when it ends before. It ends when this process does. */
export const startServer = async ({ program, args, cwd, env, readyUrl }: ServerOptions): Promise<Server> => {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (log += data));
  const ended = Promise.race([once(child, 'close'), once(child, 'error')]);
  const stop: Server['stop'] = async (signal = 'SIGTERM') => {
    child.kill(signal);
    const impatience = setTimeout(kill, 10_000);
    await ended;
    clearTimeout(impatience);
    process.off('exit', kill);
  };

  const deadline = Date.now() + patience;
  while (!(await isReady(readyUrl))) {
    if (hasEnded(child)) throw new Error(`${program} ${args.join(' ')} ended:\n${log}`);
    if (Date.now() > deadline) {
      await stop('SIGKILL');
      throw new Error(`${program} does not answer ${readyUrl} within ${patience} ms:\n${log}`);
    }
    await pause(50);
  }
  return { log: () => log, stop };
};

const hasEnded = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null || pid === undefined;

const isReady = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
};
