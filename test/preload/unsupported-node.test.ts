import assert from 'node:assert/strict';
import path from 'node:path';
import { describe } from 'node:test';
import { register, root, startChild } from '../child.ts';
import { node18, testOn } from '../node-versions.ts';
import { assertLines, reported } from './reported.ts';

const fixture = path.join(root, 'test/fixtures/preload/ends.mjs');

/** Runs the fixture to its end; answers what can be seen of it from outside, without its port. */
const run = async (node: string, options: readonly string[], way: string) => {
  const child = startChild({ node, args: [...options, fixture, way] });
  try {
    const [, port] = await child.output(/^listening (\d+)$/m);
    const answer = await (await fetch(`http://127.0.0.1:${port}`)).text();
    const exit = await child.exit();
    return { answer, exit, stdout: child.stdout().replace(/\d{2,}/, 'port'), lines: reported(child) };
  } finally {
    await child.stop();
  }
};

describe('a Node.js that is not supported', () => {
  for (const way of ['itself', 'by process.exit(3)', 'by a throw']) {
    testOn(node18, `the application that ends ${way} runs as without the preload`, async node => {
      const bare = await run(node, [], way);
      const guest = await run(node, ['--import', register], way);
      assert.deepEqual({ ...guest, lines: guest.lines.slice(1) }, bare);
      assertLines(guest.lines.slice(0, 1), [
        /^\[monitoring\] Node.js 18\.\S+ is not supported .* the application runs unmonitored$/,
      ]);
    });
  }
});
