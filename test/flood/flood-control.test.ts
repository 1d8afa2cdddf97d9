import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createFloodControl, isFirst, type Kind, repeatsOf } from '../../src/errors/flood/flood-control.ts';
import { createTestClock } from './test-clock.ts';

const windowMs = 300_000;

interface Told {
  readonly what: 'first' | 'digest' | 'wake';
  readonly of: string;
  readonly at: number;
  readonly count: number;
}

/** Flood control that writes down what goes out, over time that passes only when the test lets it. */
const control = (
  options: { readonly capacity?: number; readonly goesOn?: (kind: Kind<string>) => boolean } = {},
) => {
  const { capacity = 500, goesOn = () => true } = options;
  const clock = createTestClock();
  const told: Told[] = [];
  const lengths: number[] = [];
  const tell = (what: Told['what'], kind: Kind<string>, count: number): void => {
    told.push({ what, of: kind.kept ?? '', at: clock.now(), count });
  };
  const flood = createFloodControl<string>({
    windowMs,
    capacity,
    clock,
    onWindowEnd: (kind, ms) => {
      lengths.push(ms);
      const isReported = goesOn(kind);
      if (isReported) tell('digest', kind, repeatsOf(kind));
      return isReported;
    },
  });
  /** Counts an error under a name, so often. */
  const count = (name: string, error: unknown, times = 1, wakeAt?: number): void => {
    for (let time = 0; time < times; time++) {
      const kind = flood.count(error);
      if (kind === undefined) continue;
      if (isFirst(kind)) {
        kind.kept = kind.isOthers ? 'others' : name;
        if (wakeAt !== undefined) kind.wakeAt = wakeAt;
        tell('first', kind, 1);
      }
      if (kind.count === kind.wakeAt) tell('wake', kind, kind.count);
    }
  };
  return {
    ...{ flood, clock, told, lengths, count },
    lines: () => told.map(({ what, of, at, count }) => `${what} ${of} ×${count} @${at / 1_000}`),
  };
};

/** An error with a place that the test says. */
const errorOf = (message: string, line = 1): object => ({
  name: 'Error',
  message,
  stack: `Error: ${message}\n    at f (/app/f.js:${line}:1)`,
});

