import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeOf } from '../../bench/peers.ts';

test('a peer that cannot be measured is named with the line that tells why', () => {
  const npm = `Command failed: npm ci --ignore-scripts
npm error code ETARGET
npm error notarget No matching version found for a@1.
npm error notarget In most cases you ask for a version that does not exist.`;
  assert.equal(causeOf(new Error(npm)), 'npm error notarget No matching version found for a@1.');
  const ended = `the process ended before /^listening/
--- stdout

--- stderr
node:internal/modules/cjs/loader:1433
  throw err;
Error: Cannot find module '/a|b.js'
Error: another`;
  assert.equal(causeOf(new Error(ended)), "Error: Cannot find module '/a/b.js'");
});

test('a message that names no cause is given by its first line, and none is not an empty cell', () => {
  assert.equal(causeOf(new Error('spawn npm ENOENT\nmore')), 'spawn npm ENOENT');
  assert.equal(causeOf('stopped'), 'stopped');
  assert.equal(causeOf(new Error('')), 'unknown');
});
