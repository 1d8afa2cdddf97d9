import { heatmap } from './heatmap.tsx';
import { table } from './table.tsx';
import { timeSeries } from './time-series.tsx';
import { barGauge, stat } from './values.tsx';
import type { Visualization } from './visualization.ts';

/** By the type of the panel. */
export const visualizations: Readonly<Record<string, Visualization>> = {
  timeseries: timeSeries,
  stat,
  bargauge: barGauge,
  table,
  heatmap,
};
