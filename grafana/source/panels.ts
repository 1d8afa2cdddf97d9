import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DashboardLink,
  type DynamicConfigValue,
  type Panel,
  type Threshold,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import {
  PanelBuilder as HeatmapBuilder,
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  HeatmapColorScale,
  HeatmapTooltipBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Language } from './language.ts';
import { type DataLink, runbook } from './links.ts';
import { now, prometheus, type Target } from './targets.ts';

/** What every panel says, whatever draws it. */
export interface PanelContent {
  readonly title: string;
  /** What it shows, what is good, what to do. */
  readonly description: string;
  /** Of 24 columns, and its height. */
  readonly size: readonly [width: number, height: number];
  readonly unit: string;
  readonly targets: readonly Target[];
  readonly datasource?: DataSourceRef;
  /** From which value on which colour. */
  readonly thresholds?: readonly (readonly [from: number, color: string])[];
  /** Colour below the first threshold. */
  readonly base?: string;
  readonly colors?: Readonly<Record<string, string>>;
  readonly overrides?: readonly Override[];
  readonly links?: readonly DataLink[];
  /** The alert whose runbook is linked. */
  readonly runbook?: string;
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: number;
  readonly noValue?: string;
}

export interface Override {
  readonly matcher: { id: string; options: unknown };
  readonly properties: DynamicConfigValue[];
}

export const byName = (name: string, properties: Readonly<Record<string, unknown>>): Override => ({
  matcher: { id: 'byName', options: name },
  properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
});

const fixedColor = (color: string) => ({ color: { mode: 'fixed', fixedColor: color } });

/** Puts the content into a panel that its builder has given its looks. */
export const filled = (language: Language, looks: Builder<Panel>, content: PanelContent): Builder<Panel> => {
  const { size, thresholds = [], colors = {}, overrides = [], min, max, decimals, noValue } = content;
  const panel = looks.build();
  const base: Threshold = { value: null, color: content.base ?? (thresholds.length > 0 ? 'green' : 'blue') };
  return {
    build: () => ({
      ...panel,
      title: content.title,
      description: content.description,
      datasource: content.datasource ?? prometheus,
      gridPos: { x: 0, y: 0, w: size[0], h: size[1] },
      targets: content.targets.map((target, index) => ({
        ...target.build(),
        refId: String.fromCharCode(65 + index),
      })),
      ...(content.runbook && { links: [runbook(language, content.runbook)] }),
      fieldConfig: {
        defaults: {
          ...panel.fieldConfig?.defaults,
          unit: content.unit,
          thresholds: {
            mode: ThresholdsMode.Absolute,
            steps: [base, ...thresholds.map(([value, color]) => ({ value, color }))],
          },
          ...(min !== undefined && { min }),
          ...(max !== undefined && { max }),
          ...(decimals !== undefined && { decimals }),
          ...(noValue !== undefined && { noValue }),
          // The SDK's type has the links of a dashboard here, which are another thing.
          ...(content.links && { links: [...content.links] as DashboardLink[] }),
        },
        overrides: [
          ...Object.entries(colors).map(([name, color]) => byName(name, fixedColor(color))),
          ...overrides,
        ],
      },
    }),
  };
};

export interface StatContent extends Omit<PanelContent, 'targets'> {
  readonly promql: string;
}

/**
 * Grafana widens `$__rate_interval` with the time that is shown divided by it, also for one number: a panel of 200 pixels
 * would show the average of 50 minutes as "now" once somebody looks at a week. As many as Prometheus gives to a line.
 */
const pointsOfNow = 11_000;

/** One number, as it is now. */
export const stat = (language: Language, content: StatContent): Builder<Panel> =>
  filled(
    language,
    new StatBuilder()
      .maxDataPoints(pointsOfNow)
      .graphMode(BigValueGraphMode.None)
      .colorMode(content.thresholds ? BigValueColorMode.Value : BigValueColorMode.None)
      .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull'])),
    { ...content, targets: [now(content.promql)] },
  );

type Calc = 'lastNotNull' | 'max' | 'mean' | 'min';

export interface LinesContent extends PanelContent {
  /** Areas that add up, for parts of a whole. */
  readonly isStacked?: boolean;
  /** What the legend says of each line; `none` where there is just one line, which the title names. */
  readonly legend?: readonly Calc[] | 'none' | 'names';
  readonly legendAt?: 'bottom' | 'right';
  /** Without colour under the lines, where there are many of them. */
  readonly isBare?: boolean;
  /** The axis reaches at least so far, so that next to nothing looks like it. */
  readonly reach?: number;
}

/** Without it an axis of zeros reaches to 100, and one of ratios to 10000 %. */
const reachOf: Readonly<Record<string, number>> = { percentunit: 0.01, cps: 0.1, reqps: 0.1, ops: 0.1 };

export const lines = (language: Language, content: LinesContent): Builder<Panel> => {
  const { legendAt = 'bottom', isStacked = false } = content;
  // Beside the lines there is room for names, and less for numbers.
  const { legend = legendAt === 'right' ? ['max'] : ['lastNotNull', 'max'] } = content;
  const panel = new TimeseriesBuilder()
    .lineWidth(isStacked ? 0 : 1)
    .fillOpacity(isStacked ? 70 : legend === 'none' && !content.isBare ? 8 : 0)
    .showPoints(isStacked ? VisibilityMode.Never : VisibilityMode.Auto)
    .axisSoftMin(0)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .legend(legendOf(legend, legendAt));
  const reach = content.reach ?? reachOf[content.unit];
  if (reach !== undefined) panel.axisSoftMax(reach);
  if (isStacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  if (content.thresholds)
    panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  return filled(language, panel, { base: 'transparent', ...content });
};

const calcNames: Readonly<Record<Calc, string>> = {
  lastNotNull: 'Last *',
  max: 'Max',
  mean: 'Mean',
  min: 'Min',
};

/** Largest first, for a legend shows few of many lines. */
const legendOf = (
  legend: readonly Calc[] | 'none' | 'names',
  legendAt: 'bottom' | 'right',
): VizLegendOptionsBuilder => {
  const calcs = typeof legend === 'string' ? [] : legend;
  const options = new VizLegendOptionsBuilder()
    .showLegend(legend !== 'none')
    .displayMode(calcs.length > 0 ? LegendDisplayMode.Table : LegendDisplayMode.List)
    .placement(legendAt === 'right' ? LegendPlacement.Right : LegendPlacement.Bottom)
    .calcs([...calcs]);
  const [first] = calcs;
  if (first) options.sortBy(calcNames[calcs.includes('max') ? 'max' : first]).sortDesc(true);
  if (legendAt === 'right') options.width(280);
  return options;
};

/** How often which duration was measured: sees two peaks where a quantile lies between them. */
export const heatmap = (
  language: Language,
  content: PanelContent & { readonly axisUnit: string },
): Builder<Panel> =>
  filled(
    language,
    new HeatmapBuilder()
      .color(
        new HeatmapColorOptionsBuilder()
          .mode(HeatmapColorMode.Scheme)
          .scale(HeatmapColorScale.Exponential)
          .exponent(0.5)
          .scheme('Oranges')
          .steps(64)
          .reverse(false),
      )
      .yAxis(new YAxisConfigBuilder().unit(content.axisUnit))
      .tooltip(new HeatmapTooltipBuilder().mode(TooltipDisplayMode.Single).yHistogram(true)),
    content,
  );
