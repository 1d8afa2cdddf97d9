import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { root, startChild } from '../child.ts';

const fixture = path.join(root, 'test/fixtures/preload/process-end.mjs');
const byTerm = { code: null, signal: 'SIGTERM' };

const cases: readonly {
  readonly way: string;
  readonly exit: { readonly code: number | null; readonly signal: string | null };
  readonly told: readonly string[];
}[] = [
  {
    way: 'several sinks',
    exit: byTerm,
    told: ['file is written', 'first begins', 'second begins', 'second is done', 'first is done'],
  },
  // Who was waited for once is not waited for again; the others are.
  {
    way: 'a sink that hangs',
    exit: { code: 4, signal: null },
    told: [
      'file is written',
      'hangs',
      'second begins',
      'second is done',
      'file is written',
      'second at exit',
    ],
  },
  // What tells of it is new.
  {
    way: 'an error, after a sink that hangs',
    exit: { code: 4, signal: null },
    told: [
      'file is written',
      'hangs',
      'second begins',
      'second is done',
      'file is written',
      'hanging at exit',
      'second at exit',
    ],
  },
  { way: 'process.exit', exit: { code: 4, signal: null }, told: ['file is written', 'first at exit'] },
  // Milliseconds that the last request may take.
  { way: 'process.exit, how long', exit: { code: 4, signal: null }, told: ['a second'] },
  { way: 'an error, how long', exit: { code: 4, signal: null }, told: ['all of it'] },
  { way: 'an error and exit code 0, how long', exit: { code: 0, signal: null }, told: ['a second'] },
  { way: 'in this turn, how long', exit: { code: 4, signal: null }, told: ['all of it'] },
  { way: 'an error during a flush, how long', exit: { code: 4, signal: null }, told: ['hangs', 'the rest'] },
  {
    way: 'an error at the end of a flush, how long',
    exit: { code: 4, signal: null },
    told: ['hangs', 'a second'],
  },
  {
    way: 'all taken out',
    exit: { code: null, signal: 'SIGINT' },
    told: ['0 0 0 0', '1 1 1 1', '1 1 1 1', '0 0 0 0', '1 1 1 1', 'file is written'],
  },
  {
    way: 'two copies, the first is slower',
    exit: byTerm,
    told: ['second begins', 'first begins', 'second is done', 'first is done'],
  },
  {
    way: 'two copies, the second is slower',
    exit: byTerm,
    told: ['second begins', 'first begins', 'first is done', 'second is done'],
  },
  {
    way: 'two copies, and a listener of the application',
    exit: { code: 4, signal: null },
    told: [
      'second begins',
      'first begins',
      'second is done',
      'first is done',
      'second at exit',
      'first at exit',
    ],
  },
  // The control: each takes the other for the application, and one ends the process while the other is still busy.
  {
    way: 'two copies without the mark',
    exit: byTerm,
    told: ['second begins', 'first begins', 'first is done'],
  },
];

describe('what flushes before the process ends', { concurrency: 2 }, () => {
  for (const { way, exit, told } of cases) {
    test(way, async () => {
      const child = startChild({ node: process.execPath, args: [fixture, way] });
      try {
        assert.deepEqual(await child.exit(30_000), exit, child.stderr());
        assert.deepEqual(child.stdout().split('\n').slice(0, -1), told);
        assert.equal(child.stderr(), '');
      } finally {
        await child.stop();
      }
    });
  }
});
