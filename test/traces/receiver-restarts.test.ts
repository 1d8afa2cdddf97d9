import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, startApp } from '../child.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../otlp-receiver.ts';
import { metric } from '../page.ts';
import { assertLines, reported } from '../preload/reported.ts';

/** Milliseconds that a receiver may wait for spans once it is back. */
const longestReturn = 10_000;

/** A receiver that goes and comes back on the same port, as a collector does that is restarted. */
interface Collector {
  readonly url: string;
  /** The one that runs, with what came since its start. */
  readonly current: () => OtlpReceiver;
  /** Ids of the spans that have come to any of them; a batch whose answer was cut off comes twice. */
  readonly taken: () => ReadonlySet<string>;
  readonly start: () => Promise<void>;
}

const startCollector = async (): Promise<Collector> => {
  // Outside of what the system gives to others that ask for any port, while ours is free.
  const begin = (): Promise<OtlpReceiver> =>
    startOtlpReceiver(20_000 + Math.floor(Math.random() * 10_000)).catch(begin);
  const runs = [await begin()];
  const current = (): OtlpReceiver => runs.at(-1) as OtlpReceiver;
  const { port, url } = current();
  return {
    url,
    current,
    taken: () => new Set(runs.flatMap(({ spans }) => spans.map(({ spanId }) => spanId))),
    start: async () => void runs.push(await startOtlpReceiver(port)),
  };
};

interface Traced {
  readonly app: App;
  readonly collector: Collector;
  /** Asks for so many requests; one span each, and one for asking. */
  readonly load: (requests: number) => Promise<void>;
  readonly made: () => number;
}

const traced = async (
  env: Readonly<Record<string, string>>,
  run: (traced: Traced) => Promise<void>,
): Promise<void> => {
  const collector = await startCollector();
  const app = await startApp('otlp/app.mjs', {
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      ...env,
    },
  });
  let made = 0;
  const load = async (requests: number): Promise<void> => {
    assert.equal(await (await fetch(`${app.url}/load?${requests}`)).text(), String(requests));
    made += requests + 1;
  };
  try {
    await run({ app, collector, load, made: () => made });
  } finally {
    await app.stop();
    collector.current().stop();
  }
};

const droppedBy = async (app: App): Promise<number> =>
  Object.values(metric(await app.scrape(), 'monitoring_dropped_total')).reduce((sum, some) => sum + some, 0);

/** Every span that was made has come, or is counted as dropped; waits for the last of them. */
const assertAccounted = async ({ app, collector, made }: Traced): Promise<void> => {
  const accounted = async (): Promise<number> => collector.taken().size + (await droppedBy(app));
  for (let tries = 0; tries < 100 && (await accounted()) < made(); tries++) await pause(50);
  await pause(200);
  assert.equal(await accounted(), made());
};

const failing = / traces cannot be sent to /;
const recovered = / traces are sent again$/;

const linesOf = (app: App, pattern: RegExp): number =>
  reported(app).filter(line => pattern.test(line)).length;

const until = async (condition: () => boolean, what: () => string): Promise<void> => {
  for (const deadline = performance.now() + 20_000; !condition(); await pause(20)) {
    assert.ok(performance.now() < deadline, what());
  }
};

/** Returns how many milliseconds the receiver waited for spans once it was back. */
const comeBack = async (collector: Collector): Promise<number> => {
  await collector.start();
  const back = performance.now();
  await collector.current().waitFor(spans => spans.length > 0, longestReturn);
  return performance.now() - back;
};

/** The receiver goes, and comes back so many milliseconds after that was noticed. */
const restart = async (traced: Traced, outageMs: number, requests: number): Promise<number> => {
  const { app, collector, load } = traced;
  const before = linesOf(app, failing);
  // In the midst of what is sent.
  const busy = load(requests);
  await pause(Math.random() * 20);
  collector.current().stop();
  await busy;
  await load(4);
  await until(() => linesOf(app, failing) > before, app.stderr);
  await pause(outageMs);
  await load(requests);
  const waited = await comeBack(collector);
  await until(() => linesOf(app, recovered) > before, app.stderr);
  return waited;
};

const outages = [0, 500, 1_500, 3_000, 5_000];

/** Twenty restarts in all; with the small queue not everything finds a place while nobody listens. */
const processes = {
  'protobuf, a trickle': [{}, 8],
  'protobuf, a small queue': [{ OTEL_BSP_MAX_QUEUE_SIZE: '100', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '20' }, 200],
  'JSON, a trickle': [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 8],
  'compressed, full batches': [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, 600],
} as const;

describe('a receiver that is restarted', { concurrency: 5 }, () => {
  for (const [name, [env, requests]] of Object.entries(processes)) {
    test(`(${name}) has spans again within ten seconds, each of ${outages.length} times`, async t =>
      traced(env, async traced => {
        const { app, collector, load } = traced;
        await load(requests);
        await until(
          () => collector.taken().size > 0,
          () => 'nothing came',
        );
        const states = [/ metrics at /];
        for (const outage of outages) {
          const waited = await restart(traced, outage, requests);
          t.diagnostic(`${name}: back after ${outage} ms, spans after ${Math.round(waited)} ms`);
          // One line for each change of state, and never more.
          states.push(failing, recovered);
          assertLines(reported(app), states);
        }
        await assertAccounted(traced);
        assert.equal((await droppedBy(app)) > 0, name.includes('small'), `${await droppedBy(app)} dropped`);
        assertLines(reported(app), states);
      }));
  }

  test('control: one that has asked for half a minute before does not', () =>
    traced({}, async traced => {
      const { app, collector, load } = traced;
      collector.current().behave({ status: 429, headers: { 'retry-after': '30' } });
      await load(8);
      await app.output(failing);
      collector.current().stop();
      await assert.rejects(comeBack(collector), /not received within/);
    }));

  test('control: a span that was never made is missed', () =>
    traced({}, async traced => {
      await traced.load(8);
      await assert.rejects(assertAccounted({ ...traced, made: () => traced.made() + 1 }));
      await assertAccounted(traced);
    }));
});
