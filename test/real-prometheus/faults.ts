import { setTimeout as pause } from 'node:timers/promises';
import { metric } from '../page.ts';
import type { Prometheus } from './prometheus-server.ts';

/** Series that Prometheus adds to every scrape itself. */
const added =
  'up|scrape_duration_seconds|scrape_samples_scraped|scrape_samples_post_metric_relabeling|scrape_series_added';

/** Of a series that a page says twice all but one are dropped: 3.x counts and logs that, 2.42 says nothing. */
const lostSamples = `scrape_samples_scraped - on (job) count by (job) ({job!="",__name__!~"${added}"}) != 0`;

/** What a Prometheus has to object to in all its scrapes so far; empty when every one was perfect. */
export const faultsOf = async (prometheus: Prometheus): Promise<readonly string[]> => {
  const scraped = await prometheus.query('up');
  const down = await prometheus.query('min_over_time(up[1h]) < 1');
  const empty = await prometheus.query(
    'min_over_time(scrape_samples_scraped[1h]) == 0 unless on (job) min_over_time(up[1h]) < 1',
  );
  const lost = await prometheus.query(lostSamples);
  const targets = (await prometheus.targets()).filter(target => target.lastError !== '');
  const page = await prometheus.ownMetrics();
  const counters = [
    ...page.matchAll(/^(prometheus_target_scrapes_(?:sample|exemplar|exceeded)_\w+_total) /gm),
  ]
    .map(([, name = '']) => [name, Object.values(metric(page, name))[0] ?? 0] as const)
    .filter(([, value]) => value > 0);
  return [
    ...(scraped.length === 0 ? ['nothing was scraped'] : []),
    ...down.map(({ metric: { job } }) => `${job} was down`),
    ...empty.map(({ metric: { job } }) => `${job} had an empty page`),
    ...lost.map(({ metric: { job }, value: [, samples] }) => `${job} lost ${samples} samples`),
    ...targets.map(({ labels: { job }, lastError }) => `${job}: ${lastError}`),
    ...counters.map(([name, value]) => `${name} ${value}`),
    ...prometheus.complaints(),
  ];
};

/** Times of the scrapes of a job, oldest first, in seconds since the epoch. */
export const scrapeTimes = async (prometheus: Prometheus, job: string): Promise<readonly number[]> => {
  const [up] = await prometheus.query(`up{job="${job}"}[1h]`);
  return up?.values.map(([time]) => time) ?? [];
};

/** Asks again until the answer is there; a minute is more than any of it takes on a busy machine. */
export const until = async <Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false>,
  timeoutMs = 60_000,
): Promise<Answer> => {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await pause(100);
  }
};

/** Waits until each of a Prometheus' jobs has been scraped as often from now on. */
export const moreScrapes = async (prometheus: Prometheus, job: string, count: number): Promise<void> => {
  const before = (await scrapeTimes(prometheus, job)).length;
  await until(`${count} more scrapes of ${job}`, async () => {
    const now = (await scrapeTimes(prometheus, job)).length;
    return now >= before + count;
  });
};