describe('flood control', () => {
  test('lets the first through and tells the others together at the end of each window', () => {
    const { count, clock, lines, lengths } = control();
    count('a', errorOf('a 1'), 5);
    clock.passNow(1_000);
    count('b', errorOf('b 1'));
    count('a', errorOf('a 2'), 2);
    clock.passNow(windowMs);
    assert.deepEqual(lines(), ['first a ×1 @0', 'first b ×1 @1', 'digest a ×6 @300']);
    // In the second window nothing goes out but its digest; one without repeats ends silently.
    count('a', errorOf('a 3'), 3);
    clock.passNow(3 * windowMs);
    assert.deepEqual(lines().slice(3), ['digest a ×3 @600']);
    assert.equal(clock.timers(), 0);
    count('a', errorOf('a 4'));
    assert.equal(lines().at(-1), 'first a ×1 @1201');
    assert.deepEqual(lengths, [windowMs, windowMs]);
  });

  test('forgets a kind that was not reported at the end of its window', () => {
    const { count, clock, lines } = control({ goesOn: ({ count }) => count >= 10 });
    count('a', errorOf('a'), 9);
    clock.passNow(windowMs);
    count('a', errorOf('a'), 10);
    clock.passNow(windowMs);
    count('a', errorOf('a'));
    assert.deepEqual(lines(), ['first a ×1 @0', 'first a ×1 @300', 'digest a ×9 @600']);
  });

  test('wakes its owner at the count that was asked for, in each window, and not before', () => {
    const { count, clock, lines } = control();
    count('a', errorOf('a'), 9, 10);
    assert.deepEqual(lines(), ['first a ×1 @0']);
    count('a', errorOf('a'), 100);
    assert.deepEqual(lines().slice(1), ['wake a ×10 @0']);
    clock.passNow(windowMs);
    count('a', errorOf('a'), 10);
    assert.deepEqual(lines().slice(2), ['digest a ×108 @300', 'wake a ×10 @300']);
    count('b', errorOf('b'), 1, 1);
    assert.deepEqual(lines().slice(4), ['first b ×1 @300', 'wake b ×1 @300']);
  });

  test('says of which kind the last one was', () => {
    const { flood, count } = control();
    assert.equal(flood.counted(), undefined);
    count('a', errorOf('a'), 3);
    count('b', errorOf('b'));
    assert.deepEqual([flood.counted()?.kept, flood.counted()?.count], ['b', 1]);
    assert.equal(flood.count(errorOf('a')), undefined);
    assert.deepEqual([flood.counted()?.kept, flood.counted()?.count], ['a', 4]);
  });

  test('counts places by themselves, exactly until there is a storm, and then altogether exactly', () => {
    const { flood, count, clock, told } = control();
    for (let round = 0; round < 16; round++) {
      count('here', errorOf('a'));
      count('there', errorOf('a', 2));
    }
    assert.deepEqual(
      told.map(({ of }) => of),
      ['here', 'there'],
    );
    flood.endAll();
    assert.deepEqual(
      told.slice(2).map(({ of, count }) => [of, count]),
      [
        ['here', 15],
        ['there', 15],
      ],
    );
    const total = 10_000;
    for (let round = 0; round < total; round++) count('', errorOf('a', 1 + (round % 2)));
    clock.passNow(windowMs);
    const [here, there] = told.slice(4).map(({ count }) => count);
    assert.equal((here ?? 0) + (there ?? 0), total);
  });

  test('reads the stack of few in a storm', () => {
    const { count } = control();
    let reads = 0;
    const error = {
      message: 'a',
      get stack() {
        reads++;
        return 'Error: a\n    at f (/app/f.js:1:1)';
      },
    };
    count('a', error, 32);
    assert.equal(reads, 32);
    count('a', error, 64 * 64 - 32);
    assert.equal(reads, 32 + 64);
    count('a', error, 10 * 1_024);
    assert.equal(reads, 32 + 64 + 10);
  });

  test('counts what it has no room for in one kind, and makes room when others are old', () => {
    const { flood, count, clock, lines } = control({ capacity: 3 });
    const letters = ['a', 'b', 'c', 'd', 'e'];
    for (const letter of letters) count(letter, errorOf(letter), 2);
    assert.deepEqual(lines(), ['first a ×1 @0', 'first b ×1 @0', 'first c ×1 @0', 'first others ×1 @0']);
    assert.equal(flood.counted()?.isOthers, true);
    clock.passNow(windowMs / 5);
    for (const letter of ['d', 'e']) count(letter, errorOf(letter));
    assert.deepEqual(lines().slice(4), [
      'digest a ×1 @60',
      'first d ×1 @60',
      'digest b ×1 @60',
      'first e ×1 @60',
    ]);
    clock.passNow(windowMs);
    assert.deepEqual(lines().slice(8), ['digest c ×1 @300', 'digest others ×3 @300']);
    clock.passNow(2 * windowMs);
    assert.equal(clock.timers(), 0);
    for (const letter of letters) count(letter, errorOf(letter));
    assert.deepEqual(
      lines()
        .slice(10)
        .map(line => line.slice(0, -5)),
      ['first a ×1', 'first b ×1', 'first c ×1', 'first others ×1'],
    );
  });

  test('makes no room by ending the others', () => {
    const { count, clock, lines } = control({ capacity: 1 });
    count('a', errorOf('a'), 2);
    clock.passNow(10_000);
    count('b', errorOf('b'));
    clock.passNow(windowMs - 10_000);
    // The window of the others is the oldest now, that of the only kind has just been opened anew.
    count('c', errorOf('c'));
    assert.deepEqual(lines(), ['first a ×1 @0', 'first others ×1 @10', 'digest a ×1 @300']);
  });

  test('goes on when the place that makes room for one is of the same message', () => {
    const { count, clock, lines } = control({ capacity: 1 });
    count('here', errorOf('a'), 2);
    clock.passNow(windowMs / 2);
    count('there', errorOf('a', 2), 3);
    clock.passNow(windowMs);
    assert.deepEqual(lines(), [
      'first here ×1 @0',
      'digest here ×1 @150',
      'first there ×1 @150',
      'digest there ×2 @450',
    ]);
  });

  test('tells all that is open at the end of the process, and lets none out a second time', () => {
    const { flood, count, clock, lines } = control();
    count('a', errorOf('a'), 3);
    count('b', errorOf('b'));
    flood.endAll();
    flood.endAll();
    count('a', errorOf('a'));
    count('b', errorOf('b'));
    assert.deepEqual(lines(), ['first a ×1 @0', 'first b ×1 @0', 'digest a ×2 @0']);
    flood.endAll();
    assert.deepEqual(lines().slice(3), ['digest b ×1 @0', 'digest a ×1 @0']);
    flood.stop();
    assert.equal(clock.timers(), 0);
    count('c', errorOf('c'), 2);
    assert.equal(clock.timers(), 0);
  });

  test('keeps one timer, and none when nothing is open', () => {
    const { flood, count, clock } = control({ goesOn: () => false });
    assert.equal(clock.timers(), 0);
    for (let line = 1; line <= 20; line++) {
      count('a', errorOf('a', line), 2);
      clock.passNow(10_000);
      assert.equal(clock.timers(), 1);
    }
    flood.endAll();
    assert.equal(clock.timers(), 0);
  });

  test('counts anything, and never throws', () => {
    const { flood } = control({
      goesOn: () => {
        throw new Error('the owner');
      },
    });
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('get');
        },
      },
    );
    for (const value of [
      undefined,
      null,
      'text',
      'text',
      42,
      1n,
      Symbol('s'),
      {},
      () => {},
      hostile,
      hostile,
    ]) {
      flood.count(value);
      assert.ok((flood.counted()?.count ?? 0) > 0);
    }
    flood.endAll();
    // Thrown where there is no room on the stack.
    const deep = (): void => {
      try {
        deep();
      } catch (error) {
        flood.count(error);
      }
    };
    deep();
  });

  test('is exact, and lets out one message for each kind and window, whatever comes when', () => {
    const step = fc.oneof(
      fc.record({ pass: fc.integer({ min: 0, max: 2 * windowMs }) }),
      fc.record({
        // One place each: in a storm the places of a message are inexact.
        name: fc.constantFrom('a', 'b', 'c', 'd'),
        times: fc.integer({ min: 1, max: 50 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const { count, clock, lines } = control();
        const model = naive();
        for (const each of steps) {
          if ('pass' in each) {
            clock.passNow(each.pass);
            model.pass(each.pass);
          } else {
            count(each.name, errorOf(`${each.name} ${clock.now()}`), each.times);
            model.count(each.name, each.times);
          }
        }
        assert.deepEqual(lines(), model.lines);
      }),
      { numRuns: 300 },
    );
  });

  test('loses none from the counts and is bounded, however many kinds there are', () => {
    const step = fc.oneof(
      fc.record({ pass: fc.integer({ min: 0, max: windowMs }) }),
      fc.record({
        message: fc.integer({ min: 0, max: 20 }),
        line: fc.integer({ min: 1, max: 3 }),
        times: fc.integer({ min: 1, max: 100 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, capacity) => {
        const { count, clock, told, flood } = control({ capacity });
        let total = 0;
        for (const each of steps) {
          if ('pass' in each) {
            clock.passNow(each.pass);
          } else {
            total += each.times;
            count('x', errorOf('z'.repeat(each.message), each.line), each.times);
          }
        }
        flood.endAll();
        assert.equal(
          told.reduce((sum, { count }) => sum + count, 0),
          total,
          'firsts and digests together are all that came',
        );
        const firsts = told.filter(({ what }) => what === 'first').length;
        const perYouth = (capacity + 1) * (Math.floor(clock.now() / (windowMs / 5)) + 1);
        assert.ok(firsts <= perYouth, `${firsts} firsts, ${perYouth} at most`);
      }),
      { numRuns: 300 },
    );
  });
});

/** The rule in the simplest way: a list of windows, gone through millisecond by millisecond where one ends. */
const naive = () => {
  let now = 0;
  let windows: { readonly name: string; readonly from: number; readonly isFirst: boolean; count: number }[] =
    [];
  const lines: string[] = [];
  const endOne = (): boolean => {
    const [window] = windows;
    if (window === undefined || window.from + windowMs > now) return false;
    windows = windows.slice(1);
    const repeats = window.count - (window.isFirst ? 1 : 0);
    const at = window.from + windowMs;
    if (repeats > 0) {
      lines.push(`digest ${window.name} ×${repeats} @${at / 1_000}`);
      windows.push({ name: window.name, from: at, isFirst: false, count: 0 });
    }
    return true;
  };
  return {
    lines,
    pass: (ms: number): void => {
      now += ms;
      while (endOne());
    },
    count: (name: string, times: number): void => {
      const window = windows.find(each => each.name === name);
      if (window !== undefined) {
        window.count += times;
        return;
      }
      lines.push(`first ${name} ×1 @${now / 1_000}`);
      windows.push({ name, from: now, isFirst: true, count: times });
    },
  };
};

test('a storm of a new place loses no count when the place seen last was ended for the sake of others', () => {
  const { flood, clock, told, count } = control({ capacity: 2 });
  count('A', errorOf('same', 1), 2);
  clock.passNow(100);
  count('B', errorOf('same', 2));
  // A goes on, B is forgotten.
  clock.passNow(windowMs);
  count('X', errorOf('other', 3));
  count('C', errorOf('same', 4), 200);
  clock.passNow(windowMs * 2);
  flood.endAll();
  const accounted = told.reduce((sum, { count: times }) => sum + times, 0);
  assert.equal(accounted, 204, JSON.stringify(told));
});
