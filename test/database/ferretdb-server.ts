import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseServer, end, freePort, isExecutable, saidReady } from './postgres-server.ts';

const MISSING =
  'FerretDB was not found: what is tested against a real server of MongoDB\'s protocol is SKIPPED. Build it with eval "$(.ci/programs)", which says where it is in TEST_FERRETDB.';

/**
 * Starts a FerretDB, which speaks MongoDB's protocol and keeps its data in SQLite, on a free port with an empty database.
 * Without one it says so in one loud line and answers `undefined`, so that the test can skip; in CI (`CI=true`)
 * that is an error. It has no transactions and no change streams: for these there is mongo-server.ts.
 */
export const startFerretdb = async (): Promise<DatabaseServer | undefined> => {
  const program = process.env.TEST_FERRETDB;
  if (program === undefined || !isExecutable(program)) {
    if (process.env.CI === 'true') throw new Error(MISSING);
    console.error(MISSING);
    return undefined;
  }
  const directory = mkdtempSync(join(tmpdir(), 'monitoring-ferretdb-'));
  mkdirSync(join(directory, 'data'));
  // Not one of its own choice: as a replica set it tells its clients the port that it was given.
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    program,
    [
      ...['--handler=sqlite', `--sqlite-url=file:${directory}/data/`, `--state-dir=${directory}`],
      ...[`--listen-addr=${address}`, '--debug-addr=-', '--telemetry=disable', '--repl-set-name=rs0'],
    ],
    // It has variables of its own, which win.
    { cwd: directory, env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const clean = (): void => rmSync(directory, { recursive: true, force: true });
  await saidReady(child, 'Listening on TCP').catch((error: unknown) => {
    clean();
    throw error;
  });
  // A test that dies leaves no server behind.
  const onExit = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', onExit);
  return {
    url: `mongodb://${address}/test`,
    crash: () => end(child, 'SIGKILL'),
    stop: async () => {
      process.off('exit', onExit);
      await end(child, 'SIGTERM');
      clean();
    },
  };
};
