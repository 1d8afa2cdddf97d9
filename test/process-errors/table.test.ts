import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { type NodeVersion, node22, node22Old, node24, node26, testOn } from '../node-versions.ts';
import { type BuiltPreload, buildPreload } from './preload.ts';
import { type Run, runToEnd } from './run.ts';
import { startSinkServer } from './sink-server.ts';
import { modes, type Row, table } from './table.ts';

let preload: BuiltPreload;
before(async () => {
  preload = await buildPreload();
});
after(() => preload.remove());

const runOf = ({ way, options, signal }: Row, node: string): Run => ({
  way,
  node,
  ...(options === undefined ? {} : { options }),
  ...(signal === undefined ? {} : { whenReady: child => void child.process.kill(signal) }),
});

/** The row with the hooks and without: the same to be seen, and exactly what is expected told. */
const check = async (row: Row, node: string): Promise<void> => {
  const server = await startSinkServer();
  try {
    const run = runOf(row, node);
    const [plain, ours] = await Promise.all([
      runToEnd(run),
      runToEnd({ ...run, preload: preload.file, env: { TEST_SINKS: server.url } }),
    ]);
    assert.deepEqual(ours.seen, plain.seen);
    assert.deepEqual([...server.received].sort(), [...row.told].sort());
  } finally {
    server.stop();
  }
};

const titled = ({ way, options = [], signal }: Row): string =>
  [way, ...options, signal ?? ''].join(' ').trim();

const onEach = (rows: readonly Row[], versions: readonly NodeVersion[]): void => {
  for (const version of versions) {
    for (const row of rows) testOn(version, titled(row), node => check(row, node));
  }
};

describe('a process ends as it does without the hooks, and tells of its errors once', {
  concurrency: 2,
}, () => {
  onEach(table, [node24]);
  onEach(
    table.filter(({ way }) => /^rejection|context/.test(way)),
    [node22Old, node22, node26],
  );
});

describe('modes of --unhandled-rejections', { concurrency: 2 }, () => {
  // Not 22.15: it aborts in the mode `strict` when an application that has survived makes a connection in a promise, whoever does.
  onEach(modes, [node22, node24, node26]);
});
