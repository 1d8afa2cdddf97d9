import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createDelivery } from '../../src/otlp/delivery.ts';

type Answer = 'taken' | { readonly status?: number; readonly retryAfter?: string };

/** A delivery over time that passes only when it waits. */
const delivery = (answer: (ms: number) => Answer, timeoutMs = 30_000) => {
  let ms = 0;
  const tries: number[] = [];
  const said: string[] = [];
  const hurry = new AbortController();
  const deliver = createDelivery({
    post: async () => {
      tries.push(ms);
      const given = answer(ms);
      if (given !== 'taken') throw Object.assign(new Error('refused'), given);
    },
    timeoutMs,
    onFailing: () => said.push('failing'),
    onRecovered: () => said.push('recovered'),
    clock: {
      now: () => ms,
      wallClock: () => Date.parse('2026-01-01T00:00:00Z') + ms,
      random: () => 1,
      wait: async (wait, signal) => {
        if (!signal.aborted) ms += wait;
      },
    },
  });
  return {
    tries,
    said,
    hurry,
    pass: (wait: number) => {
      ms += wait;
    },
    now: () => ms,
    /** Whether it was taken. */
    send: () =>
      deliver(new Uint8Array(1), hurry.signal).then(
        () => true,
        () => false,
      ),
  };
};

describe('a delivery', () => {
  test('is tried again with growing waits until the receiver is back, which two lines tell', async () => {
    const { send, tries, said } = delivery(ms => (ms < 9_000 ? {} : 'taken'));
    assert.equal(await send(), true);
    assert.deepEqual(tries, [0, 500, 1_500, 3_500, 7_500, 12_500]);
    assert.equal(await send(), true);
    assert.deepEqual(said, ['failing', 'recovered']);
  });

  test('is given up at once when another try is of no use, and the next one begins at once', async () => {
    const { send, tries, said, now } = delivery(() => ({ status: 400 }));
    assert.deepEqual([await send(), await send(), now()], [false, false, 0]);
    assert.deepEqual([tries.length, said], [2, ['failing']]);
  });

  test('is given up after its time, and the next one goes on waiting where it stopped', async () => {
    const { send, tries, said } = delivery(() => ({ status: 503 }));
    await send();
    const first = tries.length;
    assert.ok((tries.at(-1) ?? 0) <= 30_000);
    await send();
    const gaps = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    // From the fifth try on five seconds, also where one body ends and the next begins.
    assert.deepEqual(new Set(gaps.slice(4)), new Set([5_000]));
    assert.ok(first >= 8 && tries.length > first);
    assert.deepEqual(said, ['failing']);
  });

  test('that is told to wait longer than it may keeps the next one waiting, too', async () => {
    const { send, tries } = delivery(
      ms => (ms < 60_000 ? { status: 429, retryAfter: '60' } : 'taken'),
      10_000,
    );
    assert.deepEqual([await send(), await send(), await send()], [false, false, true]);
    // Half a minute is the most that a receiver may ask for.
    assert.deepEqual(tries, [0, 30_000, 60_000]);
  });

  test('waits for nothing in a hurry, and then tries once', async () => {
    const { send, tries, hurry, now } = delivery(() => ({ status: 429, retryAfter: '30' }), 10_000);
    await send();
    hurry.abort();
    assert.deepEqual([await send(), await send()], [false, false]);
    assert.deepEqual([tries, now()], [[0, 0, 0], 0]);
  });

  for (const retryAfter of ['0', '1', '20', '86400', 'Thu, 01 Jan 2026 00:00:00 GMT']) {
    test(`to a receiver that always says 429 and Retry-After: ${retryAfter} costs few requests`, async () => {
      const { send, tries, now, pass } = delivery(() => ({ status: 429, retryAfter }));
      // An application that fills a batch each second; what comes while one is tried does not fit the queue.
      let given = 0;
      while (now() < 600_000) {
        const begun = now();
        await send();
        if (now() === begun) pass(1_000);
        given += (now() - begun) / 1_000;
      }
      assert.ok(tries.length / given <= 0.3, `${tries.length} requests for ${given} batches`);
      // And not none at all, or nothing would tell that it is back.
      assert.ok(tries.length >= 600_000 / 60_000);
    });
  }

  test('of twenty batches to a receiver that is busy now and then takes 1.2 requests each at most', async () => {
    let requests = 0;
    const { send, tries } = delivery(() =>
      ++requests % 10 === 0 ? { status: 429, retryAfter: '1' } : 'taken',
    );
    for (let batch = 0; batch < 20; batch++) assert.equal(await send(), true);
    assert.ok(tries.length / 20 <= 1.2, `${tries.length} requests`);
  });
});
