import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { fixtureNode, register, root, startChild } from '../child.ts';
import { freePort } from './ports.ts';
import { assertLines, reported } from './reported.ts';

const binaries = path.join(root, 'node_modules/.bin');

/** A folder as users have it, in which every launcher finds what it starts. */
const folder = mkdtempSync(path.join(tmpdir(), 'monitoring-launchers-'));
const scripts = { start: 'node app.mjs', nested: 'npm run start' };
writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'launched', scripts }));
symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
for (const name of ['app.mjs', 'app.ts']) {
  copyFileSync(path.join(root, 'test/fixtures/preload/serve.mjs'), path.join(folder, name));
}
writeFileSync(
  path.join(folder, 'app.test.mjs'),
  "import { test } from 'node:test';\nimport './app.mjs';\ntest('never ends', () => new Promise(() => {}));\n",
);
writeFileSync(
  path.join(folder, 'unknown-launcher.mjs'),
  "import { spawn } from 'node:child_process';\nspawn(process.execPath, ['app.mjs'], { stdio: 'inherit' });\n",
);
after(() => rmSync(folder, { recursive: true, force: true }));

const launchers: readonly { readonly command: string; readonly args: readonly string[] }[] = [
  { command: 'npm', args: ['start'] },
  { command: 'npm', args: ['run', 'nested'] },
  { command: 'npx', args: ['tsx', 'app.ts'] },
  { command: path.join(binaries, 'tsx'), args: ['app.ts'] },
  { command: path.join(binaries, 'tsx'), args: ['watch', 'app.ts'] },
  { command: fixtureNode, args: ['--test', 'app.test.mjs'] },
  { command: fixtureNode, args: ['--watch', 'app.mjs'] },
  { command: fixtureNode, args: ['--run', 'start'] },
];

const start = (command: string, args: readonly string[], port: number) =>
  startChild({
    node: command,
    args,
    cwd: folder,
    group: true,
    env: {
      PATH: `${path.dirname(fixtureNode)}${path.delimiter}${process.env.PATH}`,
      NODE_OPTIONS: `--import=${register}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
      npm_config_update_notifier: 'false',
    },
  });

describe('NODE_OPTIONS reaches a launcher, too', { concurrency: 2 }, () => {
  for (const { command, args } of launchers) {
    test(`only the application starts under ${path.basename(command)} ${args.join(' ')}`, async () => {
      const port = await freePort();
      const child = start(command, args, port);
      try {
        const [, appPort] = await child.output(/listening (\d+)$/m);
        await child.output(/\[monitoring\] metrics at /);
        await (await fetch(`http://127.0.0.1:${appPort}`)).text();
        const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
        assert.match(page, /^http_requests_total\{method="GET",path="\/",status="200"\} 1$/m);
        // The test runner passes the standard error of its children on to its standard output.
        const all = { stderr: () => child.stdout() + child.stderr() };
        const ours = reported(all).filter(line => line.startsWith('[monitoring] '));
        assertLines(ours, [/ metrics at /]);
      } finally {
        await child.stop();
      }
    });
  }

  test('control: a launcher that is not known takes the port', async () => {
    const child = start(fixtureNode, ['unknown-launcher.mjs'], await freePort());
    try {
      await child.output(/listening (\d+)$/m);
      await child.output(/ is taken by another process: /);
    } finally {
      await child.stop();
    }
  });
});
