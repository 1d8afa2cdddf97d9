import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { find, held, runWriter, type Sink, startWriter, withDirectory } from './writer.ts';

interface Killed {
  /** Lines that the application had written and that are not on the disk. */
  readonly lost: number;
  /** Lines on the disk before the last one that are missing. */
  readonly missing: number;
  /** What is no whole line, in files that were left, and again after a restart has gone on writing. */
  readonly torn: readonly string[];
  readonly tornLater: readonly string[];
  /** Files that end in the middle of a line. */
  readonly open: readonly string[];
  /** Lines of the restart that are lost. */
  readonly lostLater: number;
}

/** Kills a process at a random moment while it writes at full speed, and starts another. */
const kill = async (sink: Sink): Promise<Killed> => {
  let result: Killed | undefined;
  await withDirectory(async directory => {
    const shared = { sink, directory, maxBytes: 1_000_000, maxFiles: 10_000 };
    const child = startWriter({ ...shared, lines: 10_000_000, together: 2_000, tells: true });
    try {
      await child.output(/^2000$/m);
      await pause(Math.random() * 300);
      child.process.kill('SIGKILL');
      assert.deepEqual(await child.exit(30_000), { code: null, signal: 'SIGKILL' });
    } finally {
      await child.stop();
    }
    const told = Number(child.stdout().split('\n').at(-2));
    const { counts, torn, open } = find(directory);
    const last = [...counts.keys()].reduce((most, key) => Math.max(most, Number(key.split(' ')[1])), 0);
    await runWriter({ ...shared, writer: 'b', lines: 1_000 });
    const later = find(directory);
    const lostLater = 1_000 - [...later.counts.keys()].filter(key => key.startsWith('b ')).length;
    const missing = last - counts.size;
    result = { lost: told - last, missing, torn, tornLater: later.torn, open, lostLater };
  });
  assert.ok(result);
  return result;
};

describe('a process that is killed in the middle of writing', { concurrency: 2 }, () => {
  test('has lost what it held at most, and has torn nothing but its very last line, 20 times of 20', async t => {
    let halves = 0;
    for (let round = 0; round < 20; round++) {
      const killed = await kill('ours');
      const shown = JSON.stringify(killed);
      assert.ok(killed.lost * 201 <= held, shown);
      assert.equal(killed.missing, 0, shown);
      // The kernel writes page by page and looks for SIGKILL between them: that file ends in half a line. It is a
      // line of its own for whoever goes on.
      assert.ok(killed.torn.length <= 1 && killed.torn.length === killed.open.length, shown);
      assert.deepEqual(killed.tornLater, killed.torn, shown);
      assert.equal(killed.lostLater, 0, shown);
      halves += killed.torn.length;
    }
    t.diagnostic(`${halves} of 20 files ended in half a line`);
  });

  test("the control: winston's own transport loses more", async t => {
    const killed = await kill('winston');
    t.diagnostic(`${killed.lost} lines lost`);
    assert.ok(killed.lost * 201 > held, JSON.stringify(killed));
  });
});
