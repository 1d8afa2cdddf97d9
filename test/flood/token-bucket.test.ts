import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTokenBucket } from '../../src/errors/flood/token-bucket.ts';

const bucket = (burst: number, refillMs: number) => {
  let ms = 0;
  const tokens = createTokenBucket({ burst, refillMs, now: () => ms });
  return {
    tokens,
    pass: (more: number): void => {
      ms += more;
    },
  };
};

test('a bucket lets a burst through, then one in its time, and never more than a burst at once', () => {
  const { tokens, pass } = bucket(2, 1_000);
  const takeAll = (): number => {
    let taken = 0;
    while (tokens.take()) taken++;
    return taken;
  };
  assert.equal(takeAll(), 2);
  assert.deepEqual([tokens.hasToken(), tokens.waitMs()], [false, 1_000]);
  pass(600);
  assert.deepEqual([takeAll(), tokens.waitMs()], [0, 400]);
  pass(400);
  assert.deepEqual([tokens.hasToken(), tokens.waitMs(), takeAll()], [true, 0, 1]);
  pass(1_500);
  assert.equal(takeAll(), 1);
  assert.equal(tokens.waitMs(), 500, 'what has begun to come back is not lost');
  pass(1_000_000);
  assert.equal(takeAll(), 2);
  assert.equal(tokens.waitMs(), 1_000);
});

test('a bucket never lets through more than its rate, and waits no longer than it says', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 50 }),
      (burst, pauses) => {
        const { tokens, pass } = bucket(burst, 700);
        let elapsed = 0;
        let taken = 0;
        for (const pause of pauses) {
          pass(pause);
          elapsed += pause;
          if (tokens.take()) taken++;
          assert.ok(taken <= burst + elapsed / 700);
        }
        const wait = tokens.waitMs();
        pass(wait);
        assert.ok(wait <= 700 && tokens.take(), `after ${wait} ms`);
      },
    ),
  );
});
