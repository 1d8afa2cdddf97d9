import { execFileSync } from 'node:child_process';
import os from 'node:os';

/** The server that is measured has a CPU of its own; everything else that runs shares the next one. */
export const serverCpu = 0;
export const loadCpu = 1;

/** Keeps a process, and what it starts from then on, on one CPU where the system can (Linux, two CPUs and more): rounds differ much less then. */
export const keepOnCpu = (pid: number | undefined, cpu: number): void => {
  if (os.platform() !== 'linux' || os.availableParallelism() < 2) return;
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(cpu), String(pid)], {
      stdio: 'ignore',
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};
