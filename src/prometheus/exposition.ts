import type { Family, HistogramValue, Labels } from '../metrics/family.ts';

/** Media type of the text format. Source: Prometheus, "Exposition formats", text format 0.0.4. */
export const textFormat = 'text/plain; version=0.0.4; charset=utf-8';

/** The page in text format 0.0.4. Pure: the same families give the same text. */
export const expose = (families: readonly Family[]): string => families.map(exposeFamily).join('');

const exposeFamily = ({ name, type, help, series }: Family): string => {
  const lines = [`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`];
  for (const { labels, value } of series) {
    if (typeof value === 'number') lines.push(`${name}${braced(labelText(labels))} ${numberText(value)}`);
    else pushHistogram(lines, name, labels, value);
  }
  lines.push('');
  return lines.join('\n');
};

const pushHistogram = (lines: string[], name: string, labels: Labels, value: HistogramValue): void => {
  const text = labelText(labels);
  const prefix = text === '' ? '' : `${text},`;
  let cumulative = 0;
  for (const [index, bound] of value.bounds.entries()) {
    cumulative += value.counts[index] ?? 0;
    lines.push(`${name}_bucket{${prefix}le="${numberText(bound)}"} ${numberText(cumulative)}`);
  }
  lines.push(
    `${name}_bucket{${prefix}le="+Inf"} ${numberText(value.count)}`,
    `${name}_sum${braced(text)} ${numberText(value.sum)}`,
    `${name}_count${braced(text)} ${numberText(value.count)}`,
  );
};

const labelText = (labels: Labels): string =>
  labels.map(([name, value]) => `${name}="${escapeLabelValue(value)}"`).join(',');

const braced = (text: string): string => (text === '' ? '' : `{${text}}`);

const numberText = (value: number): string => {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
};

const escapeHelp = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** Lone surrogates have no UTF-8 form and NUL ends Prometheus' parser: both become U+FFFD. */
const escapeLabelValue = (value: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for
  value.toWellFormed().replace(/[\\"\n\u0000]/g, character => escapes[character] ?? '\uFFFD');
