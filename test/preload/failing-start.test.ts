import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { type ChildOptions, register, root, startChild } from '../child.ts';
import { copyPackage } from './copy.ts';
import { assertLines, reported } from './reported.ts';

const fixture = (name: string): string => path.join(root, 'test/fixtures/preload', name);
const breakChannels = fixture('break-channels.cjs');

const run = async (options: readonly string[], env: ChildOptions['env'] = {}) => {
  const child = startChild({
    args: [...options, fixture('left-behind.mjs')],
    env: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...env },
  });
  try {
    return { exit: await child.exit(), stdout: child.stdout(), lines: reported(child) };
  } finally {
    await child.stop();
  }
};

describe('a start that fails leaves nothing behind', { concurrency: 2 }, () => {
  for (const { subscription, exporters } of [
    { subscription: '1', exporters: 'prometheus' },
    { subscription: '2', exporters: 'prometheus' },
    { subscription: '1', exporters: 'prometheus,otlp' },
  ]) {
    test(`diagnostics channels refuse subscription ${subscription}, ${exporters}`, async () => {
      const env = { TEST_FAILING_SUBSCRIPTION: subscription, OTEL_METRICS_EXPORTER: exporters };
      const bare = await run(['--require', breakChannels], env);
      const guest = await run(['--require', breakChannels, '--import', register], env);
      assertLines(guest.lines, [
        /^\[monitoring\] could not start, the application runs unmonitored: Error: refused by a test$/,
      ]);
      assert.deepEqual({ ...guest, lines: [] }, bare);
    });
  }

  test('a file of it is missing', async () => {
    const copy = copyPackage({ dependencies: true });
    try {
      rmSync(path.join(copy.register, '../start.js'));
      const guest = await run(['--import', copy.register]);
      assertLines(guest.lines, [
        /^\[monitoring\] could not start, the application runs unmonitored: Error: Cannot find module /,
      ]);
      assert.deepEqual({ ...guest, lines: [] }, await run([]));
    } finally {
      copy.remove();
    }
  });

  test('control: it needs no other package', async () => {
    const copy = copyPackage({ dependencies: false });
    try {
      assertLines((await run(['--import', copy.register])).lines, [/ metrics at /]);
    } finally {
      copy.remove();
    }
  });

  test('control: a start that succeeds is seen', async () => {
    const guest = await run(['--import', register]);
    assertLines(guest.lines, [/ metrics at /]);
    assert.notEqual(guest.stdout, (await run([])).stdout);
  });
});
