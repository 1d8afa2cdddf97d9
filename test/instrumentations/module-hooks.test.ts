import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { fixtureNode, root, startChild } from '../child.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'module-hooks-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string | object): void => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
};

const thing = "say() { return 'thing'; }";
write('package.json', { type: 'module' });
write('node_modules/in-place/package.json', {
  exports: { '.': { import: './index.mjs', require: './index.cjs' }, './package.json': './package.json' },
});
write(
  'node_modules/in-place/index.mjs',
  "export { Thing } from './lib/thing.mjs'; export const kind = 'module'; export default 'the default';",
);
write('node_modules/in-place/lib/thing.mjs', `export class Thing { ${thing} }`);
write('node_modules/in-place/index.cjs', "module.exports = require('./lib/thing.cjs');");
write('node_modules/in-place/lib/thing.cjs', `exports.Thing = class { ${thing} };`);
write('node_modules/@scoped/replaced/package.json', { type: 'module', exports: './index.js' });
write(
  'node_modules/@scoped/replaced/index.js',
  `import { back } from './cycle.js';
  await undefined;
  export let count = 0;
  export const increase = () => { count += 1; };
  export const make = what => 'made ' + what;
  export const round = () => back();
  export default class Named {}`,
);
write(
  'node_modules/@scoped/replaced/cycle.js',
  "import { make } from './index.js'; export const back = () => make('in a circle');",
);
write('node_modules/whole/package.json', { main: 'main.js' });
write('node_modules/whole/main.js', "module.exports = what => 'whole ' + what;");
write('node_modules/getters/package.json', { main: 'main.js' });
write(
  'node_modules/getters/main.js',
  `const all = {};
  Object.defineProperty(all, '__esModule', { value: true });
  Object.defineProperty(all, 'make', { enumerable: true, get: () => what => 'made ' + what });
  Object.defineProperty(all, 'other', { enumerable: true, get: () => 1 });
  module.exports = all;
  0 && (module.exports = { make, other });`,
);
write('node_modules/throws/package.json', { main: 'main.js' });
write('node_modules/throws/main.js', "exports.fine = 'fine';");
write('node_modules/named/package.json', { main: 'main.js' });
write('node_modules/named/main.js', "exports.make = () => 'made';");
write('node_modules/other/package.json', { main: 'main.js' });
write('node_modules/other/main.js', 'exports.other = 1;');
// As pnpm lays packages out.
write('node_modules/.pnpm/linked@1.0.0/node_modules/in-place/package.json', { main: 'main.cjs' });
write(
  'node_modules/.pnpm/linked@1.0.0/node_modules/in-place/main.cjs',
  "exports.Thing = require('./lib/thing.cjs').Thing;",
);
write(
  'node_modules/.pnpm/linked@1.0.0/node_modules/in-place/lib/thing.cjs',
  `exports.Thing = class { ${thing} };`,
);
mkdirSync(path.join(folder, 'packages/app/node_modules'), { recursive: true });
symlinkSync(
  path.join(folder, 'node_modules/.pnpm/linked@1.0.0/node_modules/in-place'),
  path.join(folder, 'packages/app/node_modules/in-place'),
);

write('node_modules/main-file/package.json', { exports: { require: './dist/index.cjs' } });
write('node_modules/main-file/dist/index.cjs', "exports.make = what => 'made ' + what;");
write('node_modules/circle/package.json', { type: 'module', exports: './index.js' });
write(
  'node_modules/circle/index.js',
  `import { back } from './cycle.js';
  export const make = what => 'made ' + what;
  export const round = () => back();
  export default class Named {}`,
);
write(
  'node_modules/circle/cycle.js',
  "import { make } from './index.js'; export const back = () => make('in a circle');",
);

let scripts = 0;
/** What a script prints, with the hooks or without. */
const run = async (
  source: string,
  { as = 'mjs', hooked = true, from = '.', preload = [] as readonly string[] } = {},
): Promise<readonly string[]> => {
  const file = path.join(folder, from, `script-${++scripts}.${as}`);
  writeFileSync(file, source);
  const child = startChild({
    args: [
      // What old versions of Node.js 22 need to read the hooks themselves.
      '--experimental-strip-types',
      '--disable-warning=ExperimentalWarning',
      // Of the hooks of others, on Node.js 26.
      '--disable-warning=DEP0205',
      ...(hooked ? ['--import', path.join(root, 'test/fixtures/module-hooks/preload.ts')] : []),
      ...preload,
      file,
    ],
    cwd: folder,
    node: fixtureNode,
  });
  const end = await child.exit(30_000);
  assert.deepEqual(end, { code: 0, signal: null }, child.stdout() + child.stderr());
  assert.equal(child.stderr(), '');
  return child.stdout().trim().split('\n');
};

