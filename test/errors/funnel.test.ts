import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Alert } from '../../src/errors/alert.ts';
import { createFloodControl } from '../../src/errors/flood/flood-control.ts';
import { createMarks } from '../../src/errors/flood/marks.ts';
import { createTokenBucket } from '../../src/errors/flood/token-bucket.ts';
import { type Circumstances, createFunnel, type FunnelOptions } from '../../src/errors/funnel.ts';
import type { ErrorReport } from '../../src/errors/report.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { createTestClock } from '../flood/test-clock.ts';

const windowMs = 300_000;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** A funnel whose time stands still until it is told otherwise, with all that comes out of it. */
const createSetUp = (options: Partial<FunnelOptions> = {}) => {
  const clock = createTestClock();
  const sent: ErrorReport[] = [];
  const alerts: Alert[] = [];
  const lines: (readonly [ErrorReport, string | undefined])[] = [];
  const counts: Record<string, number> = {};
  const failures: unknown[] = [];
  let ids = 0;
  let isTaken = true;
  let hasRoom = true;
  const funnel = createFunnel({
    marks: createMarks(),
    flood: onWindowEnd => createFloodControl({ windowMs, capacity: 500, onWindowEnd, clock }),
    logTokens: createTokenBucket({ burst: 100, refillMs: 100, now: clock.now }),
    redaction: createRedaction([]),
    sentry: () => ({
      hasRoom: () => hasRoom,
      send: async ({ report }) => {
        sent.push(report);
        return isTaken;
      },
    }),
    alert: alert => alerts.push(alert),
    threshold: () => 1,
    title: () => '에러 발생',
    log: (...line) => lines.push(line),
    onOutcome: outcome => {
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    },
    onFailure: error => failures.push(error),
    withPatience: id => id,
    newId: () => `id${ids++}`,
    wallClock: clock.now,
    ...options,
  });
  const capture = (error: unknown, circumstances: Partial<Circumstances> = {}) =>
    funnel.capture(
      error,
      'captureError',
      given => ({ severity: 'error', trace: undefined, ...given }),
      circumstances,
    );
  return {
    ...{ funnel, capture, sent, alerts, lines, counts, failures },
    pass: clock.passNow,
    refuse: () => {
      isTaken = false;
    },
    fill: () => {
      hasRoom = false;
    },
  };
};

/** Of one type and place: wherever they are asked for, their stacks are the same. */
const pool: readonly Error[] = Array.from(
  { length: 2_000 },
  (_, index) => new Error(`order ${index} failed`),
);
let taken = 0;
const errors = (count: number): readonly Error[] => {
  if (taken + count > pool.length) taken = 0;
  taken += count;
  return pool.slice(taken - count, taken);
};

