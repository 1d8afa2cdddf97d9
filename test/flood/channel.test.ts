import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Attempt } from '../../src/errors/channel/attempt.ts';
import { createChannel } from '../../src/errors/channel/channel.ts';
import type { ChannelOptions } from '../../src/errors/channel/channel-options.ts';
import { createTestClock, settled } from './test-clock.ts';

const sent: Attempt = { kind: 'sent' };
const later = (waitMs?: number): Attempt => ({
  kind: 'later',
  error: new Error('busy'),
  ...(waitMs !== undefined && { waitMs }),
});
const refused: Attempt = { kind: 'refused', error: new Error('too large') };
const closed: Attempt = { kind: 'closed', error: new Error('no such channel') };

/** A channel to a service that does what the test says, over time that passes only when the test lets it. */
const channelTo = (
  service: (item: string, ms: number) => Attempt | Promise<Attempt>,
  options: Partial<ChannelOptions<string>> = {},
) => {
  const clock = createTestClock();
  const tries: string[] = [];
  const outcomes: string[] = [];
  const said: string[] = [];
  const settledAs: string[] = [];
  const channel = createChannel<string>(
    {
      attempt: async item => {
        tries.push(`${item}@${clock.now()}`);
        return service(item, clock.now());
      },
      exitRequest: item => ({
        target: { url: item, headers: {}, contentType: 'text/plain', timeout: 1_000, compression: 'none' },
        body: new Uint8Array(),
      }),
      capacity: 5,
      burst: 5,
      refillMs: 1_000,
      attempts: 3,
      closedMs: 60_000,
      onOutcome: outcome => outcomes.push(outcome),
      onFailing: error => said.push(error.message),
      onRecovered: () => said.push('recovered'),
      ...options,
    },
    clock,
  );
  return {
    ...{ clock, channel, tries, outcomes, said, settledAs },
    send: (...items: readonly string[]): void => {
      for (const item of items) void channel.send(item).then(taken => settledAs.push(`${item} ${taken}`));
    },
    atExit: () => channel.takeAtExit().map(({ target }) => target.url),
  };
};

