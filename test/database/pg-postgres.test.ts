import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, observePg, pg } from './observed-pg.ts';
import { testCalls } from './pg-calls.ts';
import { startPostgres } from './postgres-server.ts';

const server = await startPostgres();

describe('pg on PostgreSQL', { skip: server === undefined }, () => {
  const observed = observePg();
  const connectionString = server?.url ?? '';
  after(async () => {
    observed.undo();
    await server?.stop();
  });

  testCalls(() => connectionString, observed);

  describe('a call that is not answered', () => {
    beforeEach(() => observed.take());

    it('ends with query_timeout, and its late answer is not another call', async () => {
      const client = await connect({ connectionString, query_timeout: 100 });
      await assert.rejects(client.query('SELECT pg_sleep(0.3)'), /Query read timeout/);
      const [call] = observed.takeCalls();
      assert.ok(call?.failed && call.seconds >= 0.09 && call.seconds < 0.29);
      await sleep(300);
      await client.query('SELECT * FROM pg_class LIMIT 1');
      assert.deepEqual(observed.take(), ['SELECT pg_class']);
      await client.end();
    });

    it('does not count a query whose timeout ended it in the queue', async () => {
      const client = await connect({ connectionString });
      const first = client.query('SELECT pg_sleep(0.2)');
      const query = Object.assign(new pg.Query('SELECT * FROM pg_class'), { query_timeout: 50 });
      const error = await new Promise<Error>(resolve => {
        client.query(Object.assign(query, { callback: resolve }));
      });
      assert.match(error.message, /Query read timeout/);
      await first;
      await client.query('SELECT 1');
      assert.deepEqual(observed.take(), ['SELECT none', 'SELECT none']);
      await client.end();
    });

    it('ends when another client terminates the backend', async () => {
      const client = await connect({ connectionString });
      const killer = await connect({ connectionString });
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
      const ended = new Promise<void>(resolve => client.once('end', resolve));
      const lost = client.query('SELECT pg_sleep(30) FROM pg_class');
      const queued = client.query('SELECT 2');
      const rejected = [assert.rejects(lost, { code: '57P01' }), assert.rejects(queued)];
      observed.take();
      await killer.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
      await Promise.all(rejected);
      await ended;
      await assert.rejects(client.query('SELECT 3'), /not queryable/);
      assert.deepEqual(observed.take().sort(), ['SELECT none', 'SELECT pg_class failed']);
      await killer.end();
    });

    it('ends when the connection is cut without a word', async () => {
      const client = await connect({ connectionString });
      const rejected = [
        assert.rejects(client.query('SELECT pg_sleep(30) FROM pg_class')),
        assert.rejects(client.query('SELECT 2')),
        assert.rejects(client.query('SELECT $1', [3])),
      ];
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      await Promise.all(rejected);
      assert.deepEqual(observed.take(), ['SELECT pg_class failed']);
    });

    it('ends when the server crashes; what was not sent does not count', async () => {
      const pool = new pg.Pool({ connectionString, max: 2 });
      pool.on('error', () => {});
      const rejected = Array.from({ length: 2 }, () =>
        assert.rejects(pool.query('SELECT pg_sleep(30) FROM pg_class')),
      );
      await sleep(100);
      await server?.crash();
      await Promise.all(rejected);
      await assert.rejects(pool.query('SELECT 2'), { code: 'ECONNREFUSED' });
      assert.deepEqual(observed.take(), ['SELECT pg_class failed', 'SELECT pg_class failed']);
      await server?.restart();
      await pool.query('SELECT 4');
      assert.deepEqual(observed.take(), ['SELECT none']);
      await pool.end();
    });

    it('ends when its values cannot be written', async () => {
      const client = await connect({ connectionString });
      const value = {
        toPostgres: () => {
          throw new Error('unwritable');
        },
      };
      await assert.rejects(client.query('SELECT * FROM pg_class WHERE relname = $1', [value]), /unwritable/);
      assert.deepEqual(observed.take(), ['SELECT pg_class failed']);
      await client.end();
      assert.deepEqual(observed.take(), []);
    });
  });

  describe('in pipeline mode', () => {
    const options: object = { connectionString, pipeline: true };
    // Older versions of pg do not have it.
    const skip = !('pipeline' in new pg.Client());

    it('counts each call once, errors where they belong', { skip }, async () => {
      const client = await connect(options);
      const name = 'by name';
      await Promise.allSettled([
        client.query({ name, text: 'SELECT * FROM pg_class WHERE relname = $1', values: ['a'] }),
        client.query({ name, values: ['b'] } as unknown as import('pg').QueryConfig),
        client.query('SELECT * FROM missing'),
        client.query('SELECT pg_sleep(0.01)'),
        client.query('SELECT * FROM missing WHERE a = $1', [1]),
        client.query({ text: 'SELECT $1', values: 'no array' as unknown as string[] }),
        client.query('SELECT * FROM pg_attribute LIMIT 1'),
      ]);
      assert.deepEqual(observed.take(), [
        'SELECT pg_class',
        'SELECT pg_class',
        'SELECT missing failed',
        'SELECT none',
        'SELECT missing failed',
        'SELECT pg_attribute',
      ]);
      await client.end();
    });

    it('counts a Query object that is on its way twice', { skip }, async () => {
      const client = await connect(options);
      const query = new pg.Query('SELECT * FROM pg_class LIMIT 1');
      client.query(query);
      client.query(query);
      await client.query('SELECT 1');
      assert.deepEqual(observed.take(), ['SELECT pg_class', 'SELECT pg_class', 'SELECT none']);
      await client.end();
    });

    it('ends all that was sent when the connection is lost', { skip }, async () => {
      const client = await connect(options);
      const lost = Array.from({ length: 3 }, () => assert.rejects(client.query('SELECT pg_sleep(30)')));
      await sleep(50);
      (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      await Promise.all(lost);
      assert.deepEqual(observed.take(), Array(3).fill('SELECT none failed'));
    });
  });
});
