import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { root } from '../child.ts';
import { pgPatches } from './pg-patches.ts';

/** The newest of the fixtures', which has the streams too. */
const load = createRequire(path.join(root, 'test/fixtures/databases/package.json'));
const pg: typeof import('pg') = load('pg');
const Cursor: new (text: string) => object = load('pg-cursor');
const QueryStream: new (text: string) => EventEmitter & { destroy(): void } = load('pg-query-stream');

type Caller = { readonly name: string };
let calls: string[] = [];
const failures: unknown[] = [];
let active: Caller | undefined;
const undo = pgPatches<Caller>(
  ({ operation, table, failed, caller }) =>
    void calls.push(`${operation} ${table}${failed ? ' failed' : ''}${caller ? ` by ${caller.name}` : ''}`),
  (_hook, error) => failures.push(error),
  () => active,
).map(({ module, file, apply }) => apply(load(file === undefined ? module : `${module}/${file}`)));

const take = (): string[] => {
  assert.deepEqual(failures.splice(0), []);
  const taken = calls;
  calls = [];
  return taken;
};

/** Takes everything and answers nothing. */
class Connection extends EventEmitter {
  readonly parsedStatements = {};
  readonly submittedNamedStatements = {};
  readonly stream = { destroy: (): void => {} };
  readonly flush = (): void => {};
  readonly connect = this.flush;
  readonly query = this.flush;
  readonly parse = this.flush;
  readonly bind = this.flush;
  readonly describe = this.flush;
  readonly sync = this.flush;
  readonly close = this.flush;
}

interface Client {
  query(...parameters: unknown[]): unknown;
  connect(connected: () => void): void;
  on(event: 'error', listener: () => void): void;
}

const connected = (config: object = {}): { client: Client; connection: Connection } => {
  const connection = new Connection();
  const client = new pg.Client({ ...config, connection } as object) as unknown as Client;
  client.on('error', () => {});
  client.connect(() => {});
  connection.emit('readyForQuery', {});
  return { client, connection };
};

interface Submittable {
  submit(connection: unknown): unknown;
  handleReadyForQuery(): unknown;
  handleError(error: unknown): unknown;
}

const plain = (text: unknown): Submittable & { readonly text: unknown; readonly seen: unknown[] } => {
  const seen: unknown[] = [];
  return {
    ...{ text, seen },
    submit: (...args) => void seen.push('submit', ...args),
    handleReadyForQuery: () => seen.push('ready'),
    handleError: error => seen.push(error),
  };
};

