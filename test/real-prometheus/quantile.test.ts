import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../child.ts';
import { faultsOf, moreScrapes, scrapeTimes } from './faults.ts';
import { programs, scrapeJob, skip, startPrometheus } from './prometheus-server.ts';
import { bucketOfQuantile, isAnswer } from './true-quantile.ts';

/** Delays in milliseconds, each far from every bound and from the others' share at the quantiles below. */
const delays = [
  ...Array<number>(130).fill(70),
  ...Array<number>(50).fill(160),
  ...Array<number>(16).fill(350),
  ...Array<number>(4).fill(700),
];
const quantiles = [0.5, 0.8, 0.95, 0.99];

test('quantiles lie in the bucket in which the true ones lie', { skip }, async t => {
  const app = await startApp('real-prometheus/delays.mjs');
  t.after(() => app.stop());
  const jobs = [scrapeJob('delays', app.metricsUrl)];
  const servers = await Promise.all(programs.map(program => startPrometheus(program, jobs)));
  t.after(() => Promise.all(servers.map(server => server.stop())));
  const ask = async (delay: number): Promise<unknown> =>
    (await fetch(`${app.url}/after/${delay}`)).arrayBuffer();

  // The series must be there before the requests whose increase is asked for.
  await ask(1);
  await Promise.all(servers.map(server => moreScrapes(server, 'delays', 2)));
  const starts = await Promise.all(servers.map(async server => (await scrapeTimes(server, 'delays')).at(-1)));
  const waiting = [...delays];
  const visitor = async (): Promise<void> => {
    for (let delay = waiting.pop(); delay !== undefined; delay = waiting.pop()) await ask(delay);
  };
  await Promise.all(Array.from({ length: 20 }, visitor));
  await Promise.all(servers.map(server => moreScrapes(server, 'delays', 2)));

  const durations = (await (await fetch(`${app.url}/durations`)).json()) as number[];
  assert.equal(durations.length, delays.length + 1);
  for (const [index, server] of servers.entries()) {
    assert.deepEqual(await faultsOf(server), []);
    const end = (await scrapeTimes(server, 'delays')).at(-1) ?? 0;
    const window = Math.round((end - (starts[index] ?? 0)) * 1000) + 1;
    const buckets = 'http_request_duration_seconds_bucket{path="/after/:id"}';
    for (const counts of [buckets, `increase(${buckets}[${window}ms])`]) {
      for (const quantile of quantiles) {
        const [answer] = await server.query(`histogram_quantile(${quantile}, sum by (le) (${counts}))`, end);
        const value = Number(answer?.value[1]);
        const bucket = bucketOfQuantile(quantile, durations);
        const what = `Prometheus ${server.version} p${quantile * 100} of ${counts}: ${value}, in truth ${bucket.truth}`;
        assert.ok(isAnswer(value, bucket), what);
        t.diagnostic(what);
      }
    }
  }
});
