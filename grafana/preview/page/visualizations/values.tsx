import {
  FieldColorModeId,
  type FieldDisplay,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  type ReduceDataOptions,
  VizOrientation,
} from '@grafana/data';
import { BarGaugeDisplayMode, BarGaugeNamePlacement, BarGaugeValueMode } from '@grafana/schema';
import {
  BarGauge,
  BigValue,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  useTheme2,
  VizRepeater,
} from '@grafana/ui';
import type { Drawing, Visualization } from './visualization.ts';
import { withoutRows } from './visualization.ts';

const reduceDefaults: ReduceDataOptions = { calcs: ['lastNotNull'], fields: '', values: false };

interface ValueOptions {
  readonly reduceOptions?: Partial<ReduceDataOptions>;
  readonly orientation?: VizOrientation;
  readonly text?: object;
}

const useValues = ({ frames, fieldConfig, panel, interpolate }: Drawing, withSparkline: boolean) => {
  const theme = useTheme2();
  const { reduceOptions } = (panel.options ?? {}) as ValueOptions;
  const values = getFieldDisplayValues({
    data: frames,
    fieldConfig,
    reduceOptions: { ...reduceDefaults, ...reduceOptions },
    replaceVariables: interpolate,
    sparkline: withSparkline,
    theme,
    timeZone: 'utc',
  });
  return { theme, values };
};

export const stat: Visualization = {
  color: FieldColorModeId.Thresholds,
  missing: withoutRows,
  draw: drawing => <StatPanel {...drawing} />,
};

interface StatOptions extends ValueOptions {
  readonly colorMode?: BigValueColorMode;
  readonly graphMode?: BigValueGraphMode;
  readonly justifyMode?: BigValueJustifyMode;
  readonly textMode?: BigValueTextMode;
  readonly wideLayout?: boolean;
}

const StatPanel = (drawing: Drawing) => {
  const options = (drawing.panel.options ?? {}) as StatOptions;
  const graphMode = options.graphMode ?? BigValueGraphMode.Area;
  const { theme, values } = useValues(drawing, graphMode !== BigValueGraphMode.None);
  return (
    <VizRepeater<FieldDisplay, ReturnType<typeof getDisplayValueAlignmentFactors>>
      getValues={() => values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      source={drawing.frames}
      renderCounter={0}
      width={drawing.width}
      height={drawing.height}
      orientation={options.orientation ?? VizOrientation.Auto}
      itemSpacing={3}
      autoGrid={true}
      renderValue={({ value, width, height, alignmentFactors, count }) => (
        <BigValue
          value={value.display}
          count={count}
          {...(value.sparkline && { sparkline: value.sparkline })}
          colorMode={options.colorMode ?? BigValueColorMode.Value}
          graphMode={graphMode}
          justifyMode={options.justifyMode ?? BigValueJustifyMode.Auto}
          textMode={options.textMode ?? BigValueTextMode.Auto}
          alignmentFactors={alignmentFactors}
          text={options.text ?? {}}
          width={width}
          height={height}
          theme={theme}
          disableWideLayout={options.wideLayout === false}
        />
      )}
    />
  );
};

export const barGauge: Visualization = {
  color: FieldColorModeId.Thresholds,
  missing: withoutRows,
  draw: drawing => <BarGaugePanel {...drawing} />,
};

interface BarGaugeOptions extends ValueOptions {
  readonly displayMode?: BarGaugeDisplayMode;
  readonly valueMode?: BarGaugeValueMode;
  readonly namePlacement?: BarGaugeNamePlacement;
  readonly showUnfilled?: boolean;
  readonly minVizWidth?: number;
  readonly minVizHeight?: number;
  readonly maxVizHeight?: number;
}

const BarGaugePanel = (drawing: Drawing) => {
  const options = (drawing.panel.options ?? {}) as BarGaugeOptions;
  const { theme, values } = useValues(drawing, false);
  return (
    <VizRepeater<FieldDisplay, ReturnType<typeof getDisplayValueAlignmentFactors>>
      getValues={() => values}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      source={drawing.frames}
      renderCounter={0}
      width={drawing.width}
      height={drawing.height}
      orientation={options.orientation ?? VizOrientation.Auto}
      itemSpacing={10}
      minVizWidth={options.minVizWidth ?? 8}
      minVizHeight={options.minVizHeight ?? 16}
      maxVizHeight={options.maxVizHeight ?? 300}
      renderValue={({ value, width, height, orientation, alignmentFactors }) => {
        const display = value.view?.getFieldDisplayProcessor(value.colIndex ?? 0);
        return (
          <BarGauge
            value={value.display}
            field={value.field}
            {...(display && { display })}
            width={width}
            height={height}
            orientation={orientation}
            theme={theme}
            text={options.text ?? {}}
            itemSpacing={value.display.title ? 10 : 0}
            lcdCellWidth={12}
            displayMode={options.displayMode ?? BarGaugeDisplayMode.Gradient}
            valueDisplayMode={options.valueMode ?? BarGaugeValueMode.Color}
            namePlacement={options.namePlacement ?? BarGaugeNamePlacement.Auto}
            showUnfilled={options.showUnfilled ?? true}
            alignmentFactors={alignmentFactors}
          />
        );
      }}
    />
  );
};
