import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configurationPage } from '../../src/settings/markdown.ts';
import { integer } from '../../src/settings/parse.ts';
import { setting } from '../../src/settings/setting.ts';
import { table, topics } from '../../src/settings/table.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const committed = readFileSync(join(root, 'docs/configuration.md'), 'utf8');

test('docs/configuration.md is what the table says', () => {
  assert.equal(committed, configurationPage(topics), 'run "npm run docs"');
});

test('every variable has its row', () => {
  for (const { name } of Object.values(table)) {
    const row = committed.split('\n').find(line => line.startsWith(`| \`${name}\` |`));
    assert.ok(row, name);
  }
});

test('a changed table gives another page', () => {
  const changed = { port: setting('PORT|', integer(0, 9), 7, 'Anything.') };
  const page = configurationPage([{ title: 'New', settings: changed }]);
  assert.notEqual(page, committed);
  assert.match(
    page,
    /## New\n\n(?:\|.*\n){2}\| `PORT\\\|` \| a whole number from 0 to 9 \| `7` \| Anything\. \|\n$/,
  );
});

test('npm run docs writes the pages, and --check notices one that is out of date', t => {
  const copy = mkdtempSync(join(tmpdir(), 'monitoring-docs-'));
  t.after(() => rmSync(copy, { recursive: true }));
  const parts = [
    ...[
      'package.json',
      'src/settings',
      'src/catalog',
      'src/database',
      'src/redaction',
      'src/text-cache.ts',
      'scripts',
    ],
    ...['test/frameworks', 'test/database', 'test/fixtures/databases/cases'],
    'test/fixtures/databases/orm-tables.mjs',
  ];
  const pages = ['docs/configuration.md', 'docs/databases.md', 'docs/frameworks.md'];
  const manifests = globSync('test/fixtures/*/{package,package-lock}.json', { cwd: root });
  for (const part of [...parts, ...pages, ...manifests]) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  const docs = (...options: string[]): { status: number | null; stderr: string } =>
    spawnSync(process.execPath, [join(copy, 'scripts/docs.ts'), ...options], { encoding: 'utf8' });

  const { status, stderr } = docs('--check');
  assert.equal(status, 0, stderr);
  for (const name of pages) {
    const page = join(copy, name);
    const outOfDate = `${name} is out of date: run "npm run docs"\n`;
    appendFileSync(page, 'by hand');
    const edited = docs('--check');
    assert.deepEqual([edited.status, edited.stderr], [1, outOfDate]);
    assert.equal(docs().status, 0);
    assert.equal(readFileSync(page, 'utf8'), readFileSync(join(root, name), 'utf8'));
    rmSync(page);
    const missing = docs('--check');
    assert.deepEqual([missing.status, missing.stderr], [1, outOfDate]);
    assert.equal(docs().status, 0);
  }
});
