/** The whole stack on 127.0.0.1, without Docker: real programs, the files that are shipped, free ports, a temporary folder. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type PostgresServer, startPostgres } from '../../database/postgres-server.ts';
import { type Instance, startInstance } from './instance.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';

export interface StackOptions {
  /** Programs, each of which scrapes the whole stack. */
  readonly prometheus: readonly string[];
  /** Seconds between two scrapes. */
  readonly interval?: number;
}

export interface Stack {
  readonly instances: readonly [Instance, Instance];
  readonly prometheus: readonly Prometheus[];
  /** The one database of both instances. */
  readonly database: PostgresServer;
  /** Ends everything, the last first, and removes the folder. */
  stop(): Promise<void>;
}

const token = 'the-token-of-the-metrics';

/** Starts all of it; what has been started is ended again when something does not start. */
export const startStack = async ({ prometheus: programs, interval = 1 }: StackOptions): Promise<Stack> => {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of undo.splice(0).reverse()) await end();
  };
  const keep = <Part extends { stop(): Promise<unknown> }>(part: Part): Part => {
    undo.push(() => part.stop());
    return part;
  };
  try {
    const folder = await mkdtemp(path.join(tmpdir(), 'live-stack-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const tokenFile = path.join(folder, 'metrics_token');
    await writeFile(tokenFile, token);

    const database = await startPostgres();
    if (database === undefined) throw new Error('the stack needs PostgreSQL');
    keep(database);
    const env = { DATABASE_URL: database.url, MONITORING_METRICS_TOKEN: token };
    const instances = [keep(await startInstance(env)), keep(await startInstance(env))] as const;
    const targets = { ykmake: instances.map(({ address }) => address) };
    const prometheus = await Promise.all(
      programs.map(async (program, index) =>
        keep(
          await startPrometheus({
            ...{ program, targets, tokenFile, interval, alertmanager: undefined },
            folder: path.join(folder, `prometheus-${index}`),
          }),
        ),
      ),
    );
    return { instances, prometheus, database, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
