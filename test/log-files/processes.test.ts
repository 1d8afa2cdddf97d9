import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
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
