/** Rules about what is asked, and when the answer is red. */
import { catalogNames, metricNames, recordedNames } from '../metric-names.ts';
import { inPanels, inQueries, originalPanel, type Rule, when } from './lint-rule.ts';
import { bareCounters, divisors, rangesOfRates, selectors } from './promql.ts';
import { panels } from './queries.ts';

/** Several applications may be in one Prometheus: what an application measures is of the chosen one only. */
export const applications: Rule = inQueries(({ expr, title }) => {
  if (title === originalPanel || title === 'job') return [];
  return selectors(expr)
    .filter(({ name, selector }) => ofApplications.has(name) && !selector.includes('{job="$job"'))
    .map(({ selector }) => `${selector} is of every application`);
});
const ofApplications = new Set([
  ...catalogNames(),
  ...[...recordedNames()].filter(name => /^job_/.test(name)),
]);

export const names: Rule = inQueries(({ expr }, { metricNames: known }) =>
  [...metricNames(expr)].filter(name => !known.has(name)).map(name => `no metric ${name}`),
);

/** `rate` needs at least four scrapes, which `$__rate_interval` knows; or the time that is shown is meant. */
export const windows: Rule = inQueries(({ expr, title, of }) => {
  if (title === originalPanel || of !== 'panel') return [];
  return rangesOfRates(expr).flatMap(({ call, range }) =>
    when(range !== '$__rate_interval' && range !== '$__range', `${call} over [${range}]`),
  );
});

/** Where objectives are: a share of 0.001, and 0.5 s. */
const objectives = [0.001, 0.5];

/** A dashed line is where the alert of the panel's runbook begins. */
export const thresholds: Rule = (dashboard, { alerts }) =>
  panels(dashboard).flatMap(({ title, type, links = [], fieldConfig }) => {
    const { steps = [] } = (fieldConfig?.defaults.thresholds ?? {}) as { steps?: { value: number | null }[] };
    const top = steps.at(-1)?.value ?? 0;
    const rules = [...alerts].flatMap(([name, rules]) =>
      links.some(({ url = '' }) => url.endsWith(`/${name}.md`)) ? rules : [],
    );
    const limits = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/[<>] (?:on \(slo\) group_left \(\) )?([\d.]+)/g)].map(([, limit]) => Number(limit)),
    );
    // Where any at all is too much, a line says something else.
    const isWrong = limits.some(limit => limit > 0) && ![...limits, ...objectives].includes(top);
    return when(
      type === 'timeseries' && top > 0 && isWrong,
      `"${title}": dashed at ${top}, alerts at ${limits}`,
    );
  });

/** A sum of counters jumps when one process restarts: first the rate, then the sum. And no counter is shown as it is. */
export const counters: Rule = inQueries(({ expr, of }) => [
  ...(of === 'panel' ? bareCounters(expr) : []).map(name => `the counter ${name} without rate or increase`),
  // The only way to have the rate of a sum.
  ...when(/\[[^\]]*:[^\]]*\]/.test(expr), 'a subquery'),
  // Alone it does not count what was born in the time that is shown; of a quantile little is missing then.
  ...when(
    /(?<!or )increase\([^[]*\[\$__range\]/.test(expr) && !/^histogram_quantile\(/.test(expr),
    'increase alone',
  ),
]);

/** Tables and numbers ask for now: the last value of a time may be from before everything broke. Lines ask for a time. */
export const instants: Rule = inPanels(({ type, targets = [], maxDataPoints = 0 }) => [
  // Else $__rate_interval is as wide as a point of a line of 200 pixels.
  ...when(
    type === 'stat' && maxDataPoints < 10_000,
    `"now" is an average over time / ${maxDataPoints} points`,
  ),
  ...targets
    .filter(({ datasource }) => datasource.uid === 'prometheus')
    .flatMap(({ instant = false, format }) => [
      ...when(instant !== ['table', 'stat'].includes(type), `${type} with instant: ${instant}`),
      ...when((format === 'table') !== (type === 'table'), `${type} with format ${format}`),
      ...when((format === 'heatmap') !== (type === 'heatmap'), `${type} with format ${format}`),
    ]),
]);

/** Without traffic a quotient or a quantile is not a number; a comparison leaves no sample in its place. */
export const quotients: Rule = inQueries(({ expr }) => [
  ...when(/histogram_quantile\(/.test(expr) && !/ >= 0$/.test(expr), 'a quantile that may be NaN'),
  ...divisors(expr)
    .filter(divisor => /(rate|increase)\(/.test(divisor) && !/ > 0\)+$/.test(divisor))
    .map(divisor => `may divide by 0: ${divisor}`),
]);
