import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createRuntimeMetrics, type RuntimeMetrics } from '../../src/metrics/runtime/runtime-metrics.ts';

const now = (): number => performance.now();

const block = (milliseconds: number): void => {
  const end = now() + milliseconds;
  while (now() < end);
};

const lagOf = (runtime: RuntimeMetrics): Readonly<Record<string, number | undefined>> =>
  Object.fromEntries(
    runtime
      .read()
      .filter(({ name }) => name.startsWith('nodejs_eventloop_lag_'))
      .map(({ name, series }) => [
        name.replace(/^nodejs_eventloop_lag_|_?seconds$/g, ''),
        [...series][0]?.value as number | undefined,
      ]),
  );

let runtime: RuntimeMetrics | undefined;
const started = (lagTurn?: number): RuntimeMetrics => {
  runtime = createRuntimeMetrics({ now, ...(lagTurn === undefined ? {} : { lagTurn }) });
  return runtime;
};
afterEach(() => runtime?.stop());

test('a stalled event loop shows in the lag of each scraper, however often the others read', async () => {
  const runtime = started();
  await sleep(150);
  block(300);
  await sleep(30);
  for (const scraper of ['first', 'second', 'first again']) {
    const { max = 0, p99 = 0, '': latest } = lagOf(runtime);
    assert.ok(max >= 0.29 && max < 0.6, `${scraper}: max ${max}`);
    assert.ok(p99 >= 0.29 && p99 < 0.6, `${scraper}: p99 ${p99}`);
    assert.ok(latest !== undefined && latest < 1, `${scraper}: latest ${latest}`);
    await sleep(50);
  }
});

test('reading changes nothing: two readings at once are equal, an early max stays', async () => {
  const runtime = started();
  await sleep(100);
  block(120);
  await sleep(30);
  const first = lagOf(runtime);
  assert.deepEqual(lagOf(runtime), first);
  for (let scrape = 0; scrape < 5; scrape++) {
    await sleep(20);
    lagOf(runtime);
  }
  assert.ok((lagOf(runtime).max ?? 0) >= (first.max ?? Number.NaN));
});

test('the probe of the moment tells a stall that has just ended, and forgets it', async () => {
  const runtime = started();
  await sleep(150);
  block(300);
  await sleep(5);
  const { '': during = 0 } = lagOf(runtime);
  assert.ok(during > 0.1 && during < 0.6, `${during}`);
  await sleep(400);
  const { '': later = 1 } = lagOf(runtime);
  assert.ok(later < 0.1, `${later}`);
});

test('the window moves on: a stall stays for at least one turn and is gone after two', async () => {
  const runtime = started(1_000);
  await sleep(50);
  block(200);
  await sleep(600);
  assert.ok((lagOf(runtime).max ?? 0) >= 0.19);
  await sleep(1_700);
  const { max = 1, mean } = lagOf(runtime);
  assert.ok(max < 0.19, `${max}`);
  assert.ok(mean !== undefined && mean > 0.005 && mean < 0.05, 'the window is never empty');
});

test('prom-client, which empties its own at each collection, does not disturb it', async () => {
  const runtime = started();
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  await sleep(100);
  block(150);
  await sleep(30);
  await registry.metrics();
  await registry.metrics();
  assert.ok((lagOf(runtime).max ?? 0) >= 0.14);
});

test('before anything was recorded there is nothing to show', () => {
  assert.deepEqual(
    Object.values(lagOf(started())).filter(value => value !== undefined),
    [],
  );
});
