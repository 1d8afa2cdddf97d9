import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Program, startProgram } from '../examples/ykmake.ts';
import { faultsOf, moreScrapes, scrapeTimes } from './faults.ts';
import { type Prometheus, programs, scrapeJob, skip, startPrometheus } from './prometheus-server.ts';
import { named, seriesKey, seriesOf, seriesOfPage } from './series.ts';

interface Entry {
  readonly method: string;
  readonly route: string;
  readonly status: string;
  readonly count: number;
}
type Ledger = ReadonlyMap<string, number>;

const requestsTotal = ({ method, route: path, status }: Entry): string =>
  seriesKey({ __name__: 'http_requests_total', method, path, status });

/** What was sent and answered in about two seconds, as series. */
const sendTraffic = async (url: string): Promise<Ledger> => {
  const traffic = startProgram(['examples/ykmake/traffic.js', url, '--rate', '150'], {});
  try {
    await pause(2000);
    const answer = once(traffic.child, 'message');
    traffic.child.send('stop');
    const [{ ledger }] = (await answer) as [{ ledger: readonly Entry[] }];
    return new Map(ledger.map(entry => [requestsTotal(entry), entry.count]));
  } finally {
    await traffic.stop();
  }
};

const sum = (first: Ledger, second: Ledger): Ledger =>
  new Map(
    [...new Set([...first.keys(), ...second.keys()])]
      .sort()
      .map(key => [key, (first.get(key) ?? 0) + (second.get(key) ?? 0)]),
  );

const contract = /^(http|db)_/;

describe('the example under load, scraped by a real Prometheus', { skip }, () => {
  let application: Program;
  let metricsUrl = '';
  let servers: readonly Prometheus[] = [];
  let first: Ledger;
  let second: Ledger;
  /** Of each Prometheus: a scrape between the two rounds of traffic, and one after both. */
  let windows: readonly (readonly [start: number, end: number])[] = [];

  const lastScrapes = async (): Promise<readonly number[]> => {
    await Promise.all(servers.map(server => moreScrapes(server, 'ykmake', 2)));
    return Promise.all(servers.map(async server => (await scrapeTimes(server, 'ykmake')).at(-1) ?? 0));
  };

  before(async () => {
    application = startProgram(['--import', './register.js', 'app.js'], {
      PORT: '0',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    });
    [metricsUrl = ''] = await application.said(/http:\S+\/metrics/);
    const [, url = ''] = await application.said(/listens on (http:\S+)/);
    const jobs = [scrapeJob('ykmake', metricsUrl)];
    servers = await Promise.all(programs.map(program => startPrometheus(program, jobs)));
    // A new Prometheus begins to scrape after some seconds.
    await Promise.all(servers.map(server => moreScrapes(server, 'ykmake', 1)));
    first = await sendTraffic(url);
    const starts = await lastScrapes();
    second = await sendTraffic(url);
    const ends = await lastScrapes();
    windows = starts.map((start, index) => [start, ends[index] ?? 0]);
  });
  after(async () => {
    await Promise.all([application.stop(), ...servers.map(server => server.stop())]);
  });

  const forEach = (
    name: string,
    check: (server: Prometheus, window: readonly [number, number]) => Promise<void>,
  ): void => {
    test(name, async t => {
      for (const [index, server] of servers.entries())
        await t.test(`Prometheus ${server.version}`, () => check(server, windows[index] ?? [0, 0]));
    });
  };

  forEach('it is up all the time and no scrape has an error', async server => {
    assert.ok((await scrapeTimes(server, 'ykmake')).length >= 8);
    assert.deepEqual(await faultsOf(server), []);
  });

  forEach('the counters are the ledger of the traffic', async server => {
    const counted = seriesOf(await server.query('http_requests_total'));
    assert.deepEqual(new Map([...counted].sort()), sum(first, second));
    const observed = await server.query('http_request_duration_seconds_count');
    const byRequests = observed.map(({ metric, value }) => ({
      metric: { ...metric, __name__: 'http_requests_total' },
      value,
      values: [],
    }));
    assert.deepEqual(new Map([...seriesOf(byRequests)].sort()), sum(first, second));
  });

  // `increase` divides by the time between the samples that it finds and multiplies by the window, up to an
  // interval more at each end. A window that begins and ends with a scrape leaves nothing to extrapolate. It
  // must begin before the traffic and after the series are there: one that is born at 5 has increased by 0.
  forEach('increase over the sampled window is the traffic in it', async (server, [start, end]) => {
    const window = Math.round((end - start) * 1000) + 1;
    const answer = await server.query(`increase(http_requests_total[${window}ms])`, end);
    const increases = seriesOf(
      answer.map(sample => ({ ...sample, metric: { ...sample.metric, __name__: 'http_requests_total' } })),
    );
    assert.ok(first.size >= 10, `only ${first.size} series before the window`);
    for (const key of first.keys()) {
      const sent = second.get(key) ?? 0;
      const increase = increases.get(key) ?? Number.NaN;
      assert.ok(
        Math.abs(increase - sent) <= sent / 1000,
        `${key} increased by ${increase}, sent were ${sent}`,
      );
    }
  });

  forEach('requests and queries have the values of both forms of the page', async server => {
    const [text = '', openMetrics = ''] = await Promise.all(
      ['text/plain', 'application/openmetrics-text; version=1.0.0'].map(async accept => {
        const response = await fetch(metricsUrl, { headers: { accept } });
        assert.match(response.headers.get('content-type') ?? '', new RegExp(accept.split(';', 1)[0] ?? ''));
        return response.text();
      }),
    );
    const expected = named(seriesOfPage(openMetrics), contract);
    const queries = [...expected.keys()].filter(key => key.includes('db_query_duration_seconds_count'));
    assert.ok(queries.length >= 10, `${queries.length} kinds of queries`);
    assert.deepEqual(named(seriesOfPage(text), contract), expected);
    assert.deepEqual(named(seriesOf(await server.query('{__name__=~"(http|db)_.+"}')), contract), expected);
  });
});
