import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../child.ts';
import { testMatrix } from '../matrix.ts';

const betterSqlite3 = {
  ...{ cases: 'better-sqlite3', adapter: 'better-sqlite3', system: 'sqlite' },
  url: () => undefined,
};

// Version 13 brings its native part for every platform.
testMatrix(betterSqlite3);

// That of version 12 is built by the fixture's `build`, where it can be, for the Node.js that runs the fixtures.
const node = process.env.TEST_NODE ?? process.execPath;
const abi = execFileSync(node, ['-p', 'process.versions.modules']).toString().trim();
const built = path.join(root, 'test/fixtures/databases-older/node_modules/better-sqlite3/lib/binding');
if (globSync(`node-v${abi}-*/better_sqlite3.node`, { cwd: built }).length > 0)
  testMatrix({ ...betterSqlite3, folder: 'databases-older' });
else test('better-sqlite3 (databases-older)', { skip: 'SKIPPED: its native part is not built' }, () => {});
