import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Alert } from '../../src/errors/alert.ts';
import { createAlertDelivery } from '../../src/errors/alert-delivery.ts';
import { createFloodControl } from '../../src/errors/flood/flood-control.ts';
import { createSendAlert, type SendAlert } from '../../src/errors/send-alert.ts';
import type { AlertSeverity } from '../../src/errors/severity.ts';
import type { LogTrace } from '../../src/logs/record.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';
import { createTestClock, type TestClock } from '../flood/test-clock.ts';

const trace: LogTrace = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  traceFlags: 1,
};
const redaction = createRedaction([]);
const windowMs = 300_000;

describe('sendAlert', () => {
  let clock: TestClock;
  let sent: Alert[];
  let outcomes: string[];
  let lost: Alert[];
  let failures: unknown[];
  /** What the sink says. */
  let answer: () => Promise<boolean>;

  interface Given {
    readonly isConfigured?: boolean;
    readonly minSeverity?: AlertSeverity;
    readonly thresholds?: Readonly<Partial<Record<AlertSeverity, number>>>;
    readonly capacity?: number;
  }
  const create = (given: Given = {}): SendAlert => {
    const { isConfigured = true, minSeverity = 'info', thresholds = {}, capacity = 100 } = given;
    const sink = {
      send: (alert: Alert) => {
        sent.push(alert);
        return answer();
      },
    };
    const events = {
      onOutcome: (outcome: string) => void outcomes.push(outcome),
      onFailure: (error: unknown) => void failures.push(error),
    };
    const delivery = createAlertDelivery({
      ...{ ...events, minSeverity, clock },
      sink: () => (isConfigured ? sink : undefined),
      logFailure: alert => lost.push(alert),
    });
    return createSendAlert({
      ...{ ...events, delivery, redaction },
      flood: onWindowEnd => createFloodControl({ windowMs, capacity, onWindowEnd, clock }),
      threshold: severity => thresholds[severity] ?? 1,
      activeTrace: () => trace,
      wallClock: () => 1_764_000_000_000 + clock.now(),
    });
  };
  /** Of what is no alert by its types, as an application in JavaScript gives it. */
  const sendAnything = (send: SendAlert, ...given: readonly unknown[]): Promise<void> =>
    (send as (...anything: readonly unknown[]) => Promise<void>)(...given);

  beforeEach(() => {
    clock = createTestClock();
    sent = [];
    outcomes = [];
    lost = [];
    failures = [];
    answer = async () => true;
  });

  test('delivers what it is given, with the active trace and without secrets', async () => {
    await create()('critical', 'Disk full', 'password=hunter2 on /data', { free: 0, token: 'abc' });
    assert.deepEqual(sent, [
      {
        ...{ severity: 'critical', title: 'Disk full', message: 'password=REDACTED on /data' },
        ...{ details: { free: 0, token: 'REDACTED' }, time: 1_764_000_000_000, trace },
      },
    ]);
    assert.deepEqual([outcomes, lost, failures], [[], [], []]);
  });

  test('posts nothing less important, and nothing where there is no Slack', async () => {
    const send = create({ minSeverity: 'error' });
    for (const severity of ['info', 'warning', 'error', 'critical'] as const) await send(severity, 'a', 'b');
    assert.deepEqual(
      sent.map(({ severity }) => severity),
      ['error', 'critical'],
    );
    assert.deepEqual(outcomes, ['below_severity', 'below_severity']);
    await create({ isConfigured: false })('critical', 'a', 'b');
    assert.deepEqual(outcomes.slice(2), ['not_configured']);
    assert.equal(sent.length, 2);
  });

  test('tells the same once in a window, and its repeats together', async () => {
    const send = create();
    for (let count = 0; count < 1_205; count++)
      await send('error', `Order ${count}`, `Order ${count} failed`, { count });
    await send('error', 'Order 1', 'Order 1 is late');
    await send('warning', 'Order 1', 'Order 1 failed');
    assert.equal(sent.length, 3, 'another message and another severity are others');
    assert.equal(outcomes.filter(outcome => outcome === 'repeated').length, 1_204);
    await clock.pass(windowMs);
    assert.equal(sent.length, 4);
    const digest = sent[3];
    assert.deepEqual(digest?.repeats, { count: 1_204, ms: windowMs });
    assert.equal(digest?.title, 'Order 0');
    assert.deepEqual(digest?.details, {});
    await clock.pass(10 * windowMs);
    assert.equal(sent.length, 4, 'nothing more came');
    await send('error', 'Order 1', 'Order 1 failed');
    assert.equal(sent.length, 5, 'a window of its own');
  });

  test('waits for as many as the threshold says', async () => {
    const send = create({ thresholds: { warning: 3, info: Number.POSITIVE_INFINITY } });
    const warn = (): Promise<void> => send('warning', 'Slow', 'Query took 9 s');
    await warn();
    await warn();
    assert.equal(sent.length, 0);
    await warn();
    await warn();
    assert.equal(sent.length, 1);
    assert.equal(outcomes.filter(outcome => outcome === 'repeated').length, 3);
    await clock.pass(windowMs);
    assert.deepEqual(sent[1]?.repeats?.count, 3);
    await clock.pass(2 * windowMs);
    await warn();
    await warn();
    await clock.pass(windowMs);
    assert.equal(sent.length, 2, 'too few in this window');
    for (let count = 0; count < 50; count++) await send('info', 'a', 'b');
    await clock.pass(windowMs);
    assert.equal(sent.length, 2, 'off');
  });

  test('says of alerts of too many kinds how many they were', async () => {
    const send = create({ capacity: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await send('error', name, name);
    await clock.pass(windowMs);
    const digest = sent.find(({ repeats }) => repeats !== undefined);
    assert.equal(digest?.title, 'Other alerts');
    assert.equal(
      sent.filter(({ repeats }) => repeats === undefined).length + (digest?.repeats?.count ?? 0),
      6,
    );
  });

  test('logs each that is lost once, and does not reject', async () => {
    answer = async () => false;
    await create()('error', 'Disk full', 'on /data');
    assert.deepEqual(
      lost.map(({ title }) => title),
      ['Disk full'],
    );
    answer = () => Promise.reject(new Error('a defect of ours'));
    await create()('error', 'Disk full', 'on /data');
    assert.equal(failures.length, 1);
  });

  test('holds nobody longer than three seconds', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    answer = () => promise;
    let isSettled = false;
    const waiting = create()('error', 'a', 'b').then(() => {
      isSettled = true;
    });
    await clock.pass(2_999);
    assert.equal(isSettled, false);
    await clock.pass(1);
    assert.equal(isSettled, true);
    await waiting;
    resolve(false);
    await clock.pass(0);
    assert.equal(lost.length, 1, 'that it was lost is said all the same');
  });

  test('makes an alert of anything', async () => {
    const send = create();
    const hostile = new Proxy({}, { get: () => assert.fail('read'), ownKeys: () => assert.fail('listed') });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    for (const bad of [
      hostile,
      revoked.proxy,
      circular,
      null,
      undefined,
      1n,
      Symbol('x'),
      () => {},
      [1],
      new Error('x'),
    ]) {
      await sendAnything(send, bad, bad, bad, bad);
    }
    await sendAnything(send);
    assert.deepEqual(failures, []);
    assert.ok(sent.length >= 8, `${sent.length}`);
    for (const { severity, title, message, details } of sent) {
      assert.equal(severity, 'error');
      assert.deepEqual([typeof title, typeof message, typeof details], ['string', 'string', 'object']);
    }
    assert.ok(sent.some(({ message }) => message === 'Error: x'));
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.anything(), fc.anything(), async (title, message, details) => {
        await sendAnything(send, 'error', title, message, details);
        assert.deepEqual(failures, []);
        JSON.stringify(sent.at(-1));
      }),
    );
  });
});
