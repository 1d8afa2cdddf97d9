import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const repository: string = fileURLToPath(new URL('../../', import.meta.url));
const example = new URL('../../examples/ykmake/', import.meta.url);

/** A module of the example, which is plain JavaScript: the caller names the part of it that it uses. */
export const load = <Module>(path: string): Promise<Module> => import(new URL(path, example).href);

/** A program of the example as a child process, all that it writes, and how it ended. */
export interface Program {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stdout: string[];
  readonly stderr: string[];
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Waits for a line, on either stream, and answers the match. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ends it for sure, and all that it started. */
  stop(): Promise<void>;
}

/** The environment of a program: ours without what could change its course, and no files in the repository. */
const clean = (extra: Record<string, string>): NodeJS.ProcessEnv => {
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(DATABASE_URL$|HOST$|PORT$|PG|NODE_|OTEL_|MONITORING_|LOG_|npm_)/.test(name),
  );
  return { ...Object.fromEntries(ours), LOG_DIR: 'none', ...extra };
};

export const startProgram = (
  args: string[],
  env: Record<string, string>,
  cwd: string = repository,
): Program => {
  const child = spawn(process.execPath, args, {
    cwd,
    env: clean(env),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) throw new Error('the program did not start');
  const lines: Record<'stdout' | 'stderr', string[]> = { stdout: [], stderr: [] };
  createInterface(stdout).on('line', line => lines.stdout.push(line));
  createInterface(stderr).on('line', line => lines.stderr.push(line));
  // Not the event 'close': it does not come after child.disconnect().
  const ended = Promise.all([once(child, 'exit'), once(stdout, 'close'), once(stderr, 'close')]).then(
    ([[code, signal]]) => signal ?? code,
  );

  return {
    child,
    pid,
    ...lines,
    ended,
    async said(pattern) {
      for (;;) {
        const match = [...lines.stdout, ...lines.stderr].map(line => pattern.exec(line)).find(Boolean);
        if (match) return match;
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(
            `it ended without saying ${pattern}:\n${[...lines.stdout, ...lines.stderr].join('\n')}`,
          );
        }
        await pause(20);
      }
    },
    async stop() {
      const family = [pid, ...descendants(pid)];
      child.kill('SIGTERM');
      await Promise.race([ended, pause(10_000, undefined, { ref: false })]);
      for (const member of family.filter(isAlive)) process.kill(member, 'SIGKILL');
    },
  };
};

/** The application on any free port; answers where it listens. */
export const startApplication = async (
  env: Record<string, string> = {},
): Promise<Program & { url: string }> => {
  const program = startProgram(['app.js'], { PORT: '0', ...env });
  const [, url = ''] = await program.said(/listens on (http:\S+)/);
  return { ...program, url };
};

/** The processes that this one started, and those that they started. */
export const descendants = (pid: number): number[] => {
  const pairs = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
};

/** A process that has ended but was not reaped yet counts as gone. */
export const isAlive = (pid: number): boolean => {
  try {
    return !/^Z/.test(execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim());
  } catch {
    return false;
  }
};

/** Waits until none of them is left, and answers those that are after ten seconds. */
export const leftOver = async (pids: readonly number[]): Promise<number[]> => {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const left = pids.filter(isAlive);
    if (left.length === 0 || Date.now() > deadline) return left;
    await pause(50);
  }
};
