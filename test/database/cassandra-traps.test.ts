import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createPatch } from '../../src/database/clients/cassandra-driver.ts';
import { type CassandraServer, startCassandra } from './cassandra-server.ts';
import { asking, requireClient, type WatchedCalls, watchCalls } from './watched-calls.ts';

interface Client {
  readonly connect: () => Promise<void>;
  readonly execute: (cql: string, parameters?: unknown[], options?: object) => Promise<unknown>;
  readonly shutdown: () => Promise<void>;
}
interface Driver {
  readonly Client: new (options: object) => Client;
  readonly policies: {
    readonly retry: { readonly RetryPolicy: new () => { retryResult: (...how: unknown[]) => unknown } };
  };
}

const { Client, policies } = requireClient('cassandra-driver') as Driver;

class Again extends policies.retry.RetryPolicy {
  onRequestError(): unknown {
    return this.retryResult(undefined, true);
  }
}

let server: CassandraServer;
let client: Client;
let watched: WatchedCalls;
before(async () => {
  server = await startCassandra();
  watched = watchCalls('cassandra-driver', createPatch);
  client = new Client({
    contactPoints: ['127.0.0.1'],
    protocolOptions: { port: Number(new URL(server.url).port) },
    localDataCenter: 'dc1',
    pooling: { coreConnectionsPerHost: { 0: 1 }, heartBeatInterval: 0 },
    policies: { retry: new Again() },
  });
  await client.connect();
});
after(async () => {
  await client.shutdown();
  await server.stop();
});

const as = <Result>(who: string, run: () => Result): Result => asking.run({ who }, run);

test('what the driver asks for itself is no call', () => {
  assert.deepEqual(watched.take(), []);
});

test('requests that are written together have each its own caller: the first one had them all', async () => {
  await Promise.all([
    client.execute('SELECT * FROM users WHERE id = 0'),
    ...['ann', 'bob'].map(who => as(who, () => client.execute('SELECT * FROM users WHERE id = 1'))),
    client.execute('SELECT * FROM users WHERE id = 2'),
  ]);
  assert.deepEqual(watched.take(), [
    'SELECT users by nobody',
    'SELECT users by ann',
    'SELECT users by bob',
    'SELECT users by nobody',
  ]);
});

test('a retry has the caller of the request: it is sent in the context of another answer', async () => {
  const busy = (who?: string): Promise<unknown> => {
    const run = () => client.execute(`SELECT * FROM busy WHERE name = '${who}'`, [], { isIdempotent: true });
    return who === undefined ? run() : as(who, run);
  };
  await as('ann', () => client.execute('SELECT * FROM users WHERE id = 1'));
  await Promise.all([busy('bob'), busy()]);
  assert.deepEqual(watched.take().toSorted(), [
    'SELECT busy by bob',
    'SELECT busy by nobody',
    'SELECT busy failed 0x1001 by bob',
    'SELECT busy failed 0x1001 by nobody',
    'SELECT users by ann',
  ]);
});

test('what is counted is what the server was asked for', async () => {
  server.take();
  await Promise.allSettled([
    client.execute('SELECT * FROM users', [], { prepare: true }),
    client.execute('SELECT * FROM nowhere'),
    client.execute('SELECT * FROM users WHERE id = ?', ['not a number'], { prepare: true }),
    client.execute('SELECT * FROM silent', [], { readTimeout: 30 }),
  ]);
  assert.deepEqual(server.take().toSorted(), [
    'SELECT * FROM nowhere',
    'SELECT * FROM silent',
    'SELECT * FROM users',
  ]);
  assert.deepEqual(watched.take().toSorted(), [
    'SELECT nowhere failed 0x2200 by nobody',
    'SELECT silent failed by nobody',
    'SELECT users by nobody',
  ]);
});

test('all requests of a connection that is lost have failed, and none stays open', async () => {
  const results = await Promise.allSettled([
    client.execute('SELECT * FROM silent'),
    client.execute('SELECT * FROM silent'),
    client.execute('SELECT * FROM broken'),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
  assert.deepEqual(watched.take().toSorted(), [
    'SELECT broken failed by nobody',
    'SELECT silent failed by nobody',
    'SELECT silent failed by nobody',
  ]);
});

test('its methods keep their names and lengths, and are put back', () => {
  const prototypes = ['request-execution', 'operation-state'].map(
    file => (requireClient(`cassandra-driver/lib/${file}.js`) as { readonly prototype: object }).prototype,
  );
  const shapes = () =>
    prototypes.map(prototype =>
      ['_sendOnConnection', 'isByRow', '_swapCallbackAndInvoke'].map(name => {
        const method = Object.getOwnPropertyDescriptor(prototype, name);
        const { name: called, length } = (method?.value ?? {}) as { name?: string; length?: number };
        return [called, length, method?.enumerable];
      }),
    );
  const patched = shapes();
  const [{ value: ours } = {}] = [Object.getOwnPropertyDescriptor(prototypes[1], 'isByRow')];
  watched.undo();
  assert.deepEqual(patched, shapes());
  assert.notEqual(Object.getOwnPropertyDescriptor(prototypes[1], 'isByRow')?.value, ours);
});
