import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectionOf, databaseOf, nameOf } from '../../src/database/mongodb/command.ts';

/** What a command is counted as: its name, and its collection where it has one. */
const commands: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
  [{ find: 'users', filter: {} }, 'find users'],
  [{ getMore: 7, collection: 'users' }, 'getMore users'],
  [{ getMore: 7, collection: '$cmd.aggregate' }, 'getMore'],
  [{ killCursors: '$cmd.aggregate', cursors: [] }, 'killCursors'],
  [{ aggregate: 'users', pipeline: [] }, 'aggregate users'],
  [{ aggregate: 1, pipeline: [] }, 'aggregate'],
  [{ findandmodify: 'users' }, 'findandmodify users'],
  [{ explain: { find: 'users' }, verbosity: 'queryPlanner' }, 'explain users'],
  [{ explain: { explain: { find: 'users' } } }, 'explain'],
  [{ explain: {} }, 'explain'],
  [{ renameCollection: 'shop.old.users', to: 'shop.users' }, 'renameCollection old.users'],
  [{ bulkWrite: 1, ops: [] }, 'bulkWrite'],
  [{ listCollections: 1 }, 'listCollections'],
  [{ commitTransaction: 1 }, 'commitTransaction'],
  [{ ping: 1, find: 'users' }, 'ping'],
  // Not collections.
  [{ createUser: 'hunter2', pwd: 'hunter2' }, 'createUser'],
  [{ usersInfo: 'hunter2' }, 'usersInfo'],
  [{ getParameter: '*' }, 'getParameter'],
  [{ getLog: 'global' }, 'getLog'],
  [{ enableSharding: 'hunter2' }, 'enableSharding'],
  [{}, ''],
];

test('a command of MongoDB is counted by its name, and its collection where its value is one', () => {
  for (const [command, expected] of commands) {
    const name = nameOf(command);
    const collection = name === undefined ? undefined : collectionOf(name, command);
    const parts = [name, collection].filter(part => part !== undefined);
    assert.equal(parts.join(' '), expected, JSON.stringify(command));
  }
});

test('the server of a connection is what the application calls it, or where its socket leads', () => {
  const named = (hostAddress: object) => databaseOf({ authContext: { options: { hostAddress } } }, 'shop');
  const at = (address: unknown) => databaseOf({ address }, 'shop');
  const namespace = 'shop';
  assert.deepEqual(named({ host: 'db.example', port: 27_017 }), {
    host: 'db.example',
    port: 27_017,
    namespace,
  });
  assert.deepEqual(named({ socketPath: '/run/mongodb.sock' }), { host: '/run/mongodb.sock', namespace });
  assert.deepEqual(at('10.0.0.1:27018'), { host: '10.0.0.1', port: 27_018, namespace });
  assert.deepEqual(at('[::1]:27017'), { host: '::1', port: 27_017, namespace });
  // Of a Unix domain socket in old versions: a random number, which must not become a name.
  const unknown = { host: undefined, port: undefined, namespace };
  assert.deepEqual(at('0f8fad5bd9cb469fa16570867728950e'), unknown);
  assert.deepEqual(at(undefined), unknown);
});

test('a connection keeps the name of its database while that is the same', () => {
  const connection = { address: '10.0.0.1:27018' };
  const shop = databaseOf(connection, 'shop');
  assert.equal(databaseOf(connection, 'shop'), shop);
  assert.deepEqual(databaseOf(connection, 'other'), { ...shop, namespace: 'other' });
});
