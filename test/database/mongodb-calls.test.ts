import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { bson, cursorOf, type Document, type Reaction, startMongoServer } from './mongo-server.ts';
import { folders, type MongoClient, observeMongodb, traces } from './observed-mongodb.ts';

const housekeeping = /^(hello|isMaster|sasl\w+|endSessions)$/i;

const react = async (command: Document): Promise<Reaction> => {
  const [[name, value] = []] = Object.entries(command);
  if (name === 'saslStart') return { ok: 1, conversationId: 1, done: true, payload: Buffer.alloc(0) };
  if (value === 'slow') await delay(150);
  if (name === 'bulkWrite') {
    const nErrors = command.errorsOnly === false ? 1 : 0;
    const counts = { nInserted: 1, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
    const error = { ok: 0, idx: 0, n: 0, code: 11_000, errmsg: 'E11000' };
    return { ...cursorOf(0, nErrors ? [error] : []), ...counts, nErrors };
  }
  const token = { postBatchResumeToken: { _data: '01' } };
  if (value === 'events') return cursorOf(7, [], token);
  if (name === 'getMore' && command.collection === 'users') {
    await delay(60);
    return command.getMore === 7
      ? cursorOf(7, [{ _id: { _data: '02' }, operationType: 'insert' }], token)
      : cursorOf(8, [{ _id: 2 }]);
  }
  return cursorOf(value === 'long' ? 8 : 0, [{ _id: 1 }]);
};

const server = await startMongoServer(react);
const crypt = await startMongoServer(react, { iscryptd: true });
const balancer = await startMongoServer(react, { serviceId: new bson.ObjectId() });
after(() => {
  server.stop();
  crypt.stop();
  balancer.stop();
});

for (const [folder, version] of folders) {
  const observed = observeMongodb(folder);
  after(() => observed.undo());
  const { MongoClient } = observed.mongodb;

  const withClient = async (
    options: Document,
    run: (client: MongoClient) => Promise<void>,
    url = server.url,
  ) => {
    const client = new MongoClient(url, options);
    observed.take();
    try {
      await client.connect();
      await run(client);
    } finally {
      await client.close();
    }
  };

  /** Each asks in a trace of its own while there is one connection; the last one asks in none. */
  const callersOf = async (
    client: MongoClient,
  ): Promise<readonly (readonly [string, string | undefined])[]> => {
    const ask = (name: string) => client.db().collection(name).findOne({});
    const names = ['a', 'b', 'slow', 'd', 'e'];
    await Promise.all([...names.map(name => traces.run({ name }, () => ask(name))), ask('nobody')]);
    return observed.takeCalls().map(({ table, caller }) => [table, caller?.name]);
  };

  test(`mongodb ${version}: whoever asked for a call is its caller, whoever gave the connection back`, () =>
    withClient({ maxPoolSize: 1 }, async client => {
      const callers = await callersOf(client);
      assert.equal(callers.length, 6);
      for (const [table, caller] of callers) assert.equal(caller, table === 'nobody' ? undefined : table);
    }));

  test(`mongodb ${version}: each batch of a cursor has the caller that reads it`, () =>
    withClient({ maxPoolSize: 1 }, async client => {
      const read = (name: string) =>
        traces.run({ name }, async () => {
          const cursor = client.db().collection('long').find({}, { batchSize: 1 });
          for (let times = 0; times < 3; times += 1) await cursor.next();
          await cursor.close();
        });
      await Promise.all([read('a'), read('b')]);
      const callers = observed.takeCalls().map(({ operation, caller }) => `${operation} ${caller?.name}`);
      const expected = ['FIND', 'GETMORE', 'GETMORE', 'KILLCURSORS'].flatMap(name => [
        `${name} a`,
        `${name} b`,
      ]);
      assert.deepEqual(callers.toSorted(), expected.toSorted());
    }));

  test(`mongodb ${version}: a transaction that keeps its connection has the caller of each call`, () =>
    withClient(
      {},
      async client => {
        const users = client.db().collection('users');
        await client.withSession(async session => {
          session.startTransaction();
          for (const name of ['a', 'b'])
            await traces.run({ name }, () => users.insertOne({ name }, { session }));
          await session.commitTransaction();
        });
        const callers = observed.takeCalls().map(({ operation, caller }) => [operation, caller?.name]);
        assert.deepEqual(callers, [
          ['INSERT', 'a'],
          ['INSERT', 'b'],
          ['COMMITTRANSACTION', undefined],
        ]);
      },
      `${balancer.url}?loadBalanced=true`,
    ));

  test(`mongodb ${version}: waiting for a connection is not query time`, () =>
    withClient({ maxPoolSize: 1 }, async client => {
      const db = client.db();
      await Promise.all([db.collection('slow').findOne({}), db.collection('fast').findOne({})]);
      const [slow, fast] = observed.takeCalls();
      assert.ok(slow !== undefined && slow.seconds >= 0.14, String(slow?.seconds));
      assert.ok(fast !== undefined && fast.seconds < 0.1, String(fast?.seconds));
    }));

  test(`mongodb ${version}: handshakes, credentials, watching and ended sessions are no calls, whatever the server hears`, async () => {
    server.take();
    const url = server.url
      .replace('//', '//user:hunter2@')
      .concat('?authMechanism=PLAIN&authSource=$external');
    await withClient(
      { heartbeatFrequencyMS: 500 },
      async client => {
        await client.db().command({ ping: 1 });
        await delay(700);
        assert.deepEqual(observed.take(), ['PING none']);
        await client.db().command({ hello: 1 });
      },
      url,
    );
    assert.deepEqual(observed.take(), ['HELLO none']);
    const heard = server.take();
    for (const name of ['saslStart', 'endSessions', 'ping'])
      assert.ok(heard.includes(name), `${name}: ${heard}`);
    assert.ok(heard.filter(name => housekeeping.test(name)).length >= 5, String(heard));
    assert.deepEqual(
      heard.filter(name => !housekeeping.test(name)),
      // The older one tries its credentials.
      version < 6 ? ['ping', 'ping'] : ['ping'],
    );
  });

  test(`mongodb ${version}: what is handed to the process that encrypts is no call to a database`, () =>
    withClient(
      {},
      async client => {
        await client.db().collection('users').findOne({});
        assert.deepEqual(observed.take(), []);
      },
      crypt.url,
    ));

  test(`mongodb ${version}: a call names the server as the application does, and its database`, () =>
    withClient({}, async client => {
      await client.db().collection('users').findOne({});
      await client.db('other').collection('users').findOne({});
      assert.deepEqual(
        observed.takeCalls().map(({ database }) => database),
        ['shop', 'other'].map(namespace => ({ host: 'localhost', port: server.port, namespace })),
      );
    }));

  test(`mongodb ${version}: transactions`, () =>
    withClient({}, async client => {
      const users = client.db().collection('users');
      await client.withSession(async session => {
        session.startTransaction();
        await users.insertOne({ _id: 1 }, { session });
        await session.commitTransaction();
        session.startTransaction();
        await users.insertOne({ _id: 2 }, { session });
        await session.abortTransaction();
      });
      const insert = 'INSERT users';
      assert.deepEqual(observed.take(), [insert, 'COMMITTRANSACTION none', insert, 'ABORTTRANSACTION none']);
    }));

  test(`mongodb ${version}: a change stream waits for what comes, so it is not slow; a cursor does not`, () =>
    withClient({}, async client => {
      const stream = client.db().collection('events').watch();
      await stream.next();
      await stream.close();
      const cursor = client.db().collection('long').find({}, { batchSize: 1 });
      await cursor.next();
      await cursor.next();
      await cursor.close();
      const calls = observed.takeCalls().map(({ operation, waits }) => `${operation} ${waits === true}`);
      assert.deepEqual(calls, [
        ...['AGGREGATE false', 'GETMORE true', 'KILLCURSORS false'],
        ...['FIND false', 'GETMORE false', 'KILLCURSORS false'],
      ]);
    }));

  test(`mongodb ${version}: an aggregation of a database has no collection`, () =>
    withClient({}, async client => {
      await client
        .db()
        .aggregate([{ $currentOp: {} }])
        .toArray();
      assert.deepEqual(observed.take(), ['AGGREGATE none']);
    }));

  if (version < 6) {
    test(`mongodb ${version}: without the pool's patch the caller would be another's`, async () => {
      observed.undo();
      const restore = observed.patch('lib/cmap/connection.js');
      try {
        await withClient({ maxPoolSize: 1 }, async client => {
          const callers = await callersOf(client);
          assert.ok(
            callers.some(([table, caller]) => caller !== table && table !== 'nobody'),
            String(callers),
          );
        });
      } finally {
        restore?.();
      }
    });
    continue;
  }

  test(`mongodb ${version}: a bulk write of several collections is one call, which has failed where one of them has`, () =>
    withClient({}, async client => {
      const models = [{ namespace: 'shop.users', name: 'insertOne', document: { _id: 1 } }];
      await client.bulkWrite(models);
      assert.deepEqual(observed.take(), ['BULKWRITE none']);
      await client.bulkWrite(models, { verboseResults: true }).catch(() => undefined);
      assert.deepEqual(observed.take(), ['BULKWRITE none failed']);
    }));
}
