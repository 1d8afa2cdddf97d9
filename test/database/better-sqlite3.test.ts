import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { createPatch } from '../../src/database/clients/better-sqlite3.ts';
import { root } from '../child.ts';
import { observeClient } from './observed-client.ts';

interface Database {
  prepare: (text: string) => { get: () => unknown };
  explain: (text: string) => readonly unknown[];
  pragma: (text: string, options?: object) => unknown;
  transaction: (run: () => unknown) => () => unknown;
}
type DatabaseClass = new (file: string, options?: object) => Database;

const folder = path.join(root, 'test/fixtures/databases/package.json');
const load = createRequire(folder);
const { take, takeCalls, takeFailures, patch } = observeClient(createPatch);
let Database: DatabaseClass;

// Each test has classes of its own, as the first call on a class is the one that matters.
beforeEach(() => {
  for (const file of Object.keys(load.cache)) if (file.includes('better-sqlite3')) delete load.cache[file];
  Database = load('better-sqlite3') as DatabaseClass;
  assert.ok(patch({ exports: Database, module: 'better-sqlite3', folder: undefined }));
});

let scratch = '';
before(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'better-sqlite3-'));
});
after(() => rmSync(scratch, { recursive: true, force: true }));

/** A native part of its own, which a process loads once for each path. */
const nativePart = (name: string): string => {
  const place = path.join(scratch, `${name}.node`);
  const prebuilt = `prebuilds/${process.platform}-${process.arch}.node`;
  copyFileSync(path.join(path.dirname(folder), 'node_modules/better-sqlite3', prebuilt), place);
  return place;
};

test('a transaction is counted although nothing was prepared before it', () => {
  const db = new Database(':memory:', { nativeBinding: nativePart('transaction') });
  assert.equal(db.transaction(() => 7)(), 7);
  assert.deepEqual([take(), takeFailures()], [['BEGIN none', 'COMMIT none'], []]);
});

test('a pragma is counted although nothing was prepared before it', () => {
  const db = new Database(':memory:', { nativeBinding: nativePart('pragma') });
  assert.equal(db.pragma('user_version', { simple: true }), 0);
  assert.deepEqual(
    takeCalls().map(({ text }) => text),
    ['PRAGMA user_version'],
  );
});

test('an explanation is counted although nothing was prepared before it', () => {
  const db = new Database(':memory:', { nativeBinding: nativePart('explain') });
  assert.ok(db.explain('SELECT 1').length > 0);
  assert.deepEqual(
    takeCalls().map(({ text }) => text),
    ['EXPLAIN SELECT 1'],
  );
});

test('statements of another native part are counted too', () => {
  new Database(':memory:').prepare('SELECT 1').get();
  assert.deepEqual(take(), ['SELECT none']);
  new Database(':memory:', { nativeBinding: nativePart('other') }).prepare('SELECT 1').get();
  assert.deepEqual([take(), takeFailures()], [['SELECT none'], []]);
});
