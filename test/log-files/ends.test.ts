import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Difference,
  differenceOf,
  find,
  held,
  nothing,
  type Sink,
  startWriter,
  withDirectory,
} from './writer.ts';

const lines = 100_000;

interface End {
  readonly end: string;
  readonly exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null };
  /** Lines that it writes while it ends. */
  readonly more?: number;
}

const ends: readonly End[] = [
  { end: 'itself', exit: { code: 0, signal: null } },
  { end: 'process.exit', exit: { code: 3, signal: null } },
  { end: 'throw', exit: { code: 1, signal: null } },
  { end: 'rejection', exit: { code: 1, signal: null } },
  { end: 'exit listener', exit: { code: 3, signal: null }, more: 1 },
  { end: 'SIGTERM', exit: { code: null, signal: 'SIGTERM' } },
  { end: 'SIGINT', exit: { code: null, signal: 'SIGINT' } },
  { end: 'SIGTERM, raised again', exit: { code: null, signal: 'SIGTERM' }, more: 1 },
];

const run = async (sink: Sink, { end, exit, more = 0 }: End): Promise<Difference> => {
  let difference = nothing;
  await withDirectory(async directory => {
    const child = startWriter({ sink, directory, lines, end });
    try {
      assert.deepEqual(await child.exit(120_000), exit);
      assert.equal(child.stdout(), '');
      difference = differenceOf(find(directory), lines + more);
    } finally {
      await child.stop();
    }
  });
  return difference;
};

describe(`${lines} lines at full speed, then the process ends`, { concurrency: 2 }, () => {
  for (const end of ends) {
    test(`${end.end}: none is lost`, async () => assert.deepEqual(await run('ours', end), nothing));
    test(`${end.end}: the control, nobody listening to the end, loses what is held`, async () => {
      const { lost, ...rest } = await run('ours alone', end);
      assert.ok(lost > 0 && lost <= held / 200, `${lost} lost`);
      assert.deepEqual({ lost: 0, ...rest }, nothing);
    });
    // What is left to it when it ends by itself it does write.
    if (end.end === 'itself') continue;
    test(`${end.end}: the control, winston's own transport, loses some`, async t => {
      const difference = await run('winston', end);
      t.diagnostic(`${difference.lost} lost`);
      assert.ok(difference.lost > 0, 'the test would not see a loss');
    });
  }
});
