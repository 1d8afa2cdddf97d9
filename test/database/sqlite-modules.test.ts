import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { register, startChild } from '../child.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sqlite-modules-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string): string => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
};

write('node_modules/sqlite/package.json', '{ "main": "main.js" }');
write(
  'node_modules/sqlite/main.js',
  `class DatabaseSync { exec() {} }
  class StatementSync { run() {} get() {} all() {} }
  module.exports = { DatabaseSync, StatementSync };`,
);

const isLoaded = "process.moduleLoadList.some(name => name.endsWith(' sqlite'))";
const isOurs = "!String(sqlite.DatabaseSync.prototype.exec).includes('exec() {}')";
const programs = {
  'package.mjs': `import sqlite from 'sqlite'; console.log(${isOurs}, ${isLoaded});`,
  'package.cjs': `const sqlite = require('sqlite'); console.log(${isOurs}, ${isLoaded});`,
  'resolved.mjs': `console.log(import.meta.resolve('node:sqlite'), ${isLoaded});`,
  'imported.mjs': `import.meta.resolve('node:sqlite');
    const sqlite = await import('node:sqlite');
    console.log(String(sqlite.DatabaseSync.prototype.exec).includes('native code'), ${isLoaded});`,
  'required.cjs': `const sqlite = require('node:sqlite');
    console.log(String(sqlite.DatabaseSync.prototype.exec).includes('native code'), ${isLoaded});`,
} as const;

const run = async (
  name: keyof typeof programs,
): Promise<{ readonly said: string; readonly warned: boolean }> => {
  const file = write(name, programs[name]);
  const child = startChild({
    args: ['--import', register, file],
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0' },
  });
  try {
    const { code } = await child.exit(20_000);
    assert.equal(code, 0, child.stderr());
    return {
      said: child.stdout().trim(),
      warned: child.stderr().includes('SQLite is an experimental feature'),
    };
  } finally {
    await child.stop();
  }
};

test('a package of the name sqlite is somebody else', async () => {
  for (const name of ['package.mjs', 'package.cjs'] as const)
    assert.deepEqual(await run(name), { said: 'false false', warned: false });
});

test('who asks where node:sqlite is does not load it', async () => {
  assert.deepEqual(await run('resolved.mjs'), { said: 'node:sqlite false', warned: false });
});

test('node:sqlite is patched when the application loads it', async () => {
  for (const name of ['imported.mjs', 'required.cjs'] as const)
    assert.equal((await run(name)).said, 'false true');
});
