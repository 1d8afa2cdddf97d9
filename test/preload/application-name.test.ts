import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { applicationName } from '../../src/host/application-name.ts';

const root = mkdtempSync(path.join(tmpdir(), 'names-'));
after(() => rmSync(root, { recursive: true }));
for (const [folder, name] of [
  ['mono', 'mono'],
  ['mono/apps/shop', 'shop'],
  ['mono/node_modules/next', 'next'],
  ['lib/node_modules/tool', 'tool'],
] as const) {
  mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, folder, 'package.json'), JSON.stringify({ name }));
}
const at = (file: string): string => path.join(root, file);

for (const [script, startedIn, name] of [
  ['mono/apps/shop/src/main.js', 'lib', 'shop'],
  // A program of a package that starts the application: Next.js was called `next` by this.
  ['mono/node_modules/next/dist/bin/next', 'mono/apps/shop', 'shop'],
  ['mono/node_modules/.bin/next', 'mono', 'mono'],
  ['mono/node_modules/next/dist/bin/next', 'lib', 'mono'],
  // One that is installed for everybody is an application itself.
  ['lib/node_modules/tool/main.js', 'mono', 'tool'],
] as const)
  test(`${script}, started in ${startedIn}, is ${name}`, () => {
    assert.equal(applicationName(at(script), at(startedIn)), name);
  });

test('code without a file is what it is started in', () => {
  assert.equal(applicationName(undefined, at('mono/apps/shop')), 'shop');
});
