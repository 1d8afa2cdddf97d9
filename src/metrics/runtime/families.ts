import type { MetricDefinition } from '../../catalog/metrics.ts';
import type { Family } from '../family.ts';
import { createLabelSet, pairLabels } from '../label-set.ts';

const noLabels = createLabelSet([]);

/** A metric without labels; without series when its value is not known. */
export const single = ({ name, type, help }: MetricDefinition, value: number | undefined): Family => ({
  name,
  type,
  help,
  series: value === undefined ? [] : [{ labels: noLabels, value }],
});

/** A metric with one series. */
export const labelled = (
  { name, type, help, labels }: MetricDefinition,
  values: readonly string[],
  value: number,
): Family => ({ name, type, help, series: [{ labels: pairLabels(labels, values), value }] });

/** A metric with one label and a series for each of its values. */
export const byLabel = (
  { name, type, help, labels }: MetricDefinition,
  values: Iterable<readonly [label: string, value: number]>,
): Family => ({
  name,
  type,
  help,
  series: [...values].map(([label, value]) => ({ labels: pairLabels(labels, [label]), value })),
});
