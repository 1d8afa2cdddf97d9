import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import * as contract from '../../src/catalog/metrics.ts';
import { root } from '../child.ts';

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** The rows of the metric table as the catalogue has them. */
const rows = Object.values(contract).map(
  ({ name, type, labels }) =>
    `| \`${name}\` | ${type} | ${labels.map(label => `\`${label}\``).join(', ')}${labels.length > 0 ? ' ' : ''}|`,
);

test('the README lists every metric of the catalogue with its type and labels, and no other', () => {
  const listed = read('README.md')
    .split('\n')
    .filter(line => /^\| `(http|active|db|monitoring)_\w+` \|/.test(line));
  assert.deepEqual(listed.sort(), rows.sort());
});

test('docs/metrics.md speaks of every metric of the catalogue', () => {
  const page = read('docs/metrics.md');
  for (const { name } of Object.values(contract)) assert.ok(page.includes(name), name);
});

test('names and labels are valid, and the overflow set has a value for every label', () => {
  for (const { name, labels, overflow, help } of Object.values(contract)) {
    assert.match(name, /^[a-z][a-z0-9_]*$/);
    for (const label of labels) assert.match(label, /^[a-z_]+$/);
    assert.equal(overflow.length, labels.length, name);
    assert.notEqual(help, '');
  }
});

test('the default buckets hold the bounds of the original dashboards', () => {
  for (const bound of [0.1, 0.5, 1, 2, 5]) assert.ok(contract.httpRequestDuration.buckets.includes(bound));
  for (const bound of [0.01, 0.05, 0.1, 0.5, 1]) assert.ok(contract.dbQueryDuration.buckets.includes(bound));
});

test('the version in the code is the version of the package', async () => {
  const { version } = await import('../../src/version.ts');
  assert.equal(version, JSON.parse(read('package.json')).version);
});
