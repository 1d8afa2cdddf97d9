import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type App, register, root, startApp, startChild } from '../child.ts';
import { missing } from '../missing.ts';
import { node20, node22, node22Old, node24, node26, testOn } from '../node-versions.ts';
import { metric } from '../page.ts';

const skip = missing(existsSync(path.join(root, 'dist/index.js')), 'dist/index.js', 'npm run build');
const fixture = (name: string): string => path.join(root, 'test/fixtures/active-users', name);

const assertCounted = async (app: App, users: number): Promise<void> => {
  const page = await app.scrape();
  assert.deepEqual(metric(page, 'active_users'), { '': users });
  assert.deepEqual(metric(page, 'monitoring_dropped_total'), {
    '{signal="metrics",reason="invalid_user_id"}': 6,
    '{signal="metrics",reason="invalid_user_count"}': 2,
  });
};

/** A second copy of the package, as two versions in one tree of dependencies would bring. */
const copyOfPackage = (t: TestContext): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-copy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(path.join(root, 'dist'), path.join(folder, 'dist'), { recursive: true });
  cpSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  return pathToFileURL(path.join(folder, 'dist/index.js')).href;
};

suite('activeUsers under the preload', { skip, concurrency: 2 }, () => {
  for (const script of ['esm.mjs', 'cjs.cjs'])
    for (const version of [node20, node22Old, node22, node24, node26])
      testOn(
        version,
        `${script}: users are counted, and nothing throws before or after the end`,
        async node => {
          const app = await startApp('', { node, ipc: true, args: ['--import', register, fixture(script)] });
          try {
            await assertCounted(app, 3);
            app.process.send('end');
            assert.deepEqual(await app.exit(), { code: 0, signal: null });
            assert.match(app.stdout(), /^ended$/m);
          } finally {
            await app.stop();
          }
        },
      );

  test('two copies of the package count together', async t => {
    const args = ['--import', register, fixture('esm.mjs'), copyOfPackage(t)];
    const app = await startApp('', { ipc: true, args });
    t.after(() => app.stop());
    await assertCounted(app, 4);
  });
});

suite('activeUsers without the preload', { skip }, () => {
  for (const script of ['esm.mjs', 'cjs.cjs'])
    test(`${script}: does nothing and says nothing`, async () => {
      const child = startChild({ args: [fixture(script)] });
      assert.deepEqual(await child.exit(), { code: 0, signal: null });
      assert.deepEqual([child.stdout(), child.stderr()], ['listening 0\nended\n', '']);
    });
});
