import pg from 'pg';
import { keepOnCpu, loadCpu } from './cpu-affinity.ts';

/** Fills a table and moves the database server, and with it its processes to come, off the measured CPU. Tells its version. */
export const preparePostgres = async (url: string): Promise<string> => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query('CREATE TABLE users (id integer PRIMARY KEY, name text, active boolean)');
    await client.query(
      `INSERT INTO users SELECT id, 'user ' || id, true FROM generate_series(1, 1000) AS id`,
    );
    await client.query('ANALYZE users');
    // The first line of its file is the process that starts one for each connection.
    const { rows } = await client.query<{ pid: number; version: string }>(
      `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::integer AS pid, current_setting('server_version') AS version`,
    );
    const [found] = rows;
    if (found === undefined) throw new Error('PostgreSQL does not tell its process');
    keepOnCpu(found.pid, loadCpu);
    return found.version;
  } finally {
    await client.end();
  }
};
