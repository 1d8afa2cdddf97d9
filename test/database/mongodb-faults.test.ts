import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { cursorOf, type Document, type Reaction, startMongoServer } from './mongo-server.ts';
import { folders, type MongoClient, observeMongodb } from './observed-mongodb.ts';

/** Faults by the name of the collection; whatever else is asked for is done. */
const faults: Readonly<Record<string, Reaction>> = {
  silent: 'nothing',
  cut: 'cut',
  half: 'half',
  garbage: 'garbage',
  late: { ok: 0, code: 50, codeName: 'MaxTimeMSExpired', errmsg: 'operation exceeded time limit' },
  known: { ok: 1, n: 0, writeErrors: [{ index: 0, code: 11_000, errmsg: 'E11000 duplicate key' }] },
  unsafe: { ok: 1, n: 1, writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } },
};

let refusals = 0;
const react = (command: Document): Reaction => {
  const collection = String(Object.values(command)[0]);
  if (collection === 'moving' && refusals-- > 0)
    return {
      ok: 0,
      code: 10_107,
      codeName: 'NotWritablePrimary',
      errmsg: 'not primary',
      errorLabels: ['RetryableWriteError'],
    };
  return faults[collection] ?? cursorOf(0, [{ _id: 1 }]);
};

const server = await startMongoServer(react);
after(() => server.stop());

const named = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: Error) => error.name,
  );

for (const [folder, version] of folders) {
  const observed = observeMongodb(folder);
  after(() => observed.undo());

  const withClient = async (
    options: Document,
    run: (client: MongoClient) => Promise<void>,
  ): Promise<void> => {
    const client = new observed.mongodb.MongoClient(server.url, {
      ...{
        retryReads: false,
        retryWrites: false,
        serverSelectionTimeoutMS: 5000,
        minHeartbeatFrequencyMS: 20,
      },
      ...options,
    });
    await client.connect();
    await client.db().collection('users').findOne({});
    observed.take();
    server.take();
    try {
      await run(client);
    } finally {
      await client.close(true);
    }
  };

  const failsOnce = (
    title: string,
    collection: string,
    errors: RegExp,
    options: Document = {},
    code?: string,
  ) =>
    test(`mongodb ${version}: ${title} is a failed call, once`, () =>
      withClient(options, async client => {
        const name = await named(client.db().collection(collection).findOne({}));
        assert.match(name, errors);
        const calls = observed.takeCalls();
        assert.deepEqual(
          calls.map(({ operation, table, failed }) => [operation, table, failed]),
          [['FIND', collection, true]],
        );
        assert.equal(calls[0]?.code, code);
      }));

  failsOnce('a connection that is cut', 'cut', /^MongoNetworkError$/);
  failsOnce('one that is cut within its answer', 'half', /^MongoNetworkError$/);
  failsOnce('an answer that cannot be read', 'garbage', /Error$/);
  failsOnce('silence until the socket times out', 'silent', /^MongoNetworkTimeoutError$/, {
    socketTimeoutMS: 80,
  });
  failsOnce('the end of its time at the server', 'late', /^MongoServerError$/, {}, '50');

  test(`mongodb ${version}: a key that exists and too few replicas fail the call, which the server has answered with ok`, () =>
    withClient({}, async client => {
      const insert = (collection: string) => named(client.db().collection(collection).insertOne({ _id: 1 }));
      assert.match(await insert('known'), /^MongoServerError$/);
      assert.match(await insert('unsafe'), /^MongoWriteConcernError$/);
      assert.equal(await insert('users'), 'no error');
      assert.deepEqual(
        observed.takeCalls().map(({ table, failed, code }) => [table, failed, code]),
        [
          ['known', true, '11000'],
          ['unsafe', true, '64'],
          ['users', false, undefined],
        ],
      );
    }));

  test(`mongodb ${version}: each attempt of what is tried again is a call`, () =>
    withClient({ retryReads: true, retryWrites: true }, async client => {
      const moving = client.db().collection('moving');
      refusals = 1;
      await moving.findOne({});
      refusals = 1;
      await moving.insertOne({ _id: 1 });
      const calls = observed.takeCalls();
      assert.deepEqual(
        calls.map(({ operation, failed, code }) => [operation, failed, code]),
        [
          ['FIND', true, '10107'],
          ['FIND', false, undefined],
          ['INSERT', true, '10107'],
          ['INSERT', false, undefined],
        ],
      );
    }));

  test(`mongodb ${version}: a write that is not acknowledged ends when it is written`, () =>
    withClient({ maxPoolSize: 1 }, async client => {
      const users = client.db().collection('users');
      await users.insertOne({ _id: 1 }, { writeConcern: { w: 0 } });
      await users.findOne({});
      assert.deepEqual(observed.take(), ['INSERT users', 'FIND users']);
      assert.deepEqual(
        server.take().filter(name => !/hello/i.test(name)),
        ['insert', 'find'],
      );
    }));

  test(`mongodb ${version}: what cannot be serialised was never sent`, () =>
    withClient({}, async client => {
      const secret = {
        get secret(): never {
          throw new Error('hunter2');
        },
      };
      assert.equal(await named(client.db().collection('users').findOne(secret)), 'Error');
      assert.deepEqual(observed.take(), []);
      assert.ok(!server.take().includes('find'));
    }));

  test(`mongodb ${version}: a client that is closed fails what is on its way`, { timeout: 5000 }, () =>
    withClient({ socketTimeoutMS: 1000 }, async client => {
      const asked = named(client.db().collection('silent').findOne({}));
      await delay(50);
      await client.close(true);
      assert.match(await asked, /Error$/);
      assert.deepEqual(observed.take(), ['FIND silent failed']);
    }),
  );

  if (version < 6) continue;

  test(`mongodb ${version}: a call that its caller gives up has failed, and one given up before was not sent`, () =>
    withClient({}, async client => {
      const giveUp = new AbortController();
      const silent = client.db().collection('silent');
      const asked = silent.findOne({}, { signal: giveUp.signal });
      await delay(50);
      giveUp.abort();
      assert.equal(await named(asked), 'AbortError');
      const [call] = observed.takeCalls();
      assert.deepEqual([call?.table, call?.failed], ['silent', true]);
      // A DOMException has a code of its own, which is not the server's.
      assert.equal(call?.code, undefined);
      assert.equal(await named(silent.findOne({}, { signal: giveUp.signal })), 'AbortError');
      assert.deepEqual(observed.take(), []);
    }));

  // Without effect since 7.
  if (version > 6) continue;

  test(`mongodb ${version}: timeoutMS ends a call`, () =>
    withClient({}, async client => {
      const name = await named(client.db().collection('silent').findOne({}, { timeoutMS: 80 }));
      assert.equal(name, 'MongoOperationTimeoutError');
      assert.deepEqual(observed.take(), ['FIND silent failed']);
    }));
}
