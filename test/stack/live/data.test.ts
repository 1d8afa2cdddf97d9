import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { total } from '../../real-prometheus/example-load.ts';
import type { Prometheus } from '../../real-prometheus/prometheus-server.ts';
import { seriesOf } from '../../real-prometheus/series.ts';
import { bucketOfQuantile, isAnswer } from '../../real-prometheus/true-quantile.ts';
import { dashboards, interpolate, panels, type Query, queries } from '../grafana/queries.ts';
import { catalogNames, metricNames, recordedNames } from '../metric-names.ts';
import { alertmanager25, alertmanager33, collector, prometheus2, prometheus3 } from '../programs.ts';
import { answerTo, notHere, problemOf, rulesOf, step, type Window } from './answers.ts';
import { type Course, reachable, runCourse } from './course.ts';
import { type Stack, startStack } from './stack.ts';

const programs = [prometheus2, prometheus3].filter(({ skip }) => skip === false);
const alertmanagers = [alertmanager25, alertmanager33].filter(({ skip }) => skip === false);
const skip = prometheus2.skip || alertmanager25.skip || collector.skip;

interface Question extends Query {
  /** Every place that asks it. */
  readonly places: readonly string[];
}

/** Both languages ask the same, and many dashboards do. */
const distinct = (all: readonly Query[]): readonly Question[] =>
  [...Map.groupBy(all, ({ expr, instant }) => `${instant} ${expr}`).values()].flatMap(same =>
    same.slice(0, 1).map(query => ({
      ...query,
      places: same.map(({ dashboard, of, title }) => `${dashboard}, ${of} "${title}"`),
    })),
  );

/** Those to the others: logs-and-traces.test.ts. */
const questions = distinct(queries().filter(({ datasource }) => datasource === 'prometheus'));

