import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '../../real-prometheus/faults.ts';
import type { Prometheus } from '../../real-prometheus/prometheus-server.ts';
import { interpolate, type Query, queries } from '../grafana/queries.ts';
import { alertmanager25, alertmanager33, collector, prometheus2, prometheus3 } from '../programs.ts';
import { answerTo, finite, selected, selectorsOf, step, type Window } from './answers.ts';
import { type Course, runCourse } from './course.ts';
import { type Stack, startStack } from './stack.ts';

const programs = [prometheus2, prometheus3].filter(({ skip }) => skip === false);
const alertmanagers = [alertmanager25, alertmanager33].filter(({ skip }) => skip === false);
const skip = prometheus2.skip || alertmanager25.skip || collector.skip;

/** Both languages ask the same, and many dashboards do. */
const distinct = (all: readonly Query[]): readonly (Query & { readonly places: readonly string[] })[] => {
  const byQuestion = Map.groupBy(all, ({ datasource, expr, instant }) => `${datasource} ${instant} ${expr}`);
  return [...byQuestion.values()].flatMap(same =>
    same.slice(0, 1).map(query => ({
      ...query,
      places: same.map(({ dashboard, of, title }) => `${dashboard}, ${of} "${title}"`),
    })),
  );
};

describe('the whole stack after every fault has been there once', { skip }, () => {
  let stack: Stack;
  let course: Course;
  let window: Window;
  const variables: Record<string, string | readonly string[]> = {};

  before(async () => {
    const start = Date.now() / 1000;
    stack = await startStack({
      prometheus: programs.map(({ path }) => path),
      alertmanagers: alertmanagers.map(({ path }) => path),
      collector: collector.path,
    });
    course = await runCourse(stack);
    window = { start, end: Date.now() / 1000 };
  });
  after(() => stack?.stop());

  const forEach = (name: string, check: (prometheus: Prometheus) => Promise<void>): void => {
    test(name, async t => {
      for (const prometheus of stack.prometheus)
        await t.test(`Prometheus ${prometheus.version}`, () => check(prometheus));
    });
  };

  const asked = (expr: string): string =>
    interpolate(
      expr,
      { job: 'ykmake', service: 'ykmake' },
      { range: Math.ceil(window.end - window.start), step, scrape: 15 },
    );

  forEach('every query of every dashboard has an answer', async prometheus => {
    const failing: string[] = [];
    for (const { expr, instant, places } of distinct(queries().filter(q => q.datasource === 'prometheus'))) {
      const promql = asked(expr);
      const answer = await answerTo(prometheus, promql, window, instant);
      const parts = await selected(prometheus, selectorsOf(promql), window);
      if (finite(answer) > 0 && parts.every(([, series]) => series > 0)) continue;
      failing.push(
        [
          promql,
          ...places.map(place => `  in ${place}`),
          `  ${answer.length} series, ${finite(answer)} finite samples`,
          ...parts.map(([selector, series]) => `  ${series} series of ${selector}`),
        ].join('\n'),
      );
    }
    assert.deepEqual(failing, [], failing.join('\n\n'));
  });
});
