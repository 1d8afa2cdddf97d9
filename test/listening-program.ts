import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';

export interface ListeningProgram {
  readonly url: string;
  /** All that it has written. */
  log(): string;
  /** Ends it at once, and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Prometheus or Alertmanager: both say in the same words where they listen, and at the same path that they are ready.
 * It ends with this process, if not before.
 *
 * @param folder where it runs, of its own
 */
export const startListening = async (
  program: string,
  args: readonly string[],
  folder: string,
): Promise<ListeningProgram> => {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
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
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', data => {
        log += data;
        const [, address] = /"Listening on".* address=(\S+)/.exec(log) ?? [];
        if (address !== undefined) resolve(`http://${address}`);
      });
      void exited.then(() => reject(new Error(`${program} ended:\n${log}`)));
    });
    // It listens before it is ready, and answers 503 meanwhile.
    while ((await fetch(`${url}/-/ready`)).status !== 200)
      await new Promise(resolve => setTimeout(resolve, 50));
    return { url, log: () => log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
