import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { register } from '../child.ts';
import { node18, testOn } from '../node-versions.ts';
import { assertLines } from './reported.ts';
import { runToEnd } from './run-to-end.ts';

describe('a Node.js that is not supported', () => {
  for (const way of ['itself', 'by process.exit(3)', 'by a throw']) {
    testOn(node18, `the application that ends ${way} runs as without the preload`, async node => {
      const bare = await runToEnd({ node, options: [], way });
      const guest = await runToEnd({ node, options: ['--import', register], way });
      assert.deepEqual(guest.outcome, bare.outcome);
      assertLines(guest.lines, [
        /^\[monitoring\] Node.js 18\.\S+ is not supported .* the application runs unmonitored$/,
      ]);
    });
  }
});
