import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { faultsOf, until } from '../real-prometheus/faults.ts';
import { programs, scrapeJob, skip, startPrometheus } from '../real-prometheus/prometheus-server.ts';
import { type CollectedPage, collectedPages, pagesFolder } from './collected.ts';

/** By Prometheus, what it has to object to when every page is a target of its own, scraped as it is. */
const objectionsTo = async (
  t: TestContext,
  pages: ReadonlyMap<string, CollectedPage>,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const server = createServer((request, response) => {
    const { type, page } = pages.get(request.url?.slice(1) ?? '') ?? { type: 'text/plain', page: '' };
    response.setHeader('content-type', type).end(page);
  }).listen(0, '127.0.0.1');
  t.after(() => void server.close().closeAllConnections());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // Within one interval Prometheus scrapes every target once, at times that are spread over it.
  const interval = { scrape_interval: '5s', scrape_timeout: '5s' };
  const jobs = [...pages.keys()].map(name => scrapeJob(name, `http://127.0.0.1:${port}/${name}`, interval));

  const objections = await Promise.all(
    programs.map(async program => {
      const prometheus = await startPrometheus(program, jobs);
      t.after(() => prometheus.stop());
      await until('a scrape of every page', async () => {
        const [scraped] = await prometheus.query('count(up)');
        return Number(scraped?.value[1]) === pages.size;
      });
      const samples = await prometheus.query('scrape_samples_scraped');
      const scraped = new Map(samples.map(({ metric: { job = '' }, value }) => [job, Number(value[1])]));
      const wrong = [...pages]
        .map(([name, { page }]) => [name, scraped.get(name), samplesIn(page)] as const)
        .filter(([, found, said]) => found !== said)
        .map(([name, found, said]) => `${name}: ${found} samples, the page has ${said}`);
      return [prometheus.version, [...wrong, ...(await faultsOf(prometheus))]] as const;
    }),
  );
  return new Map(objections);
};

/** Every line that is no comment, as line ends in label values are escaped. */
const samplesIn = (page: string): number => page.split('\n').filter(line => /^[^#]/.test(line)).length;

describe('every page that a test of this run has read, scraped by a real Prometheus', {
  skip,
  concurrency: true,
}, () => {
  const folder = pagesFolder();
  assert.ok(folder, 'run it with the suites whose pages it checks: npm test -- http pages');
  const pages = collectedPages(folder);

  test('each is up, no sample is lost, nothing is complained about', async t => {
    const all = [...pages.values()];
    const openMetrics = all.filter(({ type }) => type.startsWith('application/openmetrics-text')).length;
    const samples = all.reduce((sum, { page }) => sum + samplesIn(page), 0);
    t.diagnostic(`${pages.size} pages, ${openMetrics} of them OpenMetrics, with ${samples} samples`);
    assert.ok(pages.size > 0, 'no page was collected: npm test -- http pages');
    for (const [version, objections] of await objectionsTo(t, pages))
      assert.deepEqual(objections, [], version);
  });

  test('negative control: a page with one bad sample', async t => {
    const [good] = [...pages.values()].filter(({ type }) => type.startsWith('text/plain'));
    assert.ok(good);
    const broken = new Map(
      Object.entries({
        'same-series': 'twice 1\ntwice 2',
        'unescaped-quote': 'm{a="x"y"} 1',
        'no-number': 'm one',
      }).map(([name, lines]) => [name, { ...good, page: `${good.page}${lines}\n` }]),
    );
    for (const [version, objections] of await objectionsTo(t, broken)) {
      for (const name of broken.keys())
        assert.ok(
          objections.some(objection => objection.includes(name)),
          `${version} accepts ${name}`,
        );
    }
  });
});
