import { type DataFrame, type Field, FieldColorModeId } from '@grafana/data';
import {
  AxisPlacement,
  GraphDrawStyle,
  LegendDisplayMode,
  VisibilityMode,
  type VizLegendOptions,
} from '@grafana/schema';
import { TimeSeries, type UPlotConfigBuilder, useTheme2 } from '@grafana/ui';
import type { Drawing, Visualization } from './visualization.ts';
import { withoutRows } from './visualization.ts';

const legendDefaults: VizLegendOptions = {
  displayMode: LegendDisplayMode.List,
  placement: 'bottom',
  showLegend: true,
  calcs: [],
};

export const timeSeries: Visualization = {
  color: FieldColorModeId.PaletteClassic,
  custom: {
    axisPlacement: AxisPlacement.Auto,
    drawStyle: GraphDrawStyle.Line,
    fillOpacity: 0,
    lineWidth: 1,
    pointSize: 5,
    showPoints: VisibilityMode.Auto,
    spanNulls: false,
  },
  missing: withoutRows,
  draw: drawing => <TimeSeriesPanel {...drawing} />,
};

const TimeSeriesPanel = ({ panel, frames, timeRange, width, height, answers, annotations }: Drawing) => {
  const { legend } = (panel.options ?? {}) as { legend?: Partial<VizLegendOptions> };
  const { visualization } = useTheme2();
  const marks = annotations.map(each => ({ ...each, color: visualization.getColorByName(each.color) }));
  const exemplars = answers.flatMap(answer => answer.exemplars);
  return (
    <TimeSeries
      frames={frames.map(graphable)}
      timeRange={timeRange}
      timeZone="utc"
      width={width}
      height={height}
      legend={{ ...legendDefaults, ...legend }}
    >
      {(builder: UPlotConfigBuilder) => {
        addMarks(builder, marks, exemplars);
        return null;
      }}
    </TimeSeries>
  );
};

/** As Grafana's panel does it: gaps where samples are missing, and for values that are not finite. */
const graphable = (frame: DataFrame): DataFrame => {
  const [time, ...values] = frame.fields;
  const step = time?.config.interval;
  if (time === undefined || !step || time.values.length === 0) return frame;
  const [first, last]: [number, number] = [time.values[0], time.values.at(-1)];
  const times = Array.from(
    { length: Math.round((last - first) / step) + 1 },
    (_, index) => first + index * step,
  );
  const places = new Map<number, number>(time.values.map((each, index) => [each, index]));
  const valuesAtTimes = ({ values }: Field): (number | null)[] =>
    times.map(each => {
      const value = values[places.get(each) ?? -1];
      return Number.isFinite(value) ? value : null;
    });
  const fields = [
    { ...time, values: times },
    ...values.map(field => ({ ...field, values: valuesAtTimes(field) })),
  ];
  return { ...frame, fields, length: times.length };
};

/** Annotations as dashed lines with a mark below, exemplars as diamonds: Grafana's own are in plugins of the panel. */
const addMarks = (
  builder: UPlotConfigBuilder,
  annotations: Drawing['annotations'],
  exemplars: Drawing['answers'][number]['exemplars'],
): void => {
  builder.addHook('draw', plot => {
    const { ctx, bbox } = plot;
    const scale = builder.scaleKeys[1];
    const isInside = (x: number): boolean => x >= bbox.left && x <= bbox.left + bbox.width;
    ctx.save();
    for (const { color, times } of annotations) {
      ctx.strokeStyle = ctx.fillStyle = color;
      ctx.lineWidth = 2;
      ctx.setLineDash([5, 5]);
      for (const time of times) {
        const x = Math.round(plot.valToPos(time, 'x', true));
        if (!isInside(x)) continue;
        const bottom = bbox.top + bbox.height;
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bottom);
        ctx.stroke();
        fillShape(ctx, [
          [x, bottom],
          [x - 5, bottom + 6],
          [x + 5, bottom + 6],
        ]);
      }
    }
    ctx.fillStyle = '#5794f2';
    for (const { time, value } of exemplars) {
      const x = plot.valToPos(time, 'x', true);
      const y = Math.max(bbox.top, plot.valToPos(value, scale, true));
      if (isInside(x))
        fillShape(ctx, [
          [x, y - 4],
          [x + 4, y],
          [x, y + 4],
          [x - 4, y],
        ]);
    }
    ctx.restore();
  });
};

const fillShape = (ctx: CanvasRenderingContext2D, corners: readonly (readonly [number, number])[]): void => {
  ctx.beginPath();
  for (const [x, y] of corners) ctx.lineTo(x, y);
  ctx.closePath();
  ctx.fill();
};
