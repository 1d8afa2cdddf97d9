import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type DatabaseServer,
  end,
  findAccount,
  findProgram,
  freePort,
  saidReady,
} from './postgres-server.ts';

const MISSING =
  'MariaDB (mariadbd, mariadb-install-db) was not found: its tests are SKIPPED. Install it (Debian, Ubuntu: apt-get install mariadb-server-core mariadb-client-core) or put its programs on PATH.';

const SET_UP = `CREATE DATABASE shop;
CREATE USER tester@'%' IDENTIFIED BY 'tester';
GRANT ALL ON *.* TO tester@'%';
`;

/**
 * Starts a MariaDB of this machine on a free port, with a database `shop` and a user `tester` who may do everything in it.
 * Without one it says so in one loud line and answers `undefined`; in CI (`CI=true`) that is an error.
 */
export const startMariadb = async (): Promise<DatabaseServer | undefined> => {
  const [server, install] = [findProgram('mariadbd'), findProgram('mariadb-install-db')];
  if (server === undefined || install === undefined) {
    if (process.env.CI === 'true') throw new Error(MISSING);
    console.error(MISSING);
    return undefined;
  }
  const account = findAccount('mysql');
  const directory = mkdtempSync(path.join(tmpdir(), 'monitoring-mariadb-'));
  chmodSync(directory, 0o755);
  const data = path.join(directory, 'data');
  if (account.uid !== undefined && account.gid !== undefined) chownSync(directory, account.uid, account.gid);
  const setUp = path.join(directory, 'set-up.sql');
  writeFileSync(setUp, SET_UP);
  const common = ['--no-defaults', `--datadir=${data}`];
  const clean = (): void => rmSync(directory, { recursive: true, force: true });
  let child: ChildProcess;
  const port = await freePort();
  try {
    execFileSync(install, [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], {
      ...account,
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = spawn(
      server,
      [
        ...common,
        ...['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${path.join(directory, 'socket')}`],
        ...['--innodb-buffer-pool-size=16M', '--innodb-flush-log-at-trx-commit=0', '--local-infile=1'],
        ...['--skip-name-resolve', '--max-connections=60', `--init-file=${setUp}`],
      ],
      { ...account, cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    await saidReady(child, 'ready for connections');
  } catch (error) {
    clean();
    throw error;
  }
  // A test that dies leaves no server behind.
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  return {
    url: `mysql://tester:tester@127.0.0.1:${port}/shop`,
    crash: () => end(child, 'SIGKILL'),
    stop: async () => {
      process.off('exit', onExit);
      await end(child, 'SIGTERM');
      clean();
    },
  };
};
