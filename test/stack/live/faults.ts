/** Faults of the stack, each of which is over when its promise is fulfilled. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Instance } from './instance.ts';

const ask = async (url: string): Promise<void> => {
  // That it fails, or is cut off, is what is asked for.
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  await answer?.arrayBuffer().catch(() => undefined);
};

/** Asks again and again, so many times a second, whatever the answer is. */
const askOften = async (url: string, perSecond: number, seconds: number): Promise<void> => {
  const asked: Promise<void>[] = [];
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(1000 / perSecond))
    asked.push(ask(url));
  await Promise.all(asked);
};

/** A route answers with 500, for a reason of its own. */
export const brokenRoute = ({ url }: Instance, seconds: number): Promise<void> =>
  askOften(`${url}/api/reports/broken`, 10, seconds);

/** A route takes 0.3 to 1.2 seconds. */
export const slowRoute = ({ url }: Instance, seconds: number): Promise<void> =>
  askOften(`${url}/api/reports/slow`, 10, seconds);

const withDatabase = async (url: string, work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
};

/** Every query for a project fails. */
export const failingQueries = (databaseUrl: string, seconds: number): Promise<void> =>
  withDatabase(databaseUrl, async client => {
    await client.query('ALTER TABLE projects RENAME TO projects_elsewhere');
    await pause(seconds * 1000);
    await client.query('ALTER TABLE projects_elsewhere RENAME TO projects');
  });

/** Every query for a project waits for a lock, 0.9 seconds at most. */
export const slowQueries = (databaseUrl: string, seconds: number): Promise<void> =>
  withDatabase(databaseUrl, async client => {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(50)) {
      await client.query('BEGIN; LOCK TABLE projects IN ACCESS EXCLUSIVE MODE');
      await pause(900);
      await client.query('COMMIT');
    }
  });

/** It is killed, gone for some time, and started again. */
export const restart = async (instance: Instance, goneSeconds: number): Promise<void> => {
  await instance.kill();
  await pause(goneSeconds * 1000);
  await instance.start();
};

/** Its event loop stands still most of the time. */
export const stalls = async (instance: Instance, seconds: number): Promise<void> => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(450))
    instance.trouble({ stall: 400 });
};

/** It does hardly anything but collect garbage. */
export const garbage = async (instance: Instance, seconds: number): Promise<void> => {
  instance.trouble({ garbage: seconds * 1000 });
  await pause(seconds * 1000);
};
