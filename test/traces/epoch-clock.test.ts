import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEpochClock } from '../../src/traces/epoch-clock.ts';

const clockAt = (started: number) => {
  const time = { monotonic: 0, wall: started };
  const epochOf = createEpochClock(
    () => time.monotonic,
    () => Math.floor(time.wall),
    started,
  );
  const pass = (milliseconds: number): number => {
    time.monotonic += milliseconds;
    time.wall += milliseconds;
    return epochOf(time.monotonic);
  };
  return { time, epochOf, pass };
};

test('the time of day has the precision of the monotonic one, whatever that of the wall', () => {
  const { epochOf, pass } = clockAt(1_000_000.75);
  assert.equal(pass(0.25), 1_000_001);
  assert.equal(pass(5_000.5), 1_005_001.5);
  assert.equal(epochOf(1), 1_000_001.75);
});

test('a clock of the wall that is set, and a machine that has slept, are followed within a second', () => {
  const { time, pass } = clockAt(1_000_000);
  pass(1_000);
  time.wall += 60_000;
  assert.equal(pass(999), 1_001_999, 'not looked at yet');
  assert.equal(pass(1), 1_062_000);
  time.wall -= 3_600_000;
  assert.equal(pass(1_000), 1_063_000 - 3_600_000);
});

test('a clock of the wall that runs a little slower is left to itself', () => {
  const { time, pass } = clockAt(1_000_000);
  time.wall -= 1.5;
  assert.equal(pass(1_000), 1_001_000);
});
