import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type DatabaseServer, end, saidReady } from './postgres-server.ts';

const SERVER = fileURLToPath(
  new URL('./scripts/server.js', import.meta.resolve('@electric-sql/pglite-socket')),
);
const LISTENING = 'listening on ';

/**
 * Starts PGlite (PostgreSQL as WebAssembly, in memory) with its socket server, in a process of its own
 * because it takes half a gigabyte. One session at a time does work, the others wait for it: an open
 * transaction blocks them all. By default it refuses a second connection, hence the raised limit.
 */
export const startPglite = async (): Promise<DatabaseServer> => {
  const child = spawn(process.execPath, [SERVER, '--db=memory://', '--port=0', '--max-connections=20'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const onExit = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', onExit);
  const line = await saidReady(child, LISTENING);
  const { port } = JSON.parse(line.slice(line.indexOf(LISTENING) + LISTENING.length));
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    crash: () => end(child, 'SIGKILL'),
    stop: async () => {
      process.off('exit', onExit);
      await end(child, 'SIGTERM');
    },
  };
};
