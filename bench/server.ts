import path from 'node:path';
import { type Child, startChild } from '../test/child.ts';
import { keepOnCpu, loadCpu } from './cpu-affinity.ts';

export const bench: string = import.meta.dirname;

/** Where the preload that is measured was bundled to: a copy of its own, because dist/ may change meanwhile. */
export const register: string = path.join(bench, 'dist/register.js');

export interface ServerOptions {
  /** Options of node before the script. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A file of bench/apps. */
  readonly app: string;
}

export interface Server extends Child {
  readonly port: number;
  /** Microseconds of CPU, user and system, of all threads so far. */
  cpu(): Promise<number>;
  ask<Answer>(question: string): Promise<Answer>;
}

/** Starts a measured application and waits until it listens. */
export const startServer = async ({ args, env, app }: ServerOptions): Promise<Server> => {
  const child = startChild({
    args: [...args, path.join(bench, 'apps', app)],
    env: { NODE_ENV: 'production', ...env },
    cwd: bench,
    ipc: true,
  });
  try {
    const [, port] = await child.output(/^listening (\d+) after/m);
    const ask = async <Answer>(question: string): Promise<Answer> =>
      ((await exchange(child, question)) as { answer: Answer }).answer;
    return { ...child, port: Number(port), ask, cpu: () => ask<number>('cpu') };
  } catch (error) {
    await child.stop();
    throw error;
  }
};

/** Sends a message and waits for the next one that comes back; rejects when the process ends instead. */
export const exchange = (child: Child, message: object | string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error(`the process ended\n${child.stdout()}${child.stderr()}`));
    child.process.once('exit', onExit);
    child.process.once('message', answer => {
      child.process.off('exit', onExit);
      resolve(answer);
    });
    child.process.send(message);
  });

/** Starts one of the programs of bench/load. */
export const startLoad = (program: string): Child => {
  const child = startChild({ args: [path.join(bench, 'load', program)], ipc: true });
  keepOnCpu(child.process.pid, loadCpu);
  return child;
};
