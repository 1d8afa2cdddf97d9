import type { Sample } from './prometheus-api.ts';

/** Series and their values; a series is its name and labels as sorted JSON, the same for pages and Prometheus. */
export type SeriesValues = ReadonlyMap<string, number>;

/** Labels that Prometheus adds are left out, and so are empty ones, which it takes for absent. */
export const seriesKey = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([name, value]) => value !== '' && name !== 'job' && name !== 'instance')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** The series of a query's answer. */
export const seriesOf = (samples: readonly Sample[]): SeriesValues =>
  new Map(samples.map(({ metric, value }) => [seriesKey(metric), Number(value[1])]));

/** The series of a page in either format; exemplars are left out. */
export const seriesOfPage = (page: string): SeriesValues => {
  const series = new Map<string, number>();
  for (const line of page.split('\n')) {
    const [, name, text = '', value] =
      /^([\w:]+)(?:\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)/.exec(line) ?? [];
    if (name === undefined) continue;
    const labels = [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', escaped = '']) => {
      const plain = escaped.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
      // The formats write one bound differently; Prometheus keeps what OpenMetrics writes.
      return [label, label === 'le' && /^\d+$/.test(plain) ? `${plain}.0` : plain] as const;
    });
    series.set(seriesKey({ __name__: name, ...Object.fromEntries(labels) }), Number(value));
  }
  return series;
};

/** The part of them whose names fit. */
export const named = (series: SeriesValues, pattern: RegExp): SeriesValues =>
  new Map([...series].filter(([key]) => pattern.test(Object.fromEntries(JSON.parse(key)).__name__)).sort());
