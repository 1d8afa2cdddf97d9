import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Difference,
  differenceOf,
  find,
  nothing,
  type Sink,
  startWriter,
  withDirectory,
} from './writer.ts';

/** Lets processes write into one directory, all at once, and says what was lost and how many files there are. */
const share = async (
  sink: Sink,
  writers: readonly string[],
  lines: number,
  maxBytes: number,
): Promise<{ readonly difference: Difference; readonly files: number; readonly empty: number }> => {
  let result = { difference: nothing, files: 0, empty: 0 };
  await withDirectory(async directory => {
    const children = writers.map(writer =>
      startWriter({ sink, directory, writer, lines, maxBytes, maxFiles: 10_000, together: 1_000 }),
    );
    try {
      for (const child of children) {
        assert.deepEqual(await child.exit(120_000), { code: 0, signal: null });
        assert.equal(child.stdout() + child.stderr(), '');
      }
      const found = find(directory);
      const empty = found.torn.filter(line => line === '').length;
      result = {
        difference: differenceOf(found, lines, writers),
        files: readdirSync(directory).length,
        empty,
      };
    } finally {
      for (const child of children) await child.stop();
    }
  });
  return result;
};

describe('processes that share a directory', { concurrency: 1 }, () => {
  for (const writers of [
    ['a', 'b'],
    ['a', 'b', 'c', 'd'],
  ]) {
    // Files that are hardly larger than a batch: nearly every batch of a process finds that others have moved on.
    for (const [maxBytes, lines] of [
      [1_000_000, 60_000],
      [100_000, 30_000],
    ] as const) {
      test(`${writers.length}, with files of ${maxBytes} bytes: nothing is lost or torn`, async t => {
        const { difference, files, empty } = await share('ours', writers, lines, maxBytes);
        t.diagnostic(`${files} files, ${empty} empty lines`);
        assert.deepEqual(difference, nothing);
        const least = Math.floor((writers.length * lines * 201) / (maxBytes + writers.length * 66_000));
        assert.ok(files > least, `${files} files`);
      });
    }
  }

  test("the control: winston's own transport loses lines", async t => {
    const { difference } = await share('winston', ['a', 'b'], 60_000, 1_000_000);
    t.diagnostic(`${difference.lost} lost, ${difference.torn.length} torn`);
    assert.ok(difference.lost > 0, 'the test would not see a loss');
  });
});

describe('processes that share a directory, of which some are killed', () => {
  test('the others lose nothing, and only the last line of who is killed is torn', () =>
    withDirectory(async directory => {
      const lines = 60_000;
      const shared = {
        sink: 'ours',
        directory,
        maxBytes: 1_000_000,
        maxFiles: 10_000,
        together: 500,
        pauseMs: 15,
      } as const;
      const survivors = ['a', 'b'].map(writer => startWriter({ ...shared, writer, lines }));
      const victims = ['c', 'd', 'e', 'f', 'g', 'h'];
      let halves: readonly string[] = [];
      try {
        for (const writer of victims) {
          const victim = startWriter({ ...shared, writer, lines: 10_000_000, together: 2_000, tells: true });
          await victim.output(/^2000$/m);
          await pause(Math.random() * 100);
          await victim.stop();
        }
        for (const child of survivors) {
          assert.deepEqual(await child.exit(120_000), { code: 0, signal: null });
          assert.equal(child.stdout() + child.stderr(), '');
        }
        const found = find(directory);
        halves = found.torn;
        assert.deepEqual({ ...differenceOf(found, lines, ['a', 'b']), torn: [] }, nothing);
        assert.ok(halves.length <= victims.length, halves.join('\n'));
        for (const half of halves) assert.match(half, /^[c-h]( \d*( x*(…x*)?( e?n?)?)?)?$/);
      } finally {
        for (const child of survivors) await child.stop();
      }
    }));
});
