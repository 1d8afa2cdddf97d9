import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Program, startProgram } from '../examples/ykmake.ts';
import {
  askStopwatch,
  type Ledger,
  sendTraced,
  sendTraffic,
  stopwatch,
  sum,
  total,
  traced,
} from './example-load.ts';
import { faultsOf, moreScrapes, scrapeTimes, until } from './faults.ts';
import { type Prometheus, programs, scrapeJob, skip, startPrometheus } from './prometheus-server.ts';
import { named, seriesOf, seriesOfPage } from './series.ts';
import { bucketOfQuantile, isAnswer } from './true-quantile.ts';

const contract = /^(http|db)_/;

describe('the example under load, scraped by a real Prometheus', { skip }, () => {
  let application: Program;
  let metricsUrl = '';
  let servers: readonly Prometheus[] = [];
  let first: Ledger;
  let second: Ledger;
  /** In seconds, of the first and the second traffic. */
  let durations: readonly (readonly number[])[] = [];
  /** Of each Prometheus: a scrape between the two rounds of traffic, and one after both. */
  let windows: readonly (readonly [start: number, end: number])[] = [];

  const lastScrapes = async (): Promise<readonly number[]> => {
    await Promise.all(servers.map(server => moreScrapes(server, 'ykmake', 2)));
    return Promise.all(servers.map(async server => (await scrapeTimes(server, 'ykmake')).at(-1) ?? 0));
  };

  before(async () => {
    application = startProgram(['--import', './register.js', '--import', stopwatch, 'app.js'], {
      PORT: '0',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    });
    [metricsUrl = ''] = await application.said(/http:\S+\/metrics/);
    const [, url = ''] = await application.said(/listens on (http:\S+)/);
    const jobs = [scrapeJob('ykmake', metricsUrl)];
    servers = await Promise.all(programs.map(program => startPrometheus(program, jobs)));
    // A new Prometheus begins to scrape after some seconds.
    await Promise.all(servers.map(server => moreScrapes(server, 'ykmake', 1)));
    first = sum(await sendTraffic(url), await sendTraced(url));
    const starts = await lastScrapes();
    const firstDurations = await askStopwatch(application, url);
    second = await sendTraffic(url);
    durations = [firstDurations, await askStopwatch(application, url)];
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

  const buckets = 'http_request_duration_seconds_bucket';
  const quantile = async (
    server: Prometheus,
    share: number,
    counts: string,
    time: number,
  ): Promise<number> => {
    const query = `histogram_quantile(${share}, sum by (le) (${counts}))`;
    const [answer] = await server.query(query, time);
    return Number(answer?.value[1]);
  };

  test('the stopwatch has seen every request', () => {
    assert.deepEqual(
      durations.map(({ length }) => length),
      [total(first), total(second)],
    );
  });

  for (const share of [0.5, 0.95, 0.99]) {
    forEach(`p${share * 100} lies in the bucket of the true one`, async (server, [start, end]) => {
      const window = Math.round((end - start) * 1000) + 1;
      // A series that is born within the window does not increase in it.
      const born = total(new Map([...second].filter(([key]) => !first.has(key))));
      for (const [counts, measured, missing] of [
        [buckets, durations.flat(), 0],
        [`increase(${buckets}[${window}ms])`, durations[1] ?? [], born],
      ] as const) {
        const value = await quantile(server, share, counts, end);
        const bucket = bucketOfQuantile(share, measured, missing);
        assert.ok(isAnswer(value, bucket), `${counts}: ${value} s, in truth ${JSON.stringify(bucket)}`);
        // Negative control: other durations have another answer.
        const late = bucketOfQuantile(
          share,
          measured.map(seconds => seconds * 10),
        );
        assert.ok(!isAnswer(value, late), `${value} s passes for ${JSON.stringify(late)}`);
      }
    });
  }

  forEach('the exemplar of a traced request is found', async server => {
    const found = await until('an exemplar', async () => {
      const series = await server.queryExemplars(buckets);
      return series.length > 0 && series;
    });
    assert.deepEqual(
      found.map(({ seriesLabels: { path }, exemplars }) => [path, exemplars.map(({ labels }) => labels)]),
      [[traced.entry.route, [{ trace_id: traced.traceId, span_id: traced.spanId }]]],
    );
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
