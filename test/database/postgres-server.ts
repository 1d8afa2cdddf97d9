import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** A database server that belongs to one test file. */
export interface DatabaseServer {
  readonly url: string;
  /** Ends the server at once, as a crash does: open connections are cut. */
  crash(): Promise<void>;
  /** Ends the server and removes everything that it wrote. */
  stop(): Promise<void>;
}

export interface PostgresServer extends DatabaseServer {
  /** What it has been sent, as its own log has it; nothing without `logged`. */
  readonly statements: readonly string[];
  /** Starts the crashed server again, on the same port and with the same data. */
  restart(): Promise<void>;
}

/** What a process runs as: PostgreSQL refuses to run as root. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

const MISSING =
  'PostgreSQL (initdb, postgres) was not found: its tests are SKIPPED. Install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql) or put its bin directory on PATH.';

const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '16MB',
  max_connections: '60',
};

export const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The first of these programs that is on PATH, or among those of the system. */
export const findProgram = (...programs: readonly string[]): string | undefined => {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin'].filter(Boolean);
  return programs.flatMap(program => folders.map(folder => join(folder, program))).find(isExecutable);
};

const list = (directory: string): string[] => {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
};

/** The directory that holds both programs: Debian keeps them off PATH, one directory per version. */
const findBinaries = (): string | undefined =>
  [
    ...(process.env.PATH ?? '').split(delimiter).filter(Boolean),
    ...list('/usr/lib/postgresql')
      .sort((a, b) => Number(b) - Number(a))
      .map(version => join('/usr/lib/postgresql', version, 'bin')),
  ].find(bin => isExecutable(join(bin, 'initdb')) && isExecutable(join(bin, 'postgres')));

/** Nobody in particular when we are not root, otherwise the first harmless account that exists. */
export const findAccount = (program: string): Account => {
  if (process.getuid?.() !== 0) return {};
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'));
  const [, , uid, gid] =
    accounts.find(([name]) => name === program) ?? accounts.find(([name]) => name === 'nobody') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
};

export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
};

/** The line in which the process says that it is ready; rejects with all it said when it ends before. */
export const saidReady = (child: ChildProcess, ready: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface(stream).on('line', line => {
        if (said.length < 100) said.push(line);
        if (line.includes(ready)) resolve(line);
      });
    }
    child.once('error', reject);
    child.once('close', () => reject(new Error(`the database did not start:\n${said.join('\n')}`)));
  });

/** Sends the signal and waits for the end; a process that has not ended after five seconds is killed. */
export const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const impatience = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(impatience);
};

const createCluster = (bin: string, account: Account): string => {
  const directory = mkdtempSync(join(tmpdir(), 'monitoring-postgres-'));
  if (account.uid !== undefined && account.gid !== undefined) chownSync(directory, account.uid, account.gid);
  const options = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(bin, 'initdb'), ['-D', join(directory, 'data'), ...options], {
    ...account,
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return directory;
};

/**
 * Starts a PostgreSQL of this machine on a free port with an empty database. Without one it says so in one
 * loud line and answers `undefined`, so that the test can skip; in CI (`CI=true`) that is an error.
 *
 * @param options `logged`: it keeps a log of the statements that it is sent
 */
export const startPostgres = async ({
  logged = false,
}: {
  readonly logged?: boolean;
} = {}): Promise<PostgresServer | undefined> => {
  const bin = findBinaries();
  if (bin === undefined) {
    if (process.env.CI === 'true') throw new Error(MISSING);
    console.error(MISSING);
    return undefined;
  }
  const account = findAccount('postgres');
  const directory = createCluster(bin, account);
  const port = await freePort();
  const statements: string[] = [];
  const start = async (): Promise<ChildProcess> => {
    const settings = Object.entries({
      ...SETTINGS,
      ...(logged && { log_statement: 'all', log_line_prefix: '' }),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: directory,
    }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(
      join(bin, 'postgres'),
      ['-D', join(directory, 'data'), '-p', String(port), ...settings],
      { ...account, cwd: directory, env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    if (logged && child.stderr !== null)
      createInterface(child.stderr).on('line', line => {
        // Rows that are fetched of a cursor are no statement of their own.
        const [, statement] = /^LOG: {2}(?:statement|execute (?!fetch from)[^:]*): (.*)/.exec(line) ?? [];
        if (statement !== undefined) statements.push(statement);
      });
    await saidReady(child, 'ready to accept connections');
    return child;
  };
  const clean = (): void => rmSync(directory, { recursive: true, force: true });
  let child = await start().catch((error: unknown) => {
    clean();
    throw error;
  });
  // A test that dies leaves no server behind.
  const onExit = (): void => {
    child.kill('SIGQUIT');
  };
  process.once('exit', onExit);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    statements,
    crash: () => end(child, 'SIGQUIT'),
    restart: async () => {
      child = await start();
    },
    stop: async () => {
      process.off('exit', onExit);
      await end(child, 'SIGINT');
      clean();
    },
  };
};
