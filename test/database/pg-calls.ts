import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect, type ObservedPg, pg } from './observed-pg.ts';

/** What pg takes and its types do not know. */
const untyped = (config: object): import('pg').QueryConfig => config as import('pg').QueryConfig;

const PROGRAM = fileURLToPath(new URL('unhandled-rejection.ts', import.meta.url));

const runProgram = (url: string, how: string): Promise<{ code: unknown; stdout: string; stderr: string }> =>
  new Promise(resolve => {
    execFile(process.execPath, [...process.execArgv, PROGRAM, url, how], (error, stdout, stderr) => {
      resolve({ code: error?.code, stdout, stderr });
    });
  });

/** What an application does with pg on a healthy server, whichever it is. */
export const testCalls = (url: () => string, observed: ObservedPg, sessions = 4): void => {
  const withClient = async (
    use: (client: Awaited<ReturnType<typeof connect>>) => Promise<void>,
  ): Promise<void> => {
    const client = await connect({ connectionString: url() });
    try {
      // PGlite gives every client the same session.
      await client.query('DEALLOCATE ALL; DROP TABLE IF EXISTS users');
      await client.query('CREATE TEMP TABLE users (id int PRIMARY KEY, name text)');
      observed.take();
      await use(client);
    } finally {
      await client.end();
    }
  };

  it('counts nothing for connecting and ending', async () => {
    observed.take();
    await (await connect({ connectionString: url() })).end();
    assert.deepEqual(observed.take(), []);
  });

  it('counts what goes through a pool, without the wait for a connection', async () => {
    const pool = new pg.Pool({ connectionString: url(), max: 1 });
    const start = performance.now();
    await Promise.all(Array.from({ length: 5 }, () => pool.query('SELECT pg_sleep(0.02)')));
    const elapsed = (performance.now() - start) / 1000;
    const calls = observed.takeCalls();
    assert.equal(calls.length, 5);
    assert.ok(calls.every(call => call.seconds >= 0.019));
    assert.ok(calls.reduce((sum, call) => sum + call.seconds, 0) <= elapsed);
    await pool.end();
  });

  it('counts promises, callbacks, configurations and Query objects once each', () =>
    withClient(async client => {
      const { rows } = await client.query('SELECT 1 AS one');
      assert.deepEqual(rows, [{ one: 1 }]);
      await client.query('INSERT INTO users VALUES ($1, $2)', [1, 'a']);
      await client.query({ text: 'SELECT * FROM users WHERE id = $1', values: [1], rowMode: 'array' });
      await new Promise<void>((resolve, reject) => {
        client.query('UPDATE users SET name = $1', ['b'], error => (error ? reject(error) : resolve()));
      });
      const query = client.query(new pg.Query('SELECT * FROM pg_class LIMIT 1'));
      const seen: unknown[] = [];
      query.on('row', row => seen.push(row));
      await once(query, 'end');
      assert.equal(seen.length, 1);
      assert.deepEqual(observed.take(), [
        'SELECT none',
        'INSERT users',
        'SELECT users',
        'UPDATE users',
        'SELECT pg_class',
      ]);
    }));

  it('records before the application goes on', () =>
    withClient(async client => {
      let before: string[] = [];
      await new Promise<void>(resolve => {
        client.query('SELECT 1', () => {
          before = observed.take();
          resolve();
        });
      });
      assert.deepEqual(before, ['SELECT none']);
    }));

  it('knows a named statement by its text, also when only the name is given', () =>
    withClient(async client => {
      const name = 'find';
      await client.query({ name, text: 'SELECT * FROM users WHERE id = $1', values: [1] });
      await client.query({ name, text: 'SELECT * FROM users WHERE id = $1', values: [2] });
      await once(client.query(new pg.Query(untyped({ name, values: [3] }))), 'end');
      await client.query(untyped({ name, values: [4] }));
      await client.query(untyped({ name: 'an empty statement', values: [] }));
      const expected = Array.from({ length: 4 }, () => 'SELECT users');
      await client.query('SELECT 1');
      assert.deepEqual(observed.take(), [...expected, 'none none', 'SELECT none']);
    }));

  it('counts what a transaction consists of', () =>
    withClient(async client => {
      await client.query('BEGIN');
      await client.query("INSERT INTO users VALUES (7, 'x')");
      await assert.rejects(client.query("INSERT INTO users VALUES (7, 'x')"), { code: '23505' });
      await assert.rejects(client.query('SELECT * FROM users'), { code: '25P02' });
      await client.query('ROLLBACK');
      assert.deepEqual(observed.take(), [
        'BEGIN none',
        'INSERT users',
        'INSERT users failed',
        'SELECT users failed',
        'ROLLBACK none',
      ]);
    }));

  it('counts failures once, in both protocols, and leaves the error alone', () =>
    withClient(async client => {
      await assert.rejects(client.query('SELEC 1'), { code: '42601', name: 'error' });
      await assert.rejects(client.query('SELECT * FROM missing WHERE a = $1', [1]), { code: '42P01' });
      const query = client.query(new pg.Query('SELECT 1/0'));
      const [error] = await once(query, 'error');
      assert.equal(error.code, '22012');
      await client.query('SELECT 1');
      assert.deepEqual(observed.take(), [
        'other none failed',
        'SELECT missing failed',
        'SELECT none failed',
        'SELECT none',
      ]);
    }));

  it('counts several statements in one text as one call, also when a later one fails', () =>
    withClient(async client => {
      await client.query("INSERT INTO users VALUES (1, 'a'); SELECT * FROM users; SELECT 2");
      await assert.rejects(client.query('SELECT * FROM users; SELECT 1/0; SELECT 3'));
      assert.deepEqual(observed.take(), ['INSERT users', 'SELECT users failed']);
    }));

  it('counts 20 queries on one client, none with the time in its queue', () =>
    withClient(async client => {
      const start = performance.now();
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) =>
          client.query(n % 5 === 4 ? 'SELECT nothing' : 'SELECT pg_sleep(0.005)'),
        ),
      );
      const elapsed = (performance.now() - start) / 1000;
      assert.equal(results.filter(result => result.status === 'rejected').length, 4);
      const calls = observed.takeCalls();
      assert.equal(calls.length, 20);
      assert.equal(calls.filter(call => call.failed).length, 4);
      assert.ok(calls.reduce((sum, call) => sum + call.seconds, 0) <= elapsed);
    }));

  it('counts a row that cannot be parsed as a failure', () =>
    withClient(async client => {
      const types = {
        getTypeParser: () => () => {
          throw new Error('unreadable');
        },
      };
      await assert.rejects(client.query(untyped({ text: 'SELECT 1 AS one', types })), /unreadable/);
      await client.query('SELECT 1');
      assert.deepEqual(observed.take(), ['SELECT none failed', 'SELECT none']);
    }));

  it('counts a call that reads its rows in portions once', () =>
    withClient(async client => {
      const { rows } = await client.query(untyped({ text: 'SELECT * FROM generate_series(1, 10)', rows: 3 }));
      assert.equal(rows.length, 10);
      assert.deepEqual(observed.take(), ['SELECT none']);
    }));

  it('counts a Query object twice when it is submitted twice', () =>
    withClient(async client => {
      const query = new pg.Query('SELECT * FROM users');
      for (let n = 0; n < 2; n++) {
        client.query(query);
        await once(query, 'end');
      }
      assert.deepEqual(observed.take(), ['SELECT users', 'SELECT users']);
    }));

  it('does not count what the client refuses to send', () =>
    withClient(async client => {
      await client.query({ name: 'taken', text: 'SELECT 1' });
      observed.take();
      await assert.rejects(client.query({ name: 'taken', text: 'SELECT 2' }), /must be unique/);
      await assert.rejects(client.query(untyped({ text: 'SELECT $1', values: 'no array' })), /an array/);
      await assert.rejects(client.query(untyped({})), /either text or a name/);
      assert.throws(() => client.query(null as never), TypeError);
      await client.query('SELECT 1');
      assert.deepEqual(observed.take(), ['SELECT none']);
    }));

  it('lets Node report a rejection that nobody handles, as without us', async () => {
    const [bare, watched] = await Promise.all([runProgram(url(), 'bare'), runProgram(url(), 'observed')]);
    assert.deepEqual([bare.code, bare.stdout], [1, 'not observed\n']);
    assert.deepEqual([watched.code, watched.stdout], [1, 'SELECT missing failed\n']);
    assert.match(bare.stderr, /relation "missing" does not exist/);
    assert.equal(watched.stderr, bare.stderr);
  });

  it('agrees with a ledger of some hundred calls', () =>
    withClient(async client => {
      // PGlite mixes up parameterised queries of several clients when their messages interleave.
      const pool = sessions > 1 ? new pg.Pool({ connectionString: url(), max: sessions - 1 }) : undefined;
      const kinds: readonly [text: string, values: unknown[] | undefined, entry: string][] = [
        ['SELECT * FROM pg_class LIMIT 1', undefined, 'SELECT pg_class'],
        ['SELECT $1::int', [1], 'SELECT none'],
        ['SELECT * FROM missing', undefined, 'SELECT missing'],
        ['SELECT * FROM missing WHERE a = $1', [1], 'SELECT missing'],
        ["SET application_name TO 'x'", undefined, 'SET none'],
        ['', undefined, 'none none'],
      ];
      const ledger: string[] = [];
      const calls: Promise<unknown>[] = [];
      for (let n = 0; n < 300; n++) {
        const [text, values, entry] = kinds[(n * 7 + (n >> 3)) % kinds.length] ?? ['', undefined, ''];
        const call = ((n % 3 === 0 && pool) || client).query(text, values);
        calls.push(call.then(() => ledger.push(entry)).catch(() => ledger.push(`${entry} failed`)));
      }
      await Promise.all(calls);
      assert.deepEqual(observed.take().sort(), ledger.sort());
      assert.ok(ledger.filter(entry => entry === 'SELECT missing failed').length >= 90);
      await pool?.end();
    }));
};
