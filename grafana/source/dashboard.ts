import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQuery,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type Panel,
  RowBuilder,
  TimePickerBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardName, Language } from './language.ts';
import { otherDashboards } from './links.ts';
import type { Variable } from './variables.ts';

export interface Row {
  /** The first row has none: what matters most needs no heading. */
  readonly title?: string;
  /** Closed until somebody opens it; its queries wait for that. */
  readonly isClosed?: boolean;
  readonly panels: readonly Builder<Panel>[];
}

export interface Content {
  readonly name: DashboardName;
  readonly title: string;
  readonly description: string;
  readonly refresh: string;
  readonly variables: readonly Variable[];
  readonly annotations: readonly Builder<AnnotationQuery>[];
  readonly rows: readonly Row[];
}

export const dashboard = (language: Language, content: Content): Dashboard => {
  const builder = new DashboardBuilder(content.title)
    .uid(language.uid(content.name))
    .description(content.description)
    .tags([language.tag])
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-1h', to: 'now' })
    .timepicker(new TimePickerBuilder())
    .refresh(content.refresh)
    .variables([...content.variables])
    .annotations([...content.annotations])
    .link({ build: () => otherDashboards(language) });
  for (const { title, isClosed = false, panels } of content.rows) {
    const row = title === undefined ? undefined : new RowBuilder(title);
    if (row && isClosed) for (const panel of panels) row.withPanel(panel);
    if (row) builder.withRow(row);
    if (!isClosed) for (const panel of panels) builder.withPanel(panel);
  }
  return numbered(builder.build());
};

/** Grafana wants each panel to have a number: its place. */
const numbered = (dashboard: Dashboard): Dashboard => {
  let last = 0;
  const number = <Numbered extends object>(panel: Numbered): Numbered => {
    last += 1;
    return {
      ...panel,
      id: last,
      ...('panels' in panel && { panels: (panel.panels as object[]).map(number) }),
    };
  };
  return { ...dashboard, panels: (dashboard.panels ?? []).map(number) };
};
