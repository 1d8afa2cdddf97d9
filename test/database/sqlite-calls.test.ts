import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { createPatch as betterSqlite3 } from '../../src/database/clients/better-sqlite3.ts';
import { createPatch as nodeSqlite } from '../../src/database/clients/node-sqlite.ts';
import { root } from '../child.ts';
import { type ObservedClient, type ObservedClientOptions, observeClient } from './observed-client.ts';

interface Statement {
  run: (...parameters: unknown[]) => unknown;
  get: (...parameters: unknown[]) => unknown;
  all: (...parameters: unknown[]) => unknown[];
  iterate: (...parameters: unknown[]) => IterableIterator<unknown>;
}
interface Database {
  exec: (text: string) => unknown;
  prepare: (text: string) => Statement;
  close: () => unknown;
}
type DatabaseClass = new (file: string) => Database;

const load = createRequire(path.join(root, 'test/fixtures/databases/package.json'));
const nodeExports = load('node:sqlite') as { readonly DatabaseSync: DatabaseClass };
const betterExports = load('better-sqlite3') as DatabaseClass;

const clients = [
  {
    ...{ name: 'node:sqlite', exports: nodeExports, createPatch: nodeSqlite },
    ...{ Database: nodeExports.DatabaseSync, code: '1555' },
  },
  {
    ...{ name: 'better-sqlite3', exports: betterExports, createPatch: betterSqlite3 },
    ...{ Database: betterExports, code: undefined },
  },
] as const;

for (const { name, exports, createPatch, Database, code } of clients) {
  describe(name, () => {
    const undo: (() => void)[] = [];
    afterEach(() => {
      for (const step of undo.splice(0)) step();
    });

    const patched = (options?: ObservedClientOptions): ObservedClient => {
      const observed = observeClient(createPatch, options);
      const restore = observed.patch({ exports, module: name, folder: undefined });
      if (restore !== undefined) undo.push(restore);
      return observed;
    };

    const open = (): Database => {
      const db = new Database(':memory:');
      db.exec("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users VALUES (1, 'a')");
      return db;
    };

    /** Its methods, wherever they are. */
    const methodsOf = (db: Database): readonly unknown[] => {
      const statement = db.prepare('SELECT id FROM users');
      const rows = statement.iterate();
      const methods = [db.exec, db.prepare, statement.run, statement.get, statement.all, statement.iterate];
      // In the first versions of Node.js 22 each iterator has methods of its own, which compare with nothing.
      const all = Object.hasOwn(rows, 'next') ? methods : [...methods, rows.next, rows.return];
      rows.return?.();
      return all;
    };

    test('what is undone is as it was', () => {
      const db = open();
      const before = methodsOf(db);
      const observed = patched();
      methodsOf(db);
      const during = methodsOf(db);
      // `exec` and what statements have, on an instance or not: the negative control.
      assert.notEqual(during[0], before[0]);
      assert.notEqual(during[3], before[3]);
      if (before.length > 6) assert.notEqual(during[6], before[6]);
      for (const step of undo.splice(0)) step();
      assert.deepEqual(
        methodsOf(db).map((method, index) => method === before[index]),
        before.map(() => true),
      );
      observed.take();
      db.prepare('SELECT id FROM users').all();
      assert.deepEqual(observed.take(), []);
    });

    test('patched twice, it is counted once', () => {
      const first = patched();
      const second = patched();
      open().prepare('SELECT id FROM users').all();
      assert.deepEqual([first.take(), second.take()], [['CREATE users', 'SELECT users'], []]);
    });

    test('a statement that is frozen runs and is counted', () => {
      const { take, takeFailures } = patched();
      const statement = Object.freeze(open().prepare('SELECT id FROM users'));
      take();
      assert.equal(statement.all().length, 1);
      assert.equal(statement.all().length, 1);
      assert.deepEqual([take(), takeFailures()], [['SELECT users', 'SELECT users'], []]);
    });

    test('what the library refuses is no call, and no failure of ours', () => {
      const { take, takeFailures } = patched();
      const db = open();
      const statement = db.prepare('SELECT id FROM users WHERE id = ?');
      take();
      assert.throws(() => statement.get(Symbol('no parameter')));
      assert.throws(() => statement.get.call({}));
      db.close();
      assert.throws(() => statement.get(1));
      assert.throws(() => statement.iterate(1));
      assert.throws(() => db.exec('SELECT 1'));
      assert.deepEqual([take(), takeFailures()], [[], []]);
    });

    test('an error is told with the code of the database', () => {
      const { takeCalls } = patched();
      const db = open();
      takeCalls();
      assert.throws(() => db.prepare('INSERT INTO users VALUES (1, NULL)').run());
      assert.throws(() => db.prepare('INSERT INTO users VALUES (1, NULL)').iterate().next());
      const told = takeCalls().map(call => ({ failed: call.failed, code: call.code }));
      assert.deepEqual(told.at(0), { failed: true, code });
    });

    test('an observer that fails is not noticed', () => {
      const { takeFailures } = patched({
        begin: () => {
          throw new Error('ours');
        },
      });
      const db = open();
      const statement = db.prepare('SELECT id FROM users');
      assert.equal(statement.all().length, 1);
      assert.equal([...statement.iterate()].length, 1);
      assert.equal(takeFailures().length, 3);
    });

    test('an iterator that was opened before everything was undone still ends', () => {
      const { take } = patched();
      const rows = open().prepare('SELECT id FROM users').iterate();
      rows.next();
      take();
      rows.next();
      assert.deepEqual(take(), ['SELECT users']);
      for (const step of undo.splice(0)) step();
      assert.equal(rows.next().done, true);
      assert.deepEqual(take(), []);
    });

    test('what everybody inherits of iterators is left alone', () => {
      patched();
      const shared = Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object;
      const before = Reflect.ownKeys(shared);
      assert.equal([...open().prepare('SELECT id FROM users').iterate()].length, 1);
      assert.deepEqual(Reflect.ownKeys(shared), before);
    });

    test('exports of another shape are left alone', () => {
      const { patch, takeFailures } = observeClient(createPatch);
      for (const other of [{}, { default: {} }, { DatabaseSync: class {} }, () => {}])
        assert.equal(patch({ exports: other, module: name, folder: undefined }), undefined);
      assert.deepEqual(takeFailures(), []);
    });
  });
}