describe('an ES module that is imported', () => {
  test('is shown before its importer runs: a prototype of an inner file is patched', async () => {
    const source = "import { Thing } from 'in-place'; console.log(new Thing().say());";
    assert.deepEqual(await run(source), ['shown in-place namespace', 'patched thing']);
    assert.deepEqual(await run(source, { hooked: false }), ['thing']);
  });

  test('by import(), twice: it is the same module', async () => {
    const source = `
      const [first, second] = [await import('in-place'), await import('in-place')];
      console.log(new first.Thing().say(), first === second);`;
    assert.deepEqual(await run(source), ['shown in-place namespace', 'patched thing true']);
  });

  test('has all its exports: live bindings, default, and those that were replaced', async () => {
    const source = `
      import * as replaced from '@scoped/replaced';
      import Named, { count, increase, make, round } from '@scoped/replaced';
      increase();
      console.log(count, make('it'), Named.name, Object.keys(replaced).join(), round());`;
    const names = 'count,default,increase,make,round';
    assert.deepEqual(await run(source), [
      'shown @scoped/replaced make',
      // What the package uses itself it imports as well, unless it is in the same file.
      `1 replaced made it Named ${names} replaced made in a circle`,
    ]);
    assert.deepEqual(await run(source, { hooked: false }), [`1 made it Named ${names} made in a circle`]);
  });

  test('import.meta.resolve tells where the real file is', async () => {
    const source = `
      import { fileURLToPath } from 'node:url';
      Error.stackTraceLimit = 1;
      console.log(fileURLToPath(import.meta.resolve('@scoped/replaced')), Error.stackTraceLimit);
      console.log((await import('@scoped/replaced')).make('it'));`;
    assert.deepEqual(await run(source), [
      `${path.join(folder, 'node_modules/@scoped/replaced/index.js')} 1`,
      'shown @scoped/replaced make',
      'replaced made it',
    ]);
  });

  test('import.meta.resolve told the stand-in where the application makes stacks of its own', async () => {
    const source = `
      const real = import.meta.url.replace(/script-.*/, 'node_modules/@scoped/replaced/index.js');
      Error.prepareStackTrace = (error, sites) => sites;
      console.log(import.meta.resolve('@scoped/replaced') === real, new Error().stack.length > 0);
      Error.prepareStackTrace = () => { throw new Error('of the application'); };
      const { make } = await import('@scoped/replaced');
      console.log(make('it'));`;
    assert.deepEqual(await run(source), ['true true', 'shown @scoped/replaced make', 'replaced made it']);
  });

  test('was not patched where intrinsics are frozen', async () => {
    const source = "import { make } from '@scoped/replaced'; console.log(make('it'));";
    assert.deepEqual(await run(source, { preload: ['--frozen-intrinsics'] }), [
      'shown @scoped/replaced make',
      'replaced made it',
    ]);
  });

  test('that imports itself in a circle could not be required', async () => {
    const source = "const { make, round } = require('circle'); console.log(make('it'), round());";
    assert.deepEqual(await run(source, { as: 'cjs' }), [
      'shown circle make',
      'replaced made it made in a circle',
    ]);
    assert.deepEqual(await run(source, { as: 'cjs', hooked: false }), ['made it made in a circle']);
  });

  test('could not be imported with the hooks of import-in-the-middle', async () => {
    const hook = path.join(root, 'node_modules/import-in-the-middle/hook.mjs');
    const register = `import { register } from 'node:module'; register(${JSON.stringify(pathToFileURL(hook))});`;
    const preload = ['--import', `data:text/javascript,${encodeURIComponent(register)}`];
    const source = `
      import { make } from '@scoped/replaced';
      import { Thing } from 'in-place';
      console.log(make('it'), new Thing().say());`;
    assert.deepEqual((await run(source, { preload })).toSorted(), [
      'replaced made it patched thing',
      'shown @scoped/replaced make',
      'shown in-place namespace',
    ]);
  });

  test('is required: the same patches', async () => {
    const source = `
      const { Thing } = require('./node_modules/in-place/lib/thing.mjs');
      console.log(new Thing().say());`;
    assert.deepEqual(await run(source, { as: 'cjs' }), ['shown in-place namespace', 'patched thing']);
  });
});