describe('what is no Query of pg and is submitted all the same', () => {
  after(() => {
    for (const step of undo) step?.();
  });

  it('is counted, whatever its prototype is, and gets what it gets without us', () => {
    const { client, connection } = connected();
    const query = plain('SELECT * FROM users');
    assert.equal(client.query(query), query);
    assert.deepEqual(take(), []);
    connection.emit('readyForQuery', {});
    assert.deepEqual(query.seen, ['submit', connection, 'ready']);
    assert.deepEqual(take(), ['SELECT users']);
    const error = new Error('no');
    const failing = plain('SELECT * FROM users');
    client.query(failing);
    connection.emit('errorMessage', error);
    assert.deepEqual(failing.seen, ['submit', connection, error]);
    assert.deepEqual(take(), ['SELECT users failed']);
  });

  it('is counted as often as it is submitted', () => {
    const { client, connection } = connected();
    const query = plain('SELECT 1');
    client.query(query);
    client.query(query);
    connection.emit('readyForQuery', {});
    connection.emit('readyForQuery', {});
    assert.deepEqual(take(), ['SELECT none', 'SELECT none']);
  });

  it('is not counted when it refuses, throws, or was never submitted', () => {
    const { client, connection } = connected();
    client.query({ ...plain('SELECT 1'), submit: () => new Error('refused') });
    assert.throws(() => {
      connected().client.query({
        ...plain('SELECT 1'),
        submit: () => {
          throw new Error('thrown');
        },
      });
    }, /thrown/);
    client.query(plain('SELECT 1'));
    connection.emit('end');
    assert.deepEqual(take(), []);
  });

  it('looks as before, and keeps the names of its methods', () => {
    const bare = new Cursor('SELECT 1');
    const cursor = new Cursor('SELECT 1') as Submittable;
    const { submit } = cursor;
    connected().client.query(cursor);
    for (const key of Object.keys(bare)) assert.ok(key in cursor);
    assert.deepEqual(
      Object.keys(cursor).filter(key => !Object.keys(bare).includes(key)),
      [],
    );
    assert.deepEqual([cursor.submit.name, cursor.submit.length], [submit.name, submit.length]);
    assert.ok(cursor instanceof Cursor);
    const stream = new QueryStream('SELECT 1');
    const before = Object.keys(stream);
    connected().client.query(stream);
    assert.deepEqual(Object.keys(stream), before);
  });

  it('is left alone where nothing can be changed', () => {
    const { client, connection } = connected();
    const frozen = Object.freeze({ ...plain('SELECT 1'), callback: () => {} });
    client.query(frozen);
    connection.emit('readyForQuery', {});
    assert.deepEqual(frozen.seen, ['submit', connection, 'ready']);
    assert.deepEqual(take(), []);
  });

  it('is one call where a stream of rows contains a cursor, and a cursor was used before', () => {
    const { client, connection } = connected();
    client.query(new Cursor('SELECT * FROM users'));
    connection.emit('readyForQuery', {});
    client.query(new QueryStream('SELECT * FROM users'));
    connection.emit('readyForQuery', {});
    assert.deepEqual(take(), ['SELECT users', 'SELECT users']);
  });

  it('is one call where a kind of Query has methods of its own around those of pg', () => {
    class Own extends pg.Query {
      // @ts-expect-error the types do not know how a query meets the wire
      override submit(connection: unknown): unknown {
        // @ts-expect-error the same
        return super.submit(connection);
      }
    }
    class Other extends pg.Query {
      handleReadyForQuery(): void {}
    }
    const { client, connection } = connected();
    client.query(new Own('SELECT * FROM users'));
    connection.emit('readyForQuery', {});
    client.query(new Other('SELECT * FROM users'));
    connection.emit('readyForQuery', {});
    assert.deepEqual(take(), ['SELECT users', 'SELECT users']);
  });

  it('that waits for its turn belongs to who asked for it, or to nobody', () => {
    const { client, connection } = connected();
    active = { name: 'first' };
    client.query('SELECT 1', () => {});
    active = { name: 'second' };
    client.query(plain('SELECT 2'));
    active = undefined;
    client.query('SELECT 3', () => {});
    active = { name: 'the socket of another' };
    for (let n = 0; n < 3; n++) connection.emit('readyForQuery', {});
    active = undefined;
    assert.deepEqual(take(), ['SELECT none by first', 'SELECT none by second', 'SELECT none']);
  });

  it('belongs to who asks again, not to who asked for it the first time', () => {
    const { client, connection } = connected();
    const query = plain('SELECT 1');
    active = { name: 'first' };
    client.query('SELECT 0', () => {});
    client.query(query);
    connection.emit('readyForQuery', {});
    connection.emit('readyForQuery', {});
    take();
    active = { name: 'second' };
    client.query(query);
    connection.emit('readyForQuery', {});
    active = undefined;
    assert.deepEqual(take(), ['SELECT none by second']);
  });

  it('keeps its caller when the answer before it asks for more', () => {
    const { client, connection } = connected();
    active = { name: 'first' };
    client.query('SELECT 1', () => {
      active = { name: 'third' };
      client.query('SELECT * FROM c', () => {});
    });
    active = { name: 'second' };
    client.query('SELECT * FROM b', () => {});
    active = undefined;
    for (let n = 0; n < 3; n++) connection.emit('readyForQuery', {});
    active = undefined;
    assert.deepEqual(take(), ['SELECT none by first', 'SELECT b by second', 'SELECT c by third']);
  });
});
