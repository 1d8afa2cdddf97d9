/** What a Prometheus has to answer to the queries of a dashboard. */
import { parser } from '@prometheus-io/lezer-promql';
import type { Sample } from '../../real-prometheus/prometheus-api.ts';
import type { Prometheus } from '../../real-prometheus/prometheus-server.ts';

/** Seconds since the epoch. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Seconds between two points of a line. */
export const step = 1;

/** What comes of a query: for a line over the window, else at its end. */
export const answerTo = async (
  prometheus: Prometheus,
  promql: string,
  { start, end }: Window,
  isInstant: boolean,
): Promise<readonly Sample[]> => {
  if (isInstant) return prometheus.query(promql, end);
  const range = { start: String(start), end: String(end), step: String(step) };
  return (await prometheus.get<{ result: readonly Sample[] }>('query_range', { query: promql, ...range }))
    .result;
};

/** How many of its samples are numbers that can be drawn. */
const finite = (answer: readonly Sample[]): number =>
  answer
    .flatMap(({ value, values = [] }) => (value ? [value, ...values] : values))
    .filter(([, text]) => Number.isFinite(Number(text))).length;

/** The selectors of a query: `up{job="x"}`. */
const selectorsOf = (promql: string): ReadonlySet<string> => {
  const found = new Set<string>();
  parser.parse(promql).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) throw new Error(`no PromQL at character ${from}: ${promql}`);
      if (type.name === 'VectorSelector') found.add(promql.slice(from, to));
    },
  });
  return found;
};

/** How many series each of them has selected from within the window. */
const selected = (
  prometheus: Prometheus,
  selectors: Iterable<string>,
  { start, end }: Window,
): Promise<readonly (readonly [selector: string, series: number])[]> =>
  Promise.all(
    [...selectors].map(async selector => {
      const range = { start: String(start), end: String(end) };
      const series = await prometheus.get<readonly unknown[]>('series', { 'match[]': selector, ...range });
      return [selector, series.length] as const;
    }),
  );

/** What cannot be provoked: the Collector's only exporter of metrics keeps them for Prometheus, without a queue. */
export const notHere: Readonly<Record<string, true>> = {
  otelcol_exporter_enqueue_failed_metric_points_total: true,
  otelcol_exporter_send_failed_metric_points_total: true,
};

/**
 * Why a query shows nothing; undefined when it has at least one number. Each of its selectors must have selected
 * something, too: `or vector(0)` would hide a wrong name.
 */
export const problemOf = async (
  prometheus: Prometheus,
  promql: string,
  window: Window,
  isInstant: boolean,
): Promise<string | undefined> => {
  const answer = await answerTo(prometheus, promql, window, isInstant);
  const parts = await selected(prometheus, selectorsOf(promql), window);
  const empty = parts.filter(([selector, series]) => series === 0 && !(selector in notHere));
  if (finite(answer) > 0 && empty.length === 0) return undefined;
  return [
    promql,
    `${answer.length} series, ${finite(answer)} finite samples; what it selects:`,
    ...parts.map(([selector, series]) => `${series} series of ${selector}`),
  ].join('\n  ');
};

/** A rule that Prometheus has loaded. */
export interface Rule {
  readonly type: 'alerting' | 'recording';
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
}

export const rulesOf = async (prometheus: Prometheus): Promise<readonly Rule[]> => {
  const { groups } = await prometheus.get<{ groups: readonly { rules: readonly Rule[] }[] }>('rules');
  return groups.flatMap(({ rules }) => rules);
};