describe('the funnel', () => {
  test('gives the same id for the same error, what it has caused, and nothing for what is like it', async () => {
    const { capture, sent, alerts, lines, counts } = createSetUp();
    const [error, other] = errors(2);
    assert.equal(await capture(error), 'id0');
    assert.equal(await capture(error), 'id0');
    assert.equal(await capture(new TypeError('around it', { cause: error })), 'id0');
    assert.equal(await capture(other), undefined);
    assert.equal(await capture(other), undefined);
    assert.deepEqual([sent.length, alerts.length, lines.length], [1, 1, 2]);
    assert.deepEqual(counts, { repeated: 1 });
    assert.deepEqual(
      lines.map(([, eventId]) => eventId),
      ['id0', undefined],
    );
  });

  test('gives none where nothing was sent, and no id to message and line where none is going to be', async () => {
    const refusing = createSetUp();
    refusing.refuse();
    assert.equal(await refusing.capture(new Error('x')), undefined);
    const full = createSetUp();
    full.fill();
    assert.equal(await full.capture(new Error('x')), undefined);
    assert.deepEqual([full.sent.length, full.alerts[0]?.details.eventId], [0, undefined]);
    assert.deepEqual([full.lines[0]?.[1], full.counts], [undefined, { dropped: 1 }]);
    const without = createSetUp({ sentry: () => undefined });
    assert.equal(await without.capture(new Error('x')), undefined);
    assert.deepEqual(without.counts, { not_configured: 1 });
    assert.equal(without.alerts.length, 1);
  });

  test('counts repeats exactly and tells them once a window, for as long as they come', () => {
    const { capture, pass, sent, alerts, lines, counts } = createSetUp();
    for (const error of errors(1_205)) void capture(error);
    assert.deepEqual([sent.length, alerts.length, counts], [1, 1, { repeated: 1_204 }]);
    assert.equal(lines.length, 100);
    pass(windowMs);
    assert.deepEqual(sent[1]?.repeats, { count: 1_204, ms: windowMs });
    assert.deepEqual(alerts[1]?.repeats, { count: 1_204, ms: windowMs });
    assert.equal(counts.digest, 1);
    for (const error of errors(3)) void capture(error);
    assert.equal(sent.length, 2, 'the window that a digest has opened tells at its end');
    pass(windowMs);
    assert.equal(sent[2]?.repeats?.count, 3);
    pass(windowMs);
    pass(windowMs);
    assert.equal(sent.length, 3);
    void capture(errors(1)[0]);
    assert.deepEqual([sent.length, alerts.length], [4, 4]);
    assert.notEqual(sent[0]?.eventId, sent[1]?.eventId);
  });

  test('tells people from the threshold on, once in a window, and Sentry from the first on', () => {
    const { capture, pass, sent, alerts } = createSetUp({
      threshold: (severity, route) =>
        route === '/health' ? Number.POSITIVE_INFINITY : severity === 'warning' ? 10 : 1,
    });
    const warnings = errors(9);
    for (const error of warnings) void capture(error, { severity: 'warning' });
    assert.deepEqual([sent.length, alerts.length], [1, 0]);
    pass(windowMs);
    assert.deepEqual([sent.length, alerts.length], [2, 0], 'the count starts anew');
    for (const error of errors(25)) void capture(error, { severity: 'warning' });
    assert.deepEqual([sent.length, alerts.length], [2, 1]);
    pass(windowMs);
    assert.deepEqual(
      alerts.map(({ repeats }) => repeats?.count),
      [undefined, 25],
    );

    const request = { method: 'GET', route: '/health', url: '/health', status: 500 };
    void capture(new TypeError('not well'), { request });
    pass(windowMs);
    assert.deepEqual([sent.length, alerts.length], [4, 2]);
  });

  test('reports the error that ends the process whatever was before it, with its line', () => {
    const { funnel, capture, sent, alerts, lines, counts } = createSetUp();
    const [last, ...before] = errors(500);
    for (const error of before) void capture(error);
    assert.deepEqual([sent.length, alerts.length, lines.length], [1, 1, 100]);
    void funnel.capture(
      last,
      'uncaughtException',
      () => ({ severity: 'critical', trace: undefined, isLogged: true }),
      undefined,
      true,
    );
    assert.deepEqual([sent.length, alerts.length, lines.length], [2, 2, 101]);
    assert.deepEqual([sent[1]?.severity, lines[100]?.[1]], ['critical', sent[1]?.eventId]);
    assert.equal(counts.repeated, 498);
    funnel.endWindows();
    assert.equal(sent[2]?.repeats?.count, 498, 'it is not among the repeats');
  });

  test('reports the error that ends the process also when it was one of the repeats, or logged before', async () => {
    const { funnel, capture, sent, alerts, lines } = createSetUp();
    const last = (error: unknown, isLogged: boolean) =>
      funnel.capture(
        error,
        'uncaughtException',
        () => ({ severity: 'critical', trace: undefined, isLogged }),
        undefined,
        true,
      );
    const [first, second] = errors(2);
    await capture(first, { isLogged: true });
    await capture(second, { isLogged: true });
    assert.deepEqual([sent.length, lines.length], [1, 0]);
    void last(second, true);
    assert.deepEqual([sent.length, alerts.length, lines.length], [2, 2, 1]);
    assert.equal(sent[1]?.severity, 'critical');
    // What was reported itself is not once more, but is on the disk.
    assert.equal(await last(first, true), 'id0');
    assert.deepEqual([sent.length, alerts.length, lines.length], [2, 2, 2]);
    await last(first, false);
    assert.equal(lines.length, 2);
  });

  test('blames nobody in a digest', () => {
    const { capture, pass, sent } = createSetUp();
    const request = { method: 'GET', route: '/users/:id', url: '/users/kim', status: 500 };
    for (const error of errors(3)) void capture(error, { user: 'kim', request });
    pass(windowMs);
    assert.deepEqual([sent[0]?.user, sent[1]?.user], ['kim', undefined]);
    assert.deepEqual(sent[1]?.request, { ...request, url: undefined });
  });

  test('writes no line about what the application has logged itself', () => {
    const { capture, sent, lines } = createSetUp();
    void capture(new Error('logged'), { isLogged: true });
    assert.deepEqual([sent.length, lines.length], [1, 0]);
  });

  test('reports what waits in windows at the end of the process', () => {
    const { funnel, capture, sent } = createSetUp();
    for (const error of errors(5)) void capture(error);
    funnel.endWindows();
    assert.equal(sent[1]?.repeats?.count, 4);
    funnel.endWindows();
    assert.equal(sent.length, 2);
  });

  test('takes whatever is thrown, and never throws', async () => {
    const { funnel, capture, sent, failures } = createSetUp();
    const throwing = (): never => {
      throw new Error('no');
    };
    for (const error of [
      undefined,
      null,
      'a text',
      7n,
      Symbol('s'),
      Object.freeze(new Error('frozen')),
      new Proxy(new Error('x'), { get: throwing, getPrototypeOf: throwing }),
      Proxy.revocable({}, {}).proxy,
    ]) {
      await capture(error, { context: new Proxy({}, { ownKeys: throwing }) });
    }
    assert.equal(sent.length, 8);
    assert.deepEqual(failures, []);
    assert.equal(await funnel.capture(new RangeError('y'), 'log', throwing, undefined), undefined);
    assert.equal(failures.length, 1);
  });

  test('is not entered again by what an error does while it is described', async () => {
    const setUp = createSetUp();
    const error = new Error('outer');
    Object.defineProperty(error, 'extra', {
      enumerable: true,
      get: () => {
        void setUp.capture(new Error('inner'));
        return 1;
      },
    });
    assert.equal(await setUp.capture(error), 'id0');
    assert.equal(setUp.sent.length, 1);
  });

  test('keeps of an error what a digest needs, and not the application’s objects', async () => {
    const { capture, pass, sent } = createSetUp();
    const isGone = await (async () => {
      const big = { buffer: new Uint8Array(1_000_000) };
      const error = Object.assign(new Error('with much'), { big });
      void capture(error, { context: big });
      void capture(new Error('with much'));
      return new WeakRef(big);
    })();
    for (let round = 0; round < 20 && isGone.deref() !== undefined; round++) {
      await pause(5);
      collect();
    }
    assert.equal(isGone.deref(), undefined);
    pass(windowMs);
    assert.deepEqual(sent.at(-1)?.context, {});
  });
});
