import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { TableCellDisplayMode, TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { Panel, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Language } from './language.ts';
import type { DataLink } from './links.ts';
import { byName, filled, type Override, type PanelContent } from './panels.ts';
import { column } from './targets.ts';

export interface Column {
  readonly title: string;
  readonly unit: string;
  readonly promql: string;
  readonly thresholds?: readonly (readonly [from: number, color: string])[];
  readonly width?: number;
  readonly mappings?: readonly ValueMapping[];
  /** In the colour of its mapping; a column with thresholds is in theirs. */
  readonly isColored?: boolean;
}

export interface TableContent extends Omit<PanelContent, 'targets' | 'unit' | 'thresholds'> {
  /** Columns that say what a row is about: labels, under the names that people see. */
  readonly labels: Readonly<Record<string, string>>;
  readonly labelWidths?: Readonly<Record<string, number>>;
  readonly columns: readonly Column[];
  /** Title of the column that the rows are sorted by, largest first if not said otherwise. */
  readonly sortBy: string;
  readonly isAscending?: boolean;
  /** On the cells of these labels. */
  readonly rowLinks?: Readonly<Record<string, readonly DataLink[]>>;
}

/** Queries become columns: series with the same labels are one row. */
export const table = (language: Language, content: TableContent): Builder<Panel> => {
  const { labels, columns, rowLinks = {}, labelWidths = {} } = content;
  const valueName = (index: number): string =>
    columns.length === 1 ? 'Value' : `Value #${String.fromCharCode(65 + index)}`;
  const looks = withoutFooter(
    plainTable()
      .sortBy([new TableSortByFieldStateBuilder().displayName(content.sortBy).desc(!content.isAscending)])
      .transformations([
        { id: 'merge', options: {} },
        {
          id: 'organize',
          options: {
            excludeByName: { Time: true },
            indexByName: Object.fromEntries(
              [...Object.keys(labels), ...columns.map((_, index) => valueName(index))].map((name, index) => [
                name,
                index,
              ]),
            ),
            renameByName: {},
          },
        },
      ]),
  );
  return filled(language, looks, {
    ...content,
    unit: 'short',
    targets: columns.map(({ promql }) => column(promql)),
    overrides: [
      ...Object.entries(labels).map(([label, title]) =>
        byName(label, {
          displayName: title,
          ...(rowLinks[label] && { links: rowLinks[label] }),
          ...(labelWidths[label] && { 'custom.width': labelWidths[label] }),
          // Or Grafana reads a status as a number, and blanks as 0.
          unit: 'string',
        }),
      ),
      ...columns.map((column, index) => byName(valueName(index), columnLooks(column))),
      ...(content.overrides ?? []),
    ] satisfies Override[],
  });
};

export const plainTable = (): TableBuilder =>
  new TableBuilder().cellOptions({ type: TableCellDisplayMode.Auto });

/** The SDK writes an option that tables of Grafana 13 no longer have. */
export const withoutFooter = (builder: Builder<Panel>): Builder<Panel> => {
  const panel = builder.build();
  const { footer: _, ...options } = panel.options as { footer?: unknown };
  return { build: () => ({ ...panel, options }) };
};

const columnLooks = ({
  title,
  unit,
  thresholds,
  width,
  mappings,
  isColored,
}: Column): Record<string, unknown> => ({
  displayName: title,
  unit,
  ...(unit === 'locale' && { decimals: 0 }),
  ...(mappings && { mappings }),
  ...(width && { 'custom.width': width }),
  ...(thresholds && {
    thresholds: {
      mode: 'absolute',
      steps: [{ value: null, color: 'text' }, ...thresholds.map(([value, color]) => ({ value, color }))],
    },
  }),
  ...((thresholds || isColored) && {
    color: { mode: 'thresholds' },
    'custom.cellOptions': { type: 'color-text' },
  }),
});
