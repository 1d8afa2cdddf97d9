import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DatabaseServer, end, findProgram, freePort, saidReady } from './postgres-server.ts';

const start = async (
  program: string | undefined,
  missing: string,
  argumentsFor: (port: number, directory: string) => readonly string[],
  ready: string,
): Promise<(Omit<DatabaseServer, 'url'> & { readonly port: number }) | undefined> => {
  if (program === undefined) {
    if (process.env.CI === 'true') throw new Error(missing);
    console.error(missing);
    return undefined;
  }
  const directory = mkdtempSync(path.join(tmpdir(), 'monitoring-server-'));
  const port = await freePort();
  const child = spawn(program, argumentsFor(port, directory), {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await saidReady(child, ready);
  // A test that dies leaves no server behind.
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  return {
    port,
    crash: () => end(child, 'SIGKILL'),
    stop: async () => {
      process.off('exit', onExit);
      await end(child, 'SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

/** Redis or Valkey of this machine, on a free port; without one, or where it is an error, as `startPostgres`. */
export const startRedis = async (...more: readonly string[]): Promise<DatabaseServer | undefined> => {
  const server = await start(
    findProgram('valkey-server', 'redis-server'),
    'Redis (redis-server, valkey-server) was not found: its tests are SKIPPED. Install it (Debian, Ubuntu: apt-get install redis-server) or put it on PATH.',
    (port, directory) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '', ...more],
    ],
    'eady to accept connections',
  );
  return server && { ...server, url: `redis://127.0.0.1:${server.port}` };
};

/** memcached of this machine, likewise. */
export const startMemcached = async (): Promise<DatabaseServer | undefined> => {
  const server = await start(
    findProgram('memcached'),
    'memcached was not found: its tests are SKIPPED. Install it (Debian, Ubuntu: apt-get install memcached) or put it on PATH.',
    port => ['-l', '127.0.0.1', '-p', String(port), '-U', '0', '-u', 'nobody', '-vv'],
    'server listening',
  );
  return server && { ...server, url: `127.0.0.1:${server.port}` };
};
