import type { Exemplar, HistogramValue, PageFamily, SummaryValue } from '../metrics/family.ts';

/** What the two formats do differently. */
export interface Format {
  readonly contentType: string;
  /** The name in HELP and TYPE lines, and that of a counter's samples. */
  readonly familyName: (name: string, type: PageFamily['type']) => string;
  readonly sampleName: (name: string, type: PageFamily['type']) => string;
  readonly escapeHelp: (text: string) => string;
  /** A histogram's bound, a summary's quantile: the formats name the same series differently (`le="1"`, `le="1.0"`). */
  readonly bound: (bound: number) => string;
  readonly exemplar: (exemplar: Exemplar | undefined) => string;
  readonly end: string;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** Source: Prometheus, "Exposition formats", text format 0.0.4. */
export const textFormat: Format = {
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  familyName: name => name,
  sampleName: name => name,
  escapeHelp: text => text.replace(/[\\\n]/g, character => escapes[character] ?? ''),
  bound: bound => numberText(bound),
  exemplar: () => '',
  end: '',
};

/** Source: OpenMetrics 1.0. A counter's family lacks the `_total` that its samples have. */
export const openMetricsFormat: Format = {
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  familyName: (name, type) => (type === 'counter' ? name.replace(/_total$/, '') : name),
  sampleName: (name, type) => (type === 'counter' && !name.endsWith('_total') ? `${name}_total` : name),
  escapeHelp: text => text.replace(/[\\"\n]/g, character => escapes[character] ?? ''),
  bound: bound => (Number.isInteger(bound) && Math.abs(bound) < 1e21 ? `${bound}.0` : numberText(bound)),
  exemplar: exemplar =>
    exemplar === undefined
      ? ''
      : ` # {trace_id="${exemplar.traceId}",span_id="${exemplar.spanId}"} ${numberText(exemplar.value)} ${exemplar.timestamp}`,
  end: '# EOF\n',
};

/**
 * The page, in pieces of one series each, so that whoever puts it together can pause between them. Pure: the
 * same families give the same text. Families without series are left out.
 */
export function* expose(families: Iterable<PageFamily>, format: Format): Generator<string> {
  for (const { name, type, help, series } of families) {
    const family = format.familyName(name, type);
    const sample = format.sampleName(name, type);
    let head = `# HELP ${family} ${format.escapeHelp(help.toWellFormed())}\n# TYPE ${family} ${type}\n`;
    const histogram = histogramText(sample, format);
    for (const { labels, value } of series) {
      const lines =
        typeof value === 'number'
          ? `${sample}${braced(labels.text)} ${numberText(value)}\n`
          : 'bounds' in value
            ? histogram(labels.text, value)
            : summaryText(sample, format, labels.text, value);
      yield head + lines;
      head = '';
    }
  }
  yield format.end;
}

/** The lines of one histogram series; what is the same in all series of a metric is put together once. */
const histogramText = (name: string, format: Format): ((labels: string, value: HistogramValue) => string) => {
  let known: readonly number[] | undefined;
  let suffixes: readonly string[] = [];
  return (labels, value) => {
    if (value.bounds !== known) {
      known = value.bounds;
      suffixes = [...value.bounds.map(format.bound), '+Inf'].map(bound => `le="${bound}"} `);
    }
    const start = labels === '' ? `${name}_bucket{` : `${name}_bucket{${labels},`;
    const { bounds, counts, exemplars } = value;
    let lines = '';
    let cumulative = 0;
    for (let index = 0; index < bounds.length; index++) {
      cumulative += counts[index] ?? 0;
      lines += `${start}${suffixes[index]}${cumulative}${exemplars ? format.exemplar(exemplars[index]) : ''}\n`;
    }
    const last = exemplars ? format.exemplar(exemplars[bounds.length]) : '';
    const braces = braced(labels);
    return (
      `${lines}${start}${suffixes[bounds.length]}${numberText(value.count)}${last}\n` +
      `${name}_sum${braces} ${numberText(value.sum)}\n${name}_count${braces} ${numberText(value.count)}\n`
    );
  };
};

const summaryText = (name: string, format: Format, labels: string, value: SummaryValue): string => {
  const start = labels === '' ? `${name}{` : `${name}{${labels},`;
  const braces = braced(labels);
  return (
    value.quantiles
      .map(([quantile, at]) => `${start}quantile="${format.bound(quantile)}"} ${numberText(at)}\n`)
      .join('') +
    `${name}_sum${braces} ${numberText(value.sum)}\n${name}_count${braces} ${numberText(value.count)}\n`
  );
};

const braced = (text: string): string => (text === '' ? '' : `{${text}}`);

const numberText = (value: number): string => {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
};
