import {
  type DataFrame,
  FieldColorModeId,
  FieldType,
  formattedValueToString,
  type GrafanaTheme2,
  getValueFormat,
} from '@grafana/data';
import { AxisPlacement, ScaleDirection, ScaleOrientation } from '@grafana/schema';
import { UPlotChart, UPlotConfigBuilder, useTheme2 } from '@grafana/ui';
import * as chromatic from 'd3-scale-chromatic';
import { useMemo } from 'react';
import type { Drawing, Visualization } from './visualization.ts';

interface HeatmapOptions {
  readonly color?: {
    readonly scheme?: string;
    readonly exponent?: number;
    readonly steps?: number;
    readonly reverse?: boolean;
    readonly min?: number;
    readonly max?: number;
  };
  readonly cellGap?: number;
  readonly filterValues?: { readonly le?: number };
  readonly yAxis?: { readonly unit?: string; readonly decimals?: number };
  readonly cellValues?: { readonly unit?: string };
  readonly legend?: { readonly show?: boolean };
}

/** Of buckets that Prometheus has counted. @grafana/ui has axes and scales, but no heatmap: the cells are painted here. */
export const heatmap: Visualization = {
  color: FieldColorModeId.PaletteClassic,
  missing: frames =>
    bucketsOf(frames).some(({ values }) => values.some(value => value > 0))
      ? undefined
      : 'all buckets are empty',
  draw: drawing => <HeatmapPanel {...drawing} />,
};

const legendHeight = 34;

const bucketsOf = (frames: readonly DataFrame[]): DataFrame['fields'] =>
  frames[0]?.fields.filter(field => field.type === FieldType.number) ?? [];

const HeatmapPanel = ({ panel, frames, timeRange, width, height }: Drawing) => {
  const theme = useTheme2();
  const options = (panel.options ?? {}) as HeatmapOptions;
  const showLegend = options.legend?.show ?? true;
  const { builder, data, most, paint } = useMemo(
    () => chart(frames, options, theme, [timeRange.from.valueOf(), timeRange.to.valueOf()]),
    [frames, options, theme, timeRange],
  );
  return (
    <div>
      <UPlotChart
        config={builder}
        data={data}
        width={width}
        height={height - (showLegend ? legendHeight : 0)}
      />
      {showLegend && <ColorScale paint={paint} most={most} format={formatOf(options.cellValues?.unit)} />}
    </div>
  );
};

const chart = (
  frames: readonly DataFrame[],
  options: HeatmapOptions,
  theme: GrafanaTheme2,
  range: [number, number],
) => {
  const buckets = bucketsOf(frames);
  const time = frames[0]?.fields.find(field => field.type === FieldType.time);
  const times: number[] = time?.values ?? [];
  const step = time?.config.interval ?? 0;
  const least = options.filterValues?.le ?? 1e-9;
  const most = options.color?.max ?? Math.max(0, ...buckets.flatMap(({ values }) => values as number[]));
  const fewest = options.color?.min ?? 0;
  const paint = painter(options.color ?? {}, theme.isDark);
  const gap = options.cellGap ?? 1;
  const format = formatOf(options.yAxis?.unit, options.yAxis?.decimals);

  const builder = new UPlotConfigBuilder('utc');
  builder.addScale({
    scaleKey: 'x',
    isTime: true,
    orientation: ScaleOrientation.Horizontal,
    direction: ScaleDirection.Right,
    range: () => range,
  });
  builder.addAxis({ scaleKey: 'x', isTime: true, placement: AxisPlacement.Bottom, timeZone: 'utc', theme });
  builder.addScale({
    scaleKey: 'y',
    orientation: ScaleOrientation.Vertical,
    direction: ScaleDirection.Up,
    range: () => [0, buckets.length],
  });
  builder.addAxis({
    scaleKey: 'y',
    placement: AxisPlacement.Left,
    theme,
    grid: { show: false },
    splits: () => [...buckets.keys(), buckets.length],
    // The upper edge of a row is the bound of its bucket.
    values: (_plot, splits) => splits.map(edge => (edge === 0 ? '' : bound(buckets[edge - 1]?.name, format))),
  });
  builder.addSeries({
    scaleKey: 'y',
    theme,
    pathBuilder: () => null,
    pointsBuilder: () => {},
  });
  builder.addHook('drawClear', plot => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const [row, { values }] of buckets.entries()) {
      const top = plot.valToPos(row + 1, 'y', true);
      const tall = plot.valToPos(row, 'y', true) - top;
      for (const [index, value] of values.entries()) {
        if (!(value > least)) continue;
        // A sample tells of the step that ends with it.
        const left = plot.valToPos((times[index] ?? 0) - step, 'x', true);
        const wide = plot.valToPos(times[index] ?? 0, 'x', true) - left;
        ctx.fillStyle = paint(most > fewest ? (value - fewest) / (most - fewest) : 1);
        ctx.fillRect(left + gap / 2, top + gap / 2, Math.max(1, wide - gap), Math.max(1, tall - gap));
      }
    }
    ctx.restore();
  });
  builder.setPrepData(() => [times, times.map(() => 0)]);
  return { builder, data: [times, times.map(() => 0)] as [number[], number[]], most, paint };
};

const bound = (name: string | undefined, format: (value: number) => string): string =>
  name === '+Inf' ? '+Inf' : format(Number(name));

const formatOf = (unit = 'short', decimals?: number) => {
  const format = getValueFormat(unit);
  return (value: number): string => formattedValueToString(format(value, decimals));
};

/** Schemes of one hue begin bright: on a dark page they are turned round. */
const brightFirst =
  /^(Blues|Greens|Greys|Oranges|Purples|Reds|BuGn|BuPu|GnBu|OrRd|PuBu|PuBuGn|PuRd|RdPu|YlGn|YlGnBu|YlOrBr|YlOrRd|Spectral)$/;

const painter = (
  { scheme = 'Oranges', exponent = 0.5, steps = 64, reverse = false }: NonNullable<HeatmapOptions['color']>,
  isDark: boolean,
) => {
  const schemes = chromatic as unknown as Record<string, (share: number) => string>;
  const interpolator = schemes[`interpolate${scheme}`] ?? chromatic.interpolateOranges;
  const turns = (isDark && brightFirst.test(scheme)) !== reverse;
  return (share: number): string => {
    const stepped = Math.round(Math.min(1, Math.max(0, share)) ** exponent * (steps - 1)) / (steps - 1);
    return interpolator(turns ? 1 - stepped : stepped);
  };
};

const ColorScale = ({
  paint,
  most,
  format,
}: {
  paint: (share: number) => string;
  most: number;
  format: (value: number) => string;
}) => {
  const stops = Array.from({ length: 17 }, (_, index) => paint(index / 16)).join(', ');
  return (
    <div style={{ width: 260, marginLeft: 8, paddingTop: 4, fontSize: 12 }}>
      <div style={{ height: 8, borderRadius: 2, background: `linear-gradient(90deg, ${stops})` }} />
      <div style={{ display: 'flex', justifyContent: 'space-between' }}>
        <span>{format(0)}</span>
        <span>{format(most)}</span>
      </div>
    </div>
  );
};
