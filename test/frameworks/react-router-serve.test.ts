import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { register, root, startChild } from '../child.ts';
import { freePort } from '../preload/ports.ts';

const build = pathToFileURL(path.join(root, 'test/fixtures/routing/react-router-build.mjs')).href;

/** A folder as users have it. */
const createFolder = (packages: string): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-serve-'));
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'my-shop', type: 'module' }));
  writeFileSync(path.join(folder, 'build.js'), `export * from ${JSON.stringify(build)};\n`);
  symlinkSync(path.join(root, 'test/fixtures', packages, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
};

describe('the own server of the framework is the application, and not a launcher', { concurrency: 2 }, () => {
  for (const [packages, program] of [
    ['react-router-7', 'react-router-serve'],
    ['react-router-8', 'react-router-serve'],
    ['remix-2', 'remix-serve'],
  ] as const) {
    for (const by of ['--import', 'NODE_OPTIONS'] as const) {
      test(`${program} of ${packages} by ${by}`, async () => {
        const folder = createFolder(packages);
        const port = await freePort();
        const child = startChild({
          args: [
            ...(by === '--import' ? ['--import', register] : []),
            `node_modules/.bin/${program}`,
            'build.js',
          ],
          cwd: folder,
          env: {
            PORT: String(port),
            HOST: '127.0.0.1',
            OTEL_EXPORTER_PROMETHEUS_PORT: '0',
            ...(by === 'NODE_OPTIONS' && { NODE_OPTIONS: `--import=${register}` }),
          },
        });
        try {
          await child.output(new RegExp(`^\\[${program}\\] http://`, 'm'));
          const [, metrics = ''] = await child.output(/metrics at (http:\S+?);/);
          await (await fetch(`http://127.0.0.1:${port}/orgs/42/users/7`)).text();
          const page = await (await fetch(metrics)).text();
          assert.match(page, /^http_requests_total\{.*path="\/orgs\/:org\/users\/:id",status="200"\} 1$/m);
          assert.match(page, /^target_info\{.*service_name="my-shop"/m);
        } finally {
          await child.stop();
          rmSync(folder, { recursive: true, force: true });
        }
      });
    }
  }
});
