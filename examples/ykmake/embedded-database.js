import { fork } from 'node:child_process';
import { once } from 'node:events';
import { StartError } from './start-error.js';

/**
 * Starts the embedded database and answers where it listens. `close` ends it; it also ends by itself when
 * this process does, however that happens.
 *
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startEmbeddedDatabase() {
  const { NODE_OPTIONS: _, ...env } = process.env; // What is preloaded here is not meant for the database.
  const child = fork(new URL('./database-process.js', import.meta.url), {
    env,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');

  const [ready] = await Promise.race([once(child, 'message'), exited.then(() => [])]);
  if (!ready) {
    throw new StartError(
      `YkMake cannot start its embedded database: the process ended with ${child.signalCode ?? `code ${child.exitCode}`}. ` +
        'Run npm install, or set DATABASE_URL to a PostgreSQL server.',
    );
  }

  const complain = () => {
    console.error('YkMake ends: its embedded database went away.');
    process.exit(1);
  };
  child.once('exit', complain);

  return {
    url: ready.url,
    async close() {
      child.off('exit', complain);
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