describe('the whole stack after every fault has been there once', { skip }, () => {
  let stack: Stack;
  let course: Course;
  let window: Window;

  before(async () => {
    const start = Date.now() / 1000;
    stack = await startStack({
      prometheus: programs.map(({ path }) => path),
      alertmanagers: alertmanagers.map(({ path }) => path),
      collector: collector.path,
      env: reachable,
    });
    course = await runCourse(stack);
    window = { start, end: Date.now() / 1000 };
  });
  after(() => stack?.stop());

  const forEach = (name: string, check: (prometheus: Prometheus, index: number) => Promise<void>): void => {
    test(name, async t => {
      for (const [index, prometheus] of stack.prometheus.entries())
        await t.test(`Prometheus ${prometheus.version}`, () => check(prometheus, index));
    });
  };

  /** As Grafana asks it with all replicas, methods, paths … chosen. */
  const asked = (expr: string): string => {
    const several = dashboards().flatMap(({ templating }) => templating.list.filter(({ multi }) => multi));
    const all = Object.fromEntries(several.map(({ name }) => [name, ['$__all']]));
    const time = { range: Math.ceil(window.end - window.start), step, scrape: 15 };
    return interpolate(expr, { ...all, job: 'ykmake' }, time);
  };

  forEach('every query of every panel, variable and annotation has an answer', async prometheus => {
    const problems = await Promise.all(
      questions.map(async ({ expr, instant, places }) => {
        const problem = await problemOf(prometheus, asked(expr), window, instant);
        return problem === undefined ? [] : [[...places, problem].join('\n  ')];
      }),
    );
    assert.ok(questions.length > 100, `only ${questions.length} queries`);
    assert.equal(problems.flat().join('\n\n'), '');
  });

  forEach('a query with a wrong name, a wrong label or no number has none', async prometheus => {
    const good = 'sum(rate(http_requests_total{job="ykmake"}[1m]))';
    assert.equal(await problemOf(prometheus, good, window, true), undefined);
    for (const bad of [
      good.replace('requests', 'request'),
      good.replace('job=', 'service='),
      `${good.replace('job=', 'service=')} or vector(0)`,
      `0 * ${good} / 0`,
      `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{job="ykmake"}[1m])) * 0)`,
    ])
      assert.match((await problemOf(prometheus, bad, window, true)) ?? '', /finite samples/, bad);
  });

  forEach('every metric that dashboards and rules name is scraped', async prometheus => {
    const live = new Set(await prometheus.get<readonly string[]>('label/__name__/values'));
    const rules = (await rulesOf(prometheus)).map(({ query }) => query);
    assert.ok(rules.length > 50, `only ${rules.length} rules`);
    const named = new Set(
      [...rules, ...questions.map(({ expr }) => asked(expr))].flatMap(promql => [...metricNames(promql)]),
    );
    const missing = (names: Iterable<string>, there: ReadonlySet<string>): readonly string[] =>
      [...names].filter(name => !there.has(name) && !(name in notHere));
    assert.deepEqual(missing(named, live), []);
    // What is not in the catalogue and not recorded is of the stack's own programs.
    const ours = new Set([...catalogNames(), ...recordedNames(), 'target_info']);
    const others = await prometheus.get<readonly string[]>('label/__name__/values', {
      'match[]': '{job!="ykmake",job!=""}',
    });
    assert.deepEqual(missing(missing(named, ours), new Set([...others, 'ALERTS'])), []);
    // Negative control.
    assert.deepEqual(missing(['http_request_total'], live), ['http_request_total']);
  });

  forEach('every rule can be evaluated', async prometheus => {
    const rules = await rulesOf(prometheus);
    assert.deepEqual(
      rules.filter(({ health }) => health !== 'ok'),
      [],
    );
  });

  describe('numbers of the first instance', () => {
    const of = (metric: string): string => `${metric}{instance="${stack.instances[0].address}"}`;

    forEach('what each series of requests has counted is what was sent', async (prometheus, index) => {
      const [start, end] = course.windows[index] ?? [0, 0];
      const [from, to] = await Promise.all(
        [start, end].map(async time => seriesOf(await prometheus.query(of('http_requests_total'), time))),
      );
      assert.ok(from && to);
      assert.deepEqual(new Map([...from].sort()), new Map([...course.before].sort()));
      const counted = [...to].map(([key, value]) => [key, value - (from.get(key) ?? 0)] as const);
      assert.deepEqual(
        new Map(counted.filter(([, value]) => value !== 0).sort()),
        new Map([...course.within].sort()),
      );
      // Errors of the database are among them.
      assert.ok(counted.some(([key, value]) => key.includes('"500"') && value > 0));
    });

    // The window begins and ends with a scrape: nothing is extrapolated. A series that is born within it does not count
    // its first value.
    forEach('increase over the window is what was sent', async (prometheus, index) => {
      const [start, end] = course.windows[index] ?? [0, 0];
      const range = Math.round((end - start) * 1000) + 1;
      const answer = await prometheus.query(`increase(${of('http_requests_total')}[${range}ms])`, end);
      const increases = seriesOf(
        answer.map(sample => ({ ...sample, metric: { ...sample.metric, __name__: 'http_requests_total' } })),
      );
      assert.ok(course.before.size >= 10, `only ${course.before.size} series`);
      for (const key of course.before.keys()) {
        const sent = course.within.get(key) ?? 0;
        const increase = increases.get(key) ?? Number.NaN;
        assert.ok(
          Math.abs(increase - sent) <= sent / 1000,
          `${key} increased by ${increase}, sent were ${sent}`,
        );
      }
    });

    // The table knows what its own time of the dashboard began with, and counts first values, too.
    forEach('the table of routes shows what was sent', async (prometheus, index) => {
      const [, end] = course.windows[index] ?? [0, 0];
      const { expr = '' } =
        queries().find(({ dashboard, title }) => dashboard === 'ykmake-overview' && title === 'Routes') ?? {};
      const time = { range: Math.ceil(end - window.start), step, scrape: 15 };
      const [{ address }] = stack.instances;
      const promql = interpolate(expr, { job: 'ykmake', instance: [address] }, time);
      const shown = (await prometheus.query(promql, end)).map(
        ({ metric, value }) => [`${metric.method} ${metric.path}`, Number(value[1])] as const,
      );
      const sent = new Map<string, number>();
      for (const [key, count] of [...course.before, ...course.within]) {
        const { method, path } = Object.fromEntries(JSON.parse(key));
        sent.set(`${method} ${path}`, (sent.get(`${method} ${path}`) ?? 0) + count);
      }
      assert.deepEqual(new Map(shown.toSorted()), new Map([...sent].sort()));
    });

    forEach('p95 lies in the bucket of the true one', async (prometheus, index) => {
      const [, end] = course.windows[index] ?? [0, 0];
      const durations = [...course.durationsBefore, ...course.durationsWithin];
      assert.equal(durations.length, total(course.before) + total(course.within));
      const buckets = of('http_request_duration_seconds_bucket');
      const [answer] = await prometheus.query(`histogram_quantile(0.95, sum by (le) (${buckets}))`, end);
      const value = Number(answer?.value[1]);
      // On a busy machine the stopwatch stops some milliseconds later: a few are on the other side of a bound.
      const few = Math.ceil(durations.length / 100);
      const bucket = bucketOfQuantile(0.95, durations, few);
      assert.ok(isAnswer(value, bucket), `${value} s, in truth ${JSON.stringify(bucket)}`);
      // Negative control: other durations have another answer.
      const late = durations.map(seconds => seconds * 10);
      assert.ok(!isAnswer(value, bucketOfQuantile(0.95, late, few)), `${value} s is also that of later ones`);
    });
  });

  forEach('the exemplars of a panel lead to traces that have arrived', async prometheus => {
    const targets = dashboards().flatMap(dashboard =>
      panels(dashboard).flatMap(panel => panel.targets ?? []),
    );
    const withExemplars = new Set(targets.filter(({ exemplar }) => exemplar).map(({ expr = '' }) => expr));
    assert.ok(withExemplars.size >= 2);
    const arrived = new Set(stack.backend.spans.map(({ traceId }) => traceId));
    for (const expr of withExemplars) {
      const series = await prometheus.queryExemplars(asked(expr));
      const calm = series
        .flatMap(({ exemplars }) => exemplars)
        .filter(({ timestamp }) => timestamp < course.calmUntil)
        .map(({ labels }) => labels.trace_id ?? '');
      assert.ok(calm.length > 0, `no exemplars of ${asked(expr)}`);
      assert.deepEqual(
        calm.filter(id => !arrived.has(id)),
        [],
      );
    }
  });

  forEach('the restarts are marked, at the second of the start', async prometheus => {
    const { expr = '' } =
      queries().find(({ of, title }) => of === 'annotation' && title === 'Restarts') ?? {};
    const answer = await answerTo(prometheus, asked(expr), window, false);
    const starts = stack.instances.map(({ address }) => {
      const series = answer.filter(({ metric }) => metric.instance === address);
      return new Set(series.flatMap(({ values }) => values.map(([, value]) => Number(value))));
    });
    const [first, second] = starts;
    assert.equal(first?.size, 1, JSON.stringify(answer));
    assert.ok((second?.size ?? 0) >= 3, JSON.stringify(answer));
    for (const start of starts.flatMap(some => [...some]))
      assert.ok(start / 1000 > window.start && start / 1000 < window.end, String(start));
  });
});
