import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../', import.meta.url);

/** How long a child may take to end before it is killed, in milliseconds. */
const PATIENCE = 8000;

/** Whether `./register.js` can be loaded. */
export function isBuilt() {
  return existsSync(new URL('dist/register.js', ROOT));
}

/**
 * Starts Node in the repository's folder. The child has a process group of its own, so that Ctrl-C reaches
 * only this program, which then ends its children in order, and a channel, so that it ends when this does.
 *
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} onLine receives each line that it writes
 */
export function startNode(args, env, onLine) {
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(ROOT),
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', onLine);

  // Its output is closed only when all that it started has ended too: the application's embedded database.
  const ended = once(child, 'close').then(([code, signal]) => signal ?? `exit code ${code}`);

  return {
    /** Why it ended: its signal or exit code. */
    ended,
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
    },
  };
}
