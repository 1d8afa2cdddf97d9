import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCapture } from '../../bench/errors/capture.ts';
import { loops } from '../../bench/errors/loops.ts';
import { ratiosOf, rotated } from '../../bench/statistics.ts';
import { realClock } from '../../src/errors/clock.ts';
import { createTestClock, settled } from './test-clock.ts';

const million = 1_000_000;

const heap = (): number => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
};

const cpuOf = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
};

describe('a million errors', () => {
  for (const { name, fail } of loops) {
    test(`${name}: all are counted, in little memory, with one message for each kind`, t => {
      // Else the code that is compiled would be counted, too.
      const rehearsal = createCapture(realClock);
      for (let index = 0; index < 50_000; index++) rehearsal.see(fail(index));
      rehearsal.end();
      const before = heap();
      const capture = createCapture(realClock);
      for (let index = 0; index < million; index++) capture.see(fail(index));
      const more = heap() - before;
      const messages = capture.messages();
      capture.end();
      t.diagnostic(`${messages} messages, ${(more / 1e6).toFixed(2)} MB more on the heap`);
      assert.equal(capture.firsts() + capture.repeats(), million);
      assert.ok(messages <= (name.includes('another message') ? 501 : 1), `${messages} messages`);
      // V8 itself leaves up to five of these after a million failures of JSON.parse, without anything of ours.
      assert.ok(more < 10e6, `${more} bytes`);
    });
  }

  test('of ever new kinds leave nothing behind when their windows end', async t => {
    const clock = createTestClock();
    const capture = createCapture(clock);
    const fail = loops.at(-1)?.fail ?? assert.fail();
    const before = heap();
    for (let index = 0; index < 100_000; index++) {
      capture.see(fail(index));
      clock.passNow(1_000);
      // What is sent is over then.
      if (index % 100 === 0) await settled();
    }
    const more = heap() - before;
    t.diagnostic(`${(more / 1e6).toFixed(2)} MB more on the heap`);
    assert.ok(more < 3e6, `${more} bytes`);
    // Each of them kept would have been seen.
    const kept = Array.from({ length: 20_000 }, (_, index) => fail(index));
    assert.ok(heap() - before > 3e6, String(kept.length));
  });

  test('cost little more than the loop that throws them', t => {
    for (const { name, fail } of loops) {
      const capture = createCapture(realClock);
      let last: unknown;
      const way = (after: (error: unknown) => unknown) => ({ after, spent: [] as number[] });
      const bare = way(error => {
        last = error;
      });
      const seen = way(capture.see);
      const read = way(error => {
        last = (error as Error).stack;
      });
      for (let round = -2; round < 15; round++) {
        for (const { spent, after } of rotated([bare, seen, read], round + 2)) {
          const cpu = cpuOf(() => {
            for (let index = 0; index < 10_000; index++) after(fail(index));
          });
          if (round >= 0) spent.push(cpu);
        }
      }
      capture.end();
      const times = ratiosOf(seen.spent, bare.spent).median;
      const stacks = ratiosOf(read.spent, bare.spent).median;
      t.diagnostic(`${name}: × ${times.toFixed(2)}, with each stack read × ${stacks.toFixed(2)}`);
      assert.ok(last !== undefined);
      // A tenth is the aim, which the benchmark measures; this machine may be busy.
      assert.ok(times < 1.35, `× ${times}`);
      assert.ok(stacks > 1.5, `a fingerprint of each stack would be seen: × ${stacks}`);
    }
  });
});
