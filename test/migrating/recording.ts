import path from 'node:path';
import { Client } from 'pg';
import { type Child, register, root, startChild } from '../child.ts';
import { sendLoad } from './load.ts';
import type { Sent } from './visits.ts';

/** What an application's pages say after the load. */
export interface Recording {
  readonly sent: Sent;
  /** The page of the application's own `/metrics` route, as its administrator sees it. */
  readonly route: string;
  readonly contentType: string | null;
  /** The page on the preload's own port; empty without the preload. */
  readonly port: string;
}

export interface RecordingOptions {
  readonly script: 'old-app.mjs' | 'new-app.mjs';
  readonly preload: boolean;
  readonly databaseUrl: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const asAdministrator = { headers: { cookie: 'session=admin' } };

/** Starts the application on a database as on its first day, sends it the load and reads its pages. */
export const recordApplication = async (options: RecordingOptions): Promise<Recording> => {
  await createTables(options.databaseUrl);
  const app = startApplication(options);
  try {
    const url = await addressOf(app);
    const metricsUrl = options.preload ? (await app.output(/metrics at (http:\S+?);/))[1] : undefined;
    const sent = await sendLoad(url, app);
    const answer = await fetch(`${url}/metrics`, asAdministrator);
    return {
      sent,
      contentType: answer.headers.get('content-type'),
      route: await answer.text(),
      port: metricsUrl === undefined ? '' : await (await fetch(metricsUrl)).text(),
    };
  } finally {
    await app.stop();
  }
};

export const startApplication = ({ script, preload, databaseUrl, env }: RecordingOptions): Child =>
  startChild({
    args: [...(preload ? ['--import', register] : []), path.join(root, 'test/fixtures/migrating', script)],
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', DATABASE_URL: databaseUrl, ...env },
  });

export const addressOf = async (app: Child): Promise<string> => {
  const [, port] = await app.output(/^listening (\d+)$/m);
  return `http://127.0.0.1:${port}`;
};

const createTables = async (connectionString: string): Promise<void> => {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(`
    DROP TABLE IF EXISTS users, orgs;
    CREATE TABLE orgs (id integer PRIMARY KEY, size integer NOT NULL);
    CREATE TABLE users (id serial PRIMARY KEY, org integer NOT NULL REFERENCES orgs, name text NOT NULL);
    INSERT INTO orgs VALUES (1, 2), (2, 0);
    INSERT INTO users (org, name) VALUES (1, 'Ada'), (1, 'Bob');
  `);
  await client.end();
};