describe('a CommonJS module', () => {
  test('that is required: an inner file', async () => {
    const source = "console.log(new (require('in-place').Thing)().say());";
    assert.deepEqual(await run(source, { as: 'cjs' }), ['shown in-place object', 'patched thing']);
  });

  test('that is required by the name of its package was not found by its file', async () => {
    const source = "console.log(require('main-file').make('it'));";
    assert.deepEqual(await run(source, { as: 'cjs' }), ['shown main-file make', 'replaced made it']);
    assert.deepEqual(await run(source, { as: 'cjs', hooked: false }), ['made it']);
  });

  test('that is imported: named exports are those of the patch', async () => {
    const source = "import whole, { make } from 'named'; console.log(make(), whole.make());";
    assert.deepEqual(await run(source), ['shown named object', 'patched made patched made']);
  });

  test('that exports a function as a whole: it is replaced for import and for require', async () => {
    const source = `
      import { createRequire } from 'node:module';
      import whole from 'whole';
      console.log(whole('one'));
      console.log(createRequire(import.meta.url)('whole')('two'));`;
    assert.deepEqual(await run(source), [
      'shown whole default',
      'replaced whole one',
      'shown whole default',
      'replaced whole two',
    ]);
  });

  test('that exports by getters, as bundlers write them: it is handed on as a copy', async () => {
    const source = `
      const getters = require('getters');
      console.log(getters.make('it'), getters.other, getters.__esModule, Object.keys(getters).join());`;
    assert.deepEqual(await run(source, { as: 'cjs' }), [
      'shown getters make',
      'replaced made it 1 true make,other',
    ]);
    assert.deepEqual(await run("import { make, other } from 'getters'; console.log(make('it'), other);"), [
      'shown getters make',
      'replaced made it 1',
    ]);
  });

  test('that pnpm has linked is known by its real path', async () => {
    for (const [as, source] of [
      ['cjs', "console.log(new (require('in-place').Thing)().say());"],
      ['mjs', "import { Thing } from 'in-place'; console.log(new Thing().say());"],
    ] as const) {
      const printed = await run(source, { as, from: 'packages/app' });
      assert.deepEqual(printed, ['shown in-place object', 'patched thing'], as);
    }
  });
});

test("one of Node.js' own modules is patched before the first who loads it has it, for named imports, too", async () => {
  const source = `
    import { connect } from 'node:http2';
    import { createRequire } from 'node:module';
    console.log(connect(), createRequire(import.meta.url)('http2').connect());`;
  const imported = await run(source);
  assert.equal(imported[0], 'shown http2 object');
  assert.equal(imported.at(-1), 'patched patched');
  const required = "console.log(require('http2').connect());";
  const printed = await run(required, { as: 'cjs' });
  assert.equal(printed.at(-1), 'patched');
});

test('a patch that throws is told, and the module is there all the same', async () => {
  const told = ['shown throws object', 'failure throws: broken patch', 'fine'];
  assert.deepEqual(await run("console.log(require('throws').fine);", { as: 'cjs' }), told);
  assert.deepEqual(await run("import { fine } from 'throws'; console.log(fine);"), told);
});

test('once stopped, everything is as it was, and what comes later is left alone', async () => {
  const source = `
    const { Thing } = await import('in-place');
    stopHooks();
    console.log(new Thing().say());
    const { make } = await import('@scoped/replaced');
    console.log(make('it'), (await import('named')).make());`;
  assert.deepEqual(await run(source), ['shown in-place namespace', 'thing', 'made it made']);
});

test('what nobody waits for is not touched', async () => {
  const source = `
    import * as other from 'other';
    console.log(import.meta.resolve('other').startsWith('file:'), other.other);`;
  assert.deepEqual(await run(source), ['true 1']);
});
