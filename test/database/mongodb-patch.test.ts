import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createPatch } from '../../src/database/clients/mongodb.ts';
import { cursorOf, startMongoServer } from './mongo-server.ts';
import { folders, type Mongodb, observeMongodb, requireMongodb } from './observed-mongodb.ts';

const server = await startMongoServer(async command => {
  const [collection] = Object.values(command);
  if (collection === 'slow') await delay(100);
  return collection === 'missing' ? { ok: 0, code: 26, errmsg: 'ns not found' } : cursorOf(0, [{ _id: 1 }]);
});
after(() => server.stop());

type Method = (...parameters: unknown[]) => unknown;
type Prototype = Record<string, Method>;

const files = { Connection: 'lib/cmap/connection.js', ConnectionPool: 'lib/cmap/connection_pool.js' };

const prototypeOf = (folder: string, name: keyof typeof files): Prototype => {
  const exports = requireMongodb(folder, files[name]) as Record<string, { readonly prototype: Prototype }>;
  const found = exports[name];
  assert.ok(found !== undefined);
  return found.prototype;
};

/** How a program ended whose rejection nobody handles. */
const ended = (folder: string, how: string): Promise<{ code: unknown; out: string; error: string }> =>
  new Promise(resolve => {
    const program = fileURLToPath(new URL('mongodb-unhandled.ts', import.meta.url));
    execFile(process.execPath, [program, folder, server.url, how], (error, out, stderr) =>
      resolve({ code: error?.code, out: out.trim(), error: stderr.replaceAll(/\d+/g, 'n') }),
    );
  });

for (const [folder, version] of folders) {
  const connection = prototypeOf(folder, 'Connection');
  const pool = prototypeOf(folder, 'ConnectionPool');
  const describe = () => [connection, pool].map(prototype => Object.getOwnPropertyDescriptors(prototype));
  const shape = (method: Method | undefined) => [method?.name, method?.length];

  test(`mongodb ${version}: what is patched looks as before, and is as before when it is undone`, () => {
    const { command } = connection;
    const before = describe();
    const observed = observeMongodb(folder);
    assert.notEqual(connection.command, command);
    assert.deepEqual(shape(connection.command), shape(command));
    assert.equal(observed.patch(files.Connection), undefined, 'another copy of us leaves it alone');
    observed.undo();
    assert.deepEqual(describe(), before);
  });

  test(`mongodb ${version}: somebody who has wrapped ours since stays, and ours records no more`, async () => {
    const { command: original } = connection;
    const observed = observeMongodb(folder);
    const { command: ours } = connection;
    assert.ok(original !== undefined && ours !== undefined);
    let wrapped = 0;
    const wrapper: Method = function (this: unknown, ...parameters) {
      wrapped += 1;
      return Reflect.apply(ours, this, parameters);
    };
    connection.command = wrapper;
    observed.undo();
    const client = new observed.mongodb.MongoClient(server.url);
    try {
      assert.deepEqual(await client.db().collection('users').findOne({}), { _id: 1 });
      assert.equal(connection.command, wrapper);
      assert.ok(wrapped > 0);
      assert.deepEqual(observed.take(), []);
    } finally {
      await client.close();
      connection.command = original;
    }
  });

  test(`mongodb ${version}: what is on its way when it is undone is not recorded`, async () => {
    const observed = observeMongodb(folder);
    const client = new observed.mongodb.MongoClient(server.url);
    try {
      await client.connect();
      const asked = client.db().collection('slow').findOne({});
      await delay(50);
      observed.undo();
      assert.deepEqual(await asked, { _id: 1 });
      assert.deepEqual(observed.take(), []);
    } finally {
      await client.close();
    }
  });

  test(`mongodb ${version}: a failure of ours is told, and the application's call goes on`, async () => {
    const told: unknown[] = [];
    const broken = (): never => {
      throw new Error('ours');
    };
    const calls = { caller: () => undefined, begin: broken, end: broken, fail: broken, drop: broken };
    const onFailure = (_hook: string, error: unknown): void => void told.push(error);
    const restore = createPatch({ calls, onFailure, pools: { add: () => {} } })({
      ...{ module: 'mongodb', file: files.Connection, folder: undefined },
      exports: requireMongodb(folder, files.Connection),
    });
    const client = new (requireMongodb(folder) as Mongodb).MongoClient(server.url);
    try {
      assert.deepEqual(await client.db().collection('users').findOne({}), { _id: 1 });
      assert.match(String(told[0]), /ours/);
    } finally {
      await client.close();
      restore?.();
    }
  });

  test(`mongodb ${version}: a rejection that nobody handles still ends the process`, async () => {
    const bare = await ended(folder, 'bare');
    const observed = await ended(folder, 'observed');
    assert.equal(bare.code, 1);
    assert.match(bare.error, /ns not found/);
    // Without the frames, which are those of our files.
    const told = ({ error }: typeof bare): readonly string[] =>
      error.split('\n').filter(line => !/^\s+at /.test(line));
    assert.deepEqual(told(observed), told(bare));
    assert.deepEqual([observed.code, observed.out, bare.out], [1, 'FIND missing failed', 'not observed']);
  });
}

test('what is written after a command that was never sent is none of its own', async () => {
  class Connection {
    readonly hello = {};
    async command(_ns: unknown, _command: unknown): Promise<void> {
      throw new Error('not sent');
    }
    async writeCommand(): Promise<void> {}
  }
  const begun: unknown[] = [];
  const nothing = (): undefined => undefined;
  const begin = (sent: unknown): undefined => void begun.push(sent);
  const restore = createPatch({
    calls: { caller: nothing, begin, end: nothing, fail: nothing, drop: nothing },
    onFailure: nothing,
    pools: { add: nothing },
  })({ module: 'mongodb', file: files.Connection, folder: undefined, exports: { Connection } });
  assert.ok(restore !== undefined);
  const connection = new Connection();
  await assert.rejects(connection.command({ db: 'shop' }, { find: 'users' }));
  await connection.writeCommand();
  assert.deepEqual(begun, []);
});

test('a mongodb of another shape is left alone', () => {
  const onFailure = (_hook: string, error: unknown): never => {
    throw error;
  };
  const calls = {
    caller: () => undefined,
    begin: () => undefined,
    end: () => {},
    fail: () => {},
    drop: () => {},
  };
  const patch = createPatch({ calls, onFailure, pools: { add: () => {} } });
  class Connection {
    command(): void {}
  }
  for (const exports of [
    undefined,
    null,
    {},
    { Connection: {} },
    { Connection },
    { ConnectionPool: Connection },
  ])
    for (const file of Object.values(files))
      assert.equal(patch({ module: 'mongodb', file, folder: undefined, exports }), undefined);
});