describe('a channel', () => {
  test('tries nothing in the tick of send, then one at a time, in order, and keeps no timer when idle', async () => {
    let running = 0;
    let most = 0;
    const { clock, send, tries, outcomes, said, settledAs } = channelTo(async () => {
      most = Math.max(most, ++running);
      await settled();
      running--;
      return sent;
    });
    send('a', 'b', 'c');
    assert.deepEqual(tries, []);
    await Promise.resolve();
    assert.deepEqual(tries, [], 'not even in a microtask');
    await clock.pass(0);
    await settled();
    await clock.pass(0);
    await settled();
    assert.deepEqual(tries, ['a@0', 'b@0', 'c@0']);
    assert.equal(most, 1);
    assert.deepEqual(settledAs, ['a true', 'b true', 'c true']);
    assert.deepEqual(outcomes, ['sent', 'sent', 'sent']);
    assert.deepEqual(said, []);
    assert.equal(clock.timers(), 0);
  });

  test('lets a burst through, and then one in so many milliseconds', async () => {
    const { clock, send, tries } = channelTo(() => sent, { burst: 2 });
    send('a', 'b', 'c', 'd');
    await clock.pass(10_000);
    assert.deepEqual(tries, ['a@0', 'b@0', 'c@1000', 'd@2000']);
  });

  test('drops what it has no room for, and says so before', async () => {
    const { clock, channel, send, outcomes, settledAs } = channelTo(() => sent);
    send('a', 'b', 'c', 'd');
    assert.equal(channel.hasRoom(), true);
    send('e');
    assert.equal(channel.hasRoom(), false);
    send('f');
    await settled();
    assert.deepEqual([outcomes, settledAs], [['dropped'], ['f false']]);
    await clock.pass(10_000);
    assert.deepEqual(outcomes, ['dropped', 'sent', 'sent', 'sent', 'sent', 'sent']);
    assert.equal(channel.hasRoom(), true);
  });

  test('tries again with growing waits, in order, and gives up after so many tries', async () => {
    const { clock, send, tries, outcomes, said, settledAs } = channelTo(item =>
      item === 'a' ? later() : sent,
    );
    send('a', 'b');
    await clock.pass(60_000);
    // The wait holds for the next one, too.
    assert.deepEqual(tries, ['a@0', 'a@1000', 'a@3000', 'b@7000']);
    assert.deepEqual(outcomes, ['failed', 'sent']);
    assert.deepEqual(settledAs, ['a false', 'b true']);
    assert.deepEqual(said, ['busy', 'recovered']);
    assert.equal(clock.timers(), 0);
  });

  test('waits as long as the service asks, a few minutes at most', async () => {
    const { clock, send, tries } = channelTo((item, ms) =>
      item === 'a' && ms < 30_000 ? later(30_000) : item === 'c' && ms < 99_000 ? later(9e9) : sent,
    );
    send('a', 'b', 'c', 'd');
    await clock.pass(3_600_000);
    // A second by chance on top.
    assert.deepEqual(tries, ['a@0', 'a@31000', 'b@31000', 'c@31000', 'c@332000', 'd@332000']);
  });

  test('takes no wait that is none', async () => {
    const waits = [Number.NaN, -5];
    const { clock, send, tries } = channelTo(() => {
      const wait = waits.shift();
      return wait === undefined ? sent : later(wait);
    });
    send('a');
    await clock.pass(60_000);
    assert.deepEqual(tries, ['a@0', 'a@1000', 'a@3000']);
  });

  test('goes on with the next one when one is refused', async () => {
    const { clock, send, tries, outcomes, said } = channelTo(item => (item === 'b' ? refused : sent));
    send('a', 'b', 'c');
    await clock.pass(0);
    assert.deepEqual(tries, ['a@0', 'b@0', 'c@0']);
    assert.deepEqual(outcomes, ['sent', 'failed', 'sent']);
    assert.deepEqual(said, ['too large', 'recovered']);
  });

  test('tries nothing while the service is closed, and then one', async () => {
    let isOpen = false;
    const { clock, channel, send, tries, outcomes, said, atExit } = channelTo(() => (isOpen ? sent : closed));
    send('a', 'b');
    await clock.pass(0);
    assert.equal(channel.hasRoom(), false);
    send('c');
    await clock.pass(59_999);
    assert.deepEqual([tries, outcomes], [['a@0'], ['failed', 'failed', 'failed']]);
    assert.equal(clock.timers(), 0);
    await channel.flush();
    assert.deepEqual(atExit(), []);
    await clock.pass(1);

    const probed = channelTo(() => (isOpen ? sent : closed));
    probed.send('a');
    await probed.clock.pass(60_000);
    assert.equal(probed.channel.hasRoom(), true);
    probed.send('b', 'c');
    await probed.clock.pass(60_000);
    assert.deepEqual(probed.tries, ['a@0', 'b@60000'], 'the probe speaks for those behind it');
    isOpen = true;
    probed.send('d');
    await probed.clock.pass(0);
    assert.deepEqual(probed.outcomes, ['failed', 'failed', 'failed', 'sent']);
    assert.deepEqual([said, probed.said], [['no such channel'], ['no such channel', 'recovered']]);
  });

  test('takes whatever a try throws for a failure that may pass', async () => {
    const thrown: unknown[] = [new Error('reset'), 'token abc'];
    const { clock, send, outcomes, said } = channelTo(() => {
      if (thrown.length > 0) throw thrown.shift();
      return sent;
    });
    send('a');
    await clock.pass(60_000);
    assert.deepEqual([outcomes, said], [['sent'], ['reset', 'recovered']]);
  });

  test('a flush tries each once, whatever it would wait for, and waits for the one under way', async () => {
    const answers = new Map<string, (led: Attempt) => void>();
    const { clock, channel, send, tries, outcomes } = channelTo(
      item => new Promise(resolve => answers.set(item, resolve)),
      { burst: 1 },
    );
    send('a', 'b', 'c');
    await clock.pass(0);
    let isFlushed = false;
    const flushed = channel.flush().then(() => {
      isFlushed = true;
    });
    send('late');
    answers.get('a')?.(later(600_000));
    await settled();
    assert.deepEqual(tries, ['a@0', 'b@0']);
    answers.get('b')?.(sent);
    await settled();
    assert.deepEqual([tries.length, isFlushed], [3, false]);
    answers.get('c')?.(later());
    await flushed;
    assert.deepEqual(outcomes, ['failed', 'sent', 'failed']);
    assert.deepEqual(tries, ['a@0', 'b@0', 'c@0'], 'what came later is in no hurry');
    await clock.pass(1_000_000);
    assert.equal(tries.length, 4);
  });

  test('a flush cuts a cool-down short', async () => {
    const { clock, channel, send, tries, outcomes } = channelTo((_, ms) => (ms < 500 ? later(99_000) : sent));
    send('a', 'b');
    await clock.pass(700);
    assert.deepEqual(tries, ['a@0']);
    await channel.flush();
    assert.deepEqual(
      [tries, outcomes],
      [
        ['a@0', 'a@700', 'b@700'],
        ['sent', 'sent'],
      ],
    );
    await channel.flush();
  });

  test('gives at exit what waits and what is under way, and takes nothing afterwards', async () => {
    let answer: (led: Attempt) => void = () => {};
    const { clock, channel, send, tries, outcomes, atExit } = channelTo(
      () =>
        new Promise(resolve => {
          answer = resolve;
        }),
    );
    send('a');
    assert.deepEqual(clock.timers(), 1);
    await clock.pass(0);
    send('b', 'c');
    assert.deepEqual(atExit(), ['a', 'b', 'c']);
    assert.deepEqual([atExit(), clock.timers(), channel.hasRoom()], [[], 0, false]);
    send('d');
    answer(sent);
    await clock.pass(60_000);
    assert.deepEqual([tries, outcomes], [['a@0'], ['dropped']]);
  });

  test('gives the others at exit when one of them cannot be made into a request', () => {
    const { send, atExit } = channelTo(() => sent, {
      exitRequest: item => {
        if (item === 'b') throw new Error('cannot be encoded');
        if (item === 'c') return undefined;
        return {
          target: { url: item, headers: {}, contentType: '', timeout: 1, compression: 'none' },
          body: new Uint8Array(),
        };
      },
    });
    send('a', 'b', 'c', 'd');
    assert.deepEqual(atExit(), ['a', 'd']);
  });

  test('once stopped drops what waits, lets the try under way end, and keeps no timer', async () => {
    let answer: (led: Attempt) => void = () => {};
    const { clock, channel, send, outcomes, settledAs } = channelTo(
      () =>
        new Promise(resolve => {
          answer = resolve;
        }),
    );
    send('a', 'b');
    await clock.pass(0);
    channel.stop();
    assert.deepEqual([outcomes, clock.timers()], [['dropped'], 0]);
    send('c');
    answer(later());
    await clock.pass(60_000);
    assert.deepEqual(outcomes, ['dropped', 'dropped', 'failed']);
    assert.deepEqual(settledAs.sort(), ['a false', 'b false', 'c false']);
    assert.equal(clock.timers(), 0);
  });

  test('is not harmed by a listener that throws', async () => {
    const hostile = () => {
      throw new Error('listener');
    };
    const { clock, channel, send, settledAs } = channelTo((_, ms) => (ms < 1_000 ? later() : sent), {
      onOutcome: hostile,
      onFailing: hostile,
      onRecovered: hostile,
    });
    send('a');
    await clock.pass(5_000);
    send('b');
    await channel.flush();
    assert.deepEqual(settledAs, ['a true', 'b true']);
  });

  test('with the real clock keeps no process alive and sends soon', async () => {
    let isSent = false;
    const channel = createChannel<string>({
      attempt: async () => {
        isSent = true;
        return sent;
      },
      exitRequest: () => undefined,
      ...{ capacity: 1, burst: 1, refillMs: 1_000, attempts: 1, closedMs: 1_000 },
      ...{ onOutcome: () => {}, onFailing: () => {}, onRecovered: () => {} },
    });
    const before = process.getActiveResourcesInfo();
    const taken = channel.send('a');
    assert.equal(isSent, false);
    assert.deepEqual(process.getActiveResourcesInfo(), before);
    const alive = setInterval(() => {}, 1_000);
    assert.notDeepEqual(process.getActiveResourcesInfo(), before, 'another timer would be seen');
    assert.equal(await taken, true);
    clearInterval(alive);
  });
});
