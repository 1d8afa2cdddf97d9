import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Child, register, root, startChild } from '../child.ts';
import { pointsOf, type Receiver, startReceiver } from './receiver.ts';

const fixture = path.join(root, 'test/fixtures/preload/signals.mjs');
const signals: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/** Far more than an end takes that waits for nothing. */
const atOnce = 8_000;

/** Starts the fixture, which has served one request then. */
const start = async (way: string, receiver?: Receiver, timeout = '30000'): Promise<Child> => {
  const child = startChild({
    args: ['--import', register, fixture, way],
    env: {
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      MONITORING_SHUTDOWN_TIMEOUT: timeout,
      ...(receiver && {
        OTEL_METRICS_EXPORTER: 'prometheus,otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_TRACES_EXPORTER: 'none',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      }),
    },
  });
  const [, port] = await child.output(/^listening (\d+)$/m);
  await (await fetch(`http://127.0.0.1:${port}`)).text();
  return child;
};

/** Runs a test with a child and a receiver, which it ends. */
const guest = async (
  { way, status, timeout }: { way: string; status?: 200 | 'hang'; timeout?: string },
  run: (child: Child, receiver: Receiver) => Promise<void>,
): Promise<void> => {
  const receiver = await startReceiver(status);
  const child = await start(way, status && receiver, timeout);
  try {
    await run(child, receiver);
  } finally {
    await child.stop();
    receiver.stop();
  }
};

const elapsed = async (work: Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work;
  return performance.now() - startedAt;
};

/** The receiver has got the last values: the one request. */
const assertFlushed = ({ received }: Receiver): void => {
  const last = received.at(-1);
  assert.ok(last, 'nothing was sent');
  assert.deepEqual(pointsOf(last, 'http_requests_total'), {
    '{method="GET",path="/",status="200"}': 1,
  });
};

describe('signals', { concurrency: 2 }, () => {
  for (const signal of signals) {
    test(`${signal} ends an application that does not handle it`, () =>
      guest({ way: 'no handler' }, async child => {
        child.process.kill(signal);
        assert.deepEqual(await child.exit(), { code: null, signal });
      }));

    test(`${signal} ends it after the last metrics were sent`, () =>
      guest({ way: 'no handler', status: 200 }, async (child, receiver) => {
        child.process.kill(signal);
        assert.deepEqual(await child.exit(), { code: null, signal });
        assertFlushed(receiver);
      }));

    test(`${signal} ends it within the deadline when the receiver hangs`, () =>
      guest({ way: 'no handler', status: 'hang', timeout: '500' }, async (child, receiver) => {
        child.process.kill(signal);
        assert.ok((await elapsed(child.exit())) < atOnce);
        assert.deepEqual(await child.exit(), { code: null, signal });
        assert.equal(receiver.received.length, 1);
      }));

    for (const second of signals) {
      test(`${second} after ${signal} ends it at once`, () =>
        guest({ way: 'no handler', status: 'hang' }, async (child, receiver) => {
          child.process.kill(signal);
          while (receiver.received.length === 0) await pause(20);
          assert.equal(child.process.signalCode, null, 'ended before the second signal');
          child.process.kill(second);
          assert.ok((await elapsed(child.exit())) < atOnce);
          assert.deepEqual(await child.exit(), { code: null, signal: second });
        }));
    }
  }

  for (const status of [undefined, 200, 'hang'] as const) {
    const title = status === undefined ? 'without OTLP' : `with a receiver: ${status}`;
    const options = status === undefined ? {} : { status };

    test(`the application's handler decides the exit code, ${title}`, () =>
      guest({ way: 'a handler that exits with 7', ...options }, async child => {
        child.process.kill('SIGTERM');
        assert.deepEqual(await child.exit(), { code: 7, signal: null });
      }));

    test(`an application that ignores SIGTERM keeps running, ${title}`, () =>
      guest({ way: 'a handler that ignores it', timeout: '300', ...options }, async child => {
        for (const count of [1, 2]) {
          child.process.kill('SIGTERM');
          await child.output(new RegExp(`(ignored\\n){${count}}`));
        }
        await pause(1_000);
        const [, port] = await child.output(/^listening (\d+)$/m);
        assert.equal(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'served');
      }));

    test(`a library that counts listeners finds itself alone, ${title}`, () =>
      guest({ way: 'a library that counts listeners', ...options }, async child => {
        child.process.kill('SIGTERM');
        assert.deepEqual(await child.exit(), { code: null, signal: 'SIGTERM' });
        assert.match(child.stdout(), /^alone$/m);
      }));

    test(`an application that closes its server ends, ${title}`, () =>
      guest(
        { way: 'a handler, once, that closes the server', timeout: '500', ...options },
        async (child, receiver) => {
          child.process.kill('SIGTERM');
          assert.ok((await elapsed(child.exit())) < atOnce);
          assert.deepEqual(await child.exit(), { code: 0, signal: null });
          if (status === 200) assertFlushed(receiver);
        },
      ));
  }
});
