import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countHashes } from '../../src/metrics/active-users/sketch.ts';
import { createSlidingWindow, periodMs, periodsKept } from '../../src/metrics/active-users/window.ts';

const minutes = 60_000;

/** A window on a clock that the test moves. */
const newWindow = (start: number) => {
  const clock = { now: start };
  const window = createSlidingWindow(() => clock.now);
  return { clock, add: window.add, count: () => countHashes(window.sketch()) };
};

test('a user counts for at least 5:00 minutes and at most 5:15 after the last call', () => {
  for (const offset of [0, 1, 7_500, periodMs - 1, periodMs - 0.001]) {
    const { clock, add, count } = newWindow(20 * minutes + offset);
    add(1);
    clock.now += 5 * minutes;
    assert.equal(count(), 1, `5:00 after a call ${offset} ms into a period`);
    clock.now += periodMs;
    assert.equal(count(), 0, `5:15 after a call ${offset} ms into a period`);
  }
  const { clock, add, count } = newWindow(0);
  add(1);
  clock.now = periodsKept * periodMs - 0.001;
  assert.equal(count(), 1);
  clock.now = periodsKept * periodMs;
  assert.equal(count(), 0);
});

test('who comes again counts once, and anew from then on', () => {
  const { clock, add, count } = newWindow(0);
  for (let minute = 0; minute <= 12; minute++) {
    clock.now = minute * minutes;
    add(1);
    assert.equal(count(), 1);
  }
  clock.now += 5 * minutes;
  assert.equal(count(), 1);
});

test('after a silence of any length nobody of before counts', () => {
  for (const silence of [periodsKept * periodMs, 10 * minutes, 24 * 60 * minutes, 1e12]) {
    const { clock, add, count } = newWindow(3);
    for (let hash = 1; hash <= 100; hash++) add(hash);
    clock.now += silence;
    assert.equal(count(), 0);
    add(1);
    assert.equal(count(), 1);
  }
});

test('reading changes nothing, however often and whenever', () => {
  const { clock, add, count } = newWindow(0);
  for (let hash = 1; hash <= 200; hash++) {
    clock.now += 1_000;
    add(hash);
    for (let read = 0; read < 3; read++) assert.equal(count(), hash);
  }
});

test('it counts who came in the periods that it keeps, in whatever order users come and go', () => {
  const call = fc.record({ pause: fc.nat(90_000), user: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(fc.array(call, { maxLength: 100 }), calls => {
      const { clock, add, count } = newWindow(0);
      const lastPeriods = new Map<number, number>();
      for (const { pause, user } of calls) {
        clock.now += pause;
        add(user);
        const period = Math.floor(clock.now / periodMs);
        lastPeriods.set(user, period);
        const expected = [...lastPeriods.values()].filter(last => last > period - periodsKept).length;
        assert.equal(count(), expected);
      }
    }),
  );
});
