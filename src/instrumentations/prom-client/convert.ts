import type { HistogramValue, PageFamily, Series, SummaryValue } from '../../metrics/family.ts';
import { createLabelSet, type LabelSet } from '../../metrics/label-set.ts';
import { labelName } from '../../prometheus/names.ts';
import type { PromValue, PromValues } from './metric.ts';

type Labels = NonNullable<PromValue['labels']>;

/**
 * A family from what a metric of prom-client has collected. Series are made as they are read; prom-client's
 * values stay as they are.
 *
 * @param name without regard to what prom-client calls it
 * @param defaultLabels of its registry; a metric's own labels win
 */
export const convert = (name: string, collected: PromValues, defaultLabels: Labels): PageFamily => {
  const { type, values = [] } = collected;
  const help = String(collected.help);
  const labelsOf = (labels: Labels): LabelSet => {
    const all = { ...labels, ...defaultLabels, ...labels };
    return createLabelSet([...new Map(Object.keys(all).map(key => [labelName(key), String(all[key])]))]);
  };
  switch (type) {
    case 'counter':
    case 'gauge':
      return { name, type, help, series: lazily(() => numbers(values, labelsOf)) };
    case 'histogram':
      return { name, type, help, series: lazily(() => parts(values, 'le', labelsOf, histogramValue)) };
    case 'summary':
      return { name, type, help, series: lazily(() => parts(values, 'quantile', labelsOf, summaryValue)) };
    default:
      throw new TypeError(`${name} is of an unknown type, ${type}`);
  }
};

const lazily = <One>(make: () => Iterator<One>): Iterable<One> => ({ [Symbol.iterator]: make });

function* numbers(values: readonly PromValue[], labelsOf: (labels: Labels) => LabelSet): Generator<Series> {
  for (const { labels = {}, value } of values) yield { labels: labelsOf(labels), value: Number(value) };
}

/** What one series consists of: values by their bound or quantile, and its sum and count. */
type Assemble<Value> = (
  points: readonly (readonly [at: number, value: number])[],
  sum: number,
  count: number,
) => Value;

/** prom-client lists the points of a series, then its sum, then its count. */
function* parts<Value>(
  values: readonly PromValue[],
  pointLabel: 'le' | 'quantile',
  labelsOf: (labels: Labels) => LabelSet,
  assemble: Assemble<Value>,
): Generator<{ readonly labels: LabelSet; readonly value: Value }> {
  let points: (readonly [number, number])[] = [];
  let sum = Number.NaN;
  for (const { labels = {}, value, metricName = '' } of values) {
    const at = labels[pointLabel];
    if (at !== undefined) points.push([at === '+Inf' ? Number.POSITIVE_INFINITY : Number(at), Number(value)]);
    else if (metricName.endsWith('_sum')) sum = Number(value);
    else {
      yield { labels: labelsOf(labels), value: assemble(points, sum, Number(value)) };
      points = [];
    }
  }
}

/** prom-client's buckets are cumulative and end with +Inf, which is the count. */
const histogramValue: Assemble<HistogramValue> = (points, sum, count) => {
  const finite = points.filter(([bound]) => bound !== Number.POSITIVE_INFINITY);
  const cumulative = [...finite.map(([, value]) => value), count];
  return {
    bounds: finite.map(([bound]) => bound),
    counts: cumulative.map((value, index) => value - (cumulative[index - 1] ?? 0)),
    sum,
    count,
  };
};

const summaryValue: Assemble<SummaryValue> = (quantiles, sum, count) => ({ quantiles, sum, count });
