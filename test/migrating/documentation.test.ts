import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../child.ts';
import { buckets, knownDifferences } from './known-differences.ts';

test('docs/migrating.md has the table of known differences, and no other row in it', () => {
  const page = readFileSync(path.join(root, 'docs/migrating.md'), 'utf8');
  const section = /### Known differences\n\n\| what .*\n\| --- .*\n((?:\|.*\n)+)/.exec(page)?.[1] ?? '';
  const rows = [...knownDifferences, buckets].map(({ what, old, ours }) => `| ${what} | ${old} | ${ours} |`);
  assert.deepEqual(section.trimEnd().split('\n'), rows);
});
