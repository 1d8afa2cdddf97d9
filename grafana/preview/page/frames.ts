import { type DataFrame, type Field, FieldType, type Labels } from '@grafana/data';
import type { Answer, Series } from '../preview.ts';

/** Prometheus' answers as the frames that Grafana's data source makes of them. */
export const toFrames = (answers: readonly Answer[]): DataFrame[] => {
  const tables = answers.filter(answer => answer.format === 'table').length;
  return answers.flatMap(answer => {
    if (answer.series.length === 0) return [];
    if (answer.format === 'table') return [tableFrame(answer, tables > 1)];
    if (answer.format === 'heatmap') return [heatmapFrame(answer)];
    return answer.series.map(series => seriesFrame(answer, series));
  });
};

const seriesFrame = (answer: Answer, { metric, values }: Series): DataFrame => {
  const { __name__: name, ...labels } = metric;
  const legend = legendOf(answer, metric);
  const value: Field = {
    name: legend ?? name ?? 'Value',
    type: FieldType.number,
    config: legend === undefined ? {} : { displayNameFromDS: legend },
    labels,
    values: values.map(([, text]) => numberOf(text)),
  };
  return {
    refId: answer.refId,
    fields: [timeField(values, answer.stepSeconds), value],
    length: values.length,
  };
};

/** Undefined where Grafana makes up a name of the labels in which the series differ. */
const legendOf = ({ legendFormat, expr }: Answer, metric: Labels): string | undefined => {
  const { __name__: name = '', ...labels } = metric;
  if (legendFormat === '__auto' && Object.keys(labels).length > 0) return undefined;
  if (legendFormat !== '' && legendFormat !== '__auto')
    return legendFormat.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, label: string) => metric[label] ?? '');
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const written = `${name}${pairs.length > 0 ? `{${pairs.join(', ')}}` : ''}`;
  return written === '' ? expr : written;
};

/** A row for each series, its labels as columns. */
const tableFrame = ({ refId, series }: Answer, isOneOfSeveral: boolean): DataFrame => {
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const rows = series.flatMap(({ metric, values }) =>
    values.map(([time, value]) => ({ metric, time, value })),
  );
  const fields: Field[] = [
    { name: 'Time', type: FieldType.time, config: {}, values: rows.map(({ time }) => time * 1000) },
    ...labels.map(label => ({
      name: label,
      type: FieldType.string,
      config: { filterable: true },
      values: rows.map(({ metric }) => metric[label] ?? ''),
    })),
    {
      name: isOneOfSeveral ? `Value #${refId}` : 'Value',
      type: FieldType.number,
      config: {},
      values: rows.map(({ value }) => numberOf(value)),
    },
  ];
  return { refId, fields, length: rows.length };
};

/** A field for each bucket, named by its upper bound and freed of the buckets below it. */
const heatmapFrame = ({ refId, series, stepSeconds }: Answer): DataFrame => {
  const bound = ({ metric }: Series): number => numberOf(metric.le ?? '');
  const buckets = [...series].sort((one, other) => bound(one) - bound(other));
  const times = [...new Set(buckets.flatMap(({ values }) => values.map(([time]) => time)))].sort(
    (a, b) => a - b,
  );
  const counts = buckets.map(({ values }) => {
    const byTime = new Map(values.map(([time, value]) => [time, numberOf(value)]));
    return times.map(time => byTime.get(time) ?? 0);
  });
  const fields = buckets.map(
    ({ metric }, index): Field => ({
      name: metric.le ?? '',
      type: FieldType.number,
      config: {},
      labels: { le: metric.le ?? '' },
      values: (counts[index] ?? []).map((count, at) => Math.max(0, count - (counts[index - 1]?.[at] ?? 0))),
    }),
  );
  return {
    refId,
    fields: [
      timeField(
        times.map(time => [time]),
        stepSeconds,
      ),
      ...fields,
    ],
    length: times.length,
  };
};

const timeField = (values: readonly (readonly [number, ...unknown[]])[], stepSeconds: number): Field => ({
  name: 'Time',
  type: FieldType.time,
  // Grafana breaks a line where more than an interval lies between two samples.
  config: { interval: stepSeconds * 1000 },
  values: values.map(([time]) => time * 1000),
});

const numberOf = (text: string): number =>
  text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
