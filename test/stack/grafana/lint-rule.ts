import { type Dashboard, type Panel, panels, type Query, queriesOf } from './queries.ts';

/** What rules compare a dashboard with. */
export interface Surroundings {
  readonly all: readonly Dashboard[];
  readonly datasources: ReadonlySet<string>;
  readonly metricNames: ReadonlySet<string>;
  /** Rules by alert. Each has a runbook of its name; that is proved beside the alerts. */
  readonly alerts: ReadonlyMap<string, readonly { readonly expr: string }[]>;
}

/** Says what is wrong with a dashboard, or nothing. */
export type Rule = (dashboard: Dashboard, surroundings: Surroundings) => string[];

/** The one panel that is as it always was, in every language. */
export const originalPanel = 'HTTP 요청 비율';

export const inPanels =
  (complain: (panel: Panel, dashboard: Dashboard, surroundings: Surroundings) => string[]): Rule =>
  (dashboard, surroundings) =>
    panels(dashboard).flatMap(panel =>
      complain(panel, dashboard, surroundings).map(complaint => `"${panel.title}": ${complaint}`),
    );

export const inQueries =
  (complain: (query: Query, surroundings: Surroundings) => string[]): Rule =>
  (dashboard, surroundings) =>
    queriesOf(dashboard)
      .filter(({ datasource }) => datasource === 'prometheus')
      .flatMap(query =>
        complain(query, surroundings).map(text => `"${query.title}": ${text}: ${query.expr}`),
      );

export const when = (isWrong: boolean, complaint: string): string[] => (isWrong ? [complaint] : []);

export const repeated = <Value>(values: readonly Value[]): Value[] =>
  values.filter((value, index) => values.indexOf(value) !== index);
