import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { startEmbeddedDatabase } from './embedded-database.js';
import { StartError } from './start-error.js';

/**
 * Opens the pool on DATABASE_URL, or on an embedded database without it, and creates what is missing there.
 *
 * @param {string | undefined} url
 * @returns {Promise<{ pool: pg.Pool, close: () => Promise<void> }>}
 */
export async function openDatabase(url) {
  if (url) {
    const pool = await openPool(url, 8);
    return { pool, close: () => pool.end() };
  }
  // PGlite has one session, and its socket server mixes the messages of statements that arrive at once on
  // two connections (electric-sql/pglite#1046): one connection keeps them apart and is no slower.
  const embedded = await startEmbeddedDatabase();
  const pool = await openPool(embedded.url, 1);
  return {
    pool,
    async close() {
      await pool.end();
      await embedded.close();
    },
  };
}

/**
 * Runs the work in one transaction, on one connection.
 *
 * @template T
 * @param {pg.Pool} pool
 * @param {(client: pg.PoolClient) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function transaction(pool, work) {
  const client = await pool.connect();
  let broken;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(reason => {
      broken = reason;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

async function openPool(url, max) {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new StartError(
      'DATABASE_URL is not the address of a PostgreSQL database: write postgres://user:password@host:5432/name, ' +
        'or unset it to use the embedded database.',
    );
  }
  const pool = new pg.Pool({ connectionString: url, max, connectionTimeoutMillis: 10_000 });
  // An idle connection that breaks is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => {});
  try {
    await pool.query(await readFile(new URL('./schema.sql', import.meta.url), 'utf8'));
    return pool;
  } catch (error) {
    await pool.end();
    throw new StartError(refusal(error, url));
  }
}

const REASONS = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  ENOENT: 'no such socket',
  '28P01': 'user or password is wrong',
  28000: 'the server does not let this user in',
  '3D000': 'the server has no such database',
  42501: 'the user may not create tables there',
};

function refusal(error, url) {
  const { host, port, database, user } = new pg.Client({ connectionString: url });
  const reason = REASONS[error.code] ?? error.message.split('\n')[0];
  return (
    `YkMake cannot use database "${database}" on ${host}:${port}${user ? ` as user "${user}"` : ''} (DATABASE_URL): ` +
    `${reason}. Start the server or correct DATABASE_URL; unset it to use the embedded database.`
  );
}
