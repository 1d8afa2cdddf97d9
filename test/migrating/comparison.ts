/** What a page says of one metric, without what differs from run to run: durations, memory, time. */
export interface Metric {
  type: string;
  help: string;
  /** Names of labels, sorted, without `le`. */
  labels: readonly string[];
  /** Bounds of a histogram as printed, without +Inf; empty for other types. */
  bounds: readonly string[];
  /** By sorted labels: the value, of a histogram the count. Empty for metrics that are not of the application. */
  readonly series: Map<string, number>;
}

export type Page = Map<string, Metric>;

/** Their values follow from the requests alone; others (`process_*`, `nodejs_*`) are compared without values. */
const isCounted = (name: string): boolean => /^(http|db)_|^active_users$/.test(name);

/** The text of a label set, whatever the order of the labels on the page. */
export const series = (labels: Readonly<Record<string, string | number>>): string =>
  Object.keys(labels)
    .sort()
    .map(name => `${name}="${labels[name]}"`)
    .join(',');

/** Reads a page in text format; a histogram must have the same bounds in all series and agree with itself. */
export const readPage = (text: string): Page => {
  const page: Page = new Map();
  const infinite = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (word === 'HELP')
      page.set(name, { type: '', help: rest, labels: [], bounds: [], series: new Map<string, number>() });
    const described = page.get(name);
    if (word === 'TYPE' && described) described.type = rest;
    if (line !== '' && !line.startsWith('#')) readSample(page, infinite, line);
  }
  for (const [key, count] of infinite) {
    const [name = '', labels = ''] = key.split(' ', 2);
    if (page.get(name)?.series.get(labels) !== count) throw new Error(`+Inf is not the count: ${key}`);
  }
  return page;
};

const readSample = (page: Page, infinite: Map<string, number>, line: string): void => {
  const [, sample = '', braced = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const name = page.has(sample) ? sample : sample.replace(/_(bucket|sum|count)$/, '');
  const metric = page.get(name);
  if (metric === undefined) throw new Error(`not a sample of a described metric: ${line}`);
  const pairs = [...braced.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [
    key,
    text,
  ]);
  const { le, ...labels } = Object.fromEntries(pairs) as Record<string, string>;
  metric.labels = Object.keys(labels).sort();
  if (sample.endsWith('_bucket') && le !== '+Inf' && le !== undefined) {
    if (!metric.bounds.includes(le)) metric.bounds = [...metric.bounds, le];
  } else if (isCounted(name) && !sample.endsWith('_sum')) {
    if (le === undefined) metric.series.set(series(labels), Number(value));
    else infinite.set(`${name} ${series(labels)}`, Number(value));
  }
};

/** Everything in which two pages differ, one line each. */
export const compare = (old: Page, ours: Page): string[] =>
  [...new Set([...old.keys(), ...ours.keys()])].sort().flatMap(name => {
    const before = old.get(name);
    const after = ours.get(name);
    if (before === undefined) return [`${name}: only on our page`];
    if (after === undefined) return [`${name}: only on the old page`];
    const properties = (['type', 'help', 'labels', 'bounds'] as const)
      .filter(property => String(before[property]) !== String(after[property]))
      .map(property => `${name}: ${property} ${before[property]} → ${after[property]}`);
    const values = [...new Set([...before.series.keys(), ...after.series.keys()])]
      .filter(labels => before.series.get(labels) !== after.series.get(labels))
      .map(labels => `${name}{${labels}}: ${before.series.get(labels)} → ${after.series.get(labels)}`);
    return [...properties, ...values];
  });
