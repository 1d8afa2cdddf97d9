import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLogTrail } from '../../src/errors/log-trail.ts';
import type { LogRecord } from '../../src/logs/record.ts';

const traceOf = (number: number): string => number.toString(16).padStart(32, '0');

const record = (number: number, trace: number | undefined, more: Partial<LogRecord> = {}): LogRecord => ({
  ...{ time: number, severityNumber: 9, severityText: 'info', body: `line ${number}` },
  attributes: { number },
  trace: trace === undefined ? undefined : { traceId: traceOf(trace), spanId: '1'.repeat(16), traceFlags: 1 },
  ...{ scope: 'winston', ...more },
});

const bodies = (records: readonly LogRecord[]): readonly unknown[] => records.map(({ body }) => body);

describe('the trail of a trace', () => {
  test('has its lines from the oldest to the newest, and those of no other trace', () => {
    const trail = createLogTrail();
    for (let number = 0; number < 6; number++) trail.add(record(number, number % 2));
    assert.deepEqual(bodies(trail.of(traceOf(1))), ['line 1', 'line 3', 'line 5']);
    assert.deepEqual(trail.of(traceOf(7)), []);
  });

  test('has the last lines', () => {
    const trail = createLogTrail({ lines: 3 });
    for (let number = 0; number < 10; number++) trail.add(record(number, 1));
    assert.deepEqual(bodies(trail.of(traceOf(1))), ['line 7', 'line 8', 'line 9']);
  });

  test("has no lines of ours, and those outside of traces are nobody's", () => {
    const trail = createLogTrail();
    trail.add(record(1, undefined));
    trail.add(record(2, 1, { isOwn: true }));
    assert.deepEqual(trail.of(traceOf(1)), []);
    trail.add(record(3, 1));
    assert.deepEqual(bodies(trail.of(traceOf(1))), ['line 3']);
  });

  test('stays as it was for whoever has asked', () => {
    const trail = createLogTrail();
    trail.add(record(1, 1));
    const before = trail.of(traceOf(1));
    trail.add(record(2, 1));
    assert.deepEqual([before.length, trail.of(traceOf(1)).length], [1, 2]);
  });
});

/** How many of the traces have lines, and what these hold. */
const held = (
  trail: ReturnType<typeof createLogTrail>,
  traces: number,
): { readonly traces: number; readonly lines: number; readonly characters: number } => {
  const all = Array.from({ length: traces }, (_, trace) => trail.of(traceOf(trace)));
  return {
    traces: all.filter(lines => lines.length > 0).length,
    lines: all.reduce((sum, lines) => sum + lines.length, 0),
    characters: JSON.stringify(all).length,
  };
};

describe('the trail is bounded', () => {
  test('in traces: those go first that had no line for the longest time', () => {
    const trail = createLogTrail({ traces: 100 });
    for (let number = 0; number < 1_000; number++) {
      trail.add(record(number, number));
      // This one goes on all the time.
      trail.add(record(number, 0));
    }
    const { traces } = held(trail, 1_000);
    assert.ok(traces >= 50 && traces <= 100, `${traces}`);
    assert.equal(trail.of(traceOf(0)).length, 20);
    assert.equal(trail.of(traceOf(999)).length, 1);
    assert.equal(trail.of(traceOf(1)).length, 0);
  });

  test('in characters, however long the lines are', () => {
    const trail = createLogTrail({ characters: 100_000 });
    for (let number = 0; number < 10_000; number++) {
      trail.add(record(number, number % 500, { body: 'x'.repeat(number % 4_000) }));
      // The control: what was added last is there.
      assert.equal(trail.of(traceOf(number % 500)).at(-1)?.time, number);
    }
    const { characters } = held(trail, 500);
    assert.ok(characters < 150_000, `${characters}`);
    const wider = createLogTrail({ characters: 1_000_000 });
    for (let number = 0; number < 10_000; number++)
      wider.add(record(number, number % 500, { body: 'x'.repeat(number % 4_000) }));
    assert.ok(held(wider, 500).characters > 300_000);
  });

  test('in one line: of a long one there are the beginning and the short attributes', () => {
    const trail = createLogTrail();
    const attributes = {
      ...{ order: 7, long: 'y'.repeat(5_000), nested: { list: Array(500).fill(1) }, user: 'ada' },
    };
    trail.add(record(1, 1, { body: 'x'.repeat(50_000), attributes }));
    trail.add(record(2, 1, { body: { text: 'z'.repeat(50_000) } }));
    const [first, second] = trail.of(traceOf(1));
    assert.deepEqual(first?.attributes, { order: 7, user: 'ada' });
    assert.match(String(first?.body), /^x{1024}…$/);
    assert.match(String(second?.body), /^\{"text":"z{1015}…$/);
    assert.deepEqual([attributes.long.length, first?.time], [5_000, 1]);
    // The control: a short one is kept as it is.
    const short = record(3, 1, { attributes: { nested: { list: [1] } } });
    trail.add(short);
    assert.equal(trail.of(traceOf(1))[2], short);
  });
});

/** A hundred requests at a time. */
test('to remember a line costs less than half of what it costs to write it', t => {
  const records = Array.from({ length: 5_000 }, (_, number) =>
    record(number, number % 100, {
      attributes: { projectId: number, owner: 'user-4711', durationMs: 12.5, service: 'test' },
    }),
  );
  const trail = createLogTrail();
  const cpuOf = (run: (record: LogRecord) => unknown): number => {
    const before = process.cpuUsage();
    for (let round = 0; round < 10; round++) for (const one of records) run(one);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 10 / records.length;
  };
  const least = { add: Number.POSITIVE_INFINITY, write: Number.POSITIVE_INFINITY };
  for (let round = 0; round < 8; round++) {
    least.add = Math.min(least.add, cpuOf(trail.add));
    least.write = Math.min(least.write, cpuOf(JSON.stringify));
  }
  t.diagnostic(`${(least.add * 1e3).toFixed(0)} ns against ${(least.write * 1e3).toFixed(0)} ns`);
  assert.ok(least.add < least.write / 2, `${least.add} µs, and ${least.write} µs to write it`);
});
