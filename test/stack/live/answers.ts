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
export const step = 5;

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
export const finite = (answer: readonly Sample[]): number =>
  answer
    .flatMap(({ value, values = [] }) => (value ? [value, ...values] : values))
    .filter(([, text]) => Number.isFinite(Number(text))).length;

/** The selectors of a query: `up{job="x"}`. */
export const selectorsOf = (promql: string): ReadonlySet<string> => {
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
export const selected = (
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
