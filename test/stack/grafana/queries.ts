import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const dashboardsFolder: string = path.join(import.meta.dirname, '../../../grafana/dashboards');

/** What tests read of a dashboard's JSON. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly refresh: string;
  readonly schemaVersion: number;
  readonly time: { readonly from: string; readonly to: string };
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly Annotation[] };
  readonly links: readonly Link[];
  readonly panels: readonly Panel[];
}

interface Datasource {
  readonly type: string;
  readonly uid: string;
}

export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly datasource: Datasource;
  readonly query: { readonly query: string };
  readonly multi: boolean;
  readonly includeAll: boolean;
  readonly allValue?: string;
}

export interface Annotation {
  readonly name: string;
  readonly datasource: Datasource;
  readonly target: Target;
}

export interface Link {
  readonly title: string;
  readonly type?: string;
  readonly url?: string;
  readonly tags?: readonly string[];
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: Datasource;
  readonly targets?: readonly Target[];
  readonly maxDataPoints?: number;
  readonly links?: readonly Link[];
  readonly options?: { readonly [option: string]: unknown };
  readonly transformations?: readonly { readonly id: string; readonly options: unknown }[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly links?: readonly Link[];
      readonly [key: string]: unknown;
    };
    readonly overrides: readonly Override[];
  };
  /** Of a row. */
  readonly collapsed?: boolean;
  readonly panels?: readonly Panel[];
}

export interface Override {
  readonly matcher: { readonly id: string; readonly options: unknown };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

export interface Target {
  readonly refId: string;
  readonly datasource: Datasource;
  /** Of Prometheus and Loki. */
  readonly expr?: string;
  /** Of Tempo. */
  readonly query?: string;
  readonly instant?: boolean;
  readonly range?: boolean;
  readonly format?: string;
  readonly exemplar?: boolean;
  readonly legendFormat?: string;
}

/** Both languages, as they are committed. */
export const dashboards = (): Dashboard[] =>
  globSync('*/*.json', { cwd: dashboardsFolder })
    .sort()
    .map(file => JSON.parse(readFileSync(path.join(dashboardsFolder, file), 'utf8')) as Dashboard);

/** Panels with those inside of closed rows, and without the rows. */
export const panels = ({ panels }: Pick<Dashboard, 'panels'>): Panel[] =>
  panels.flatMap(panel => (panel.type === 'row' ? (panel.panels ?? []) : [panel]));

export interface Query {
  readonly of: 'panel' | 'variable' | 'annotation';
  /** Uid of the dashboard. */
  readonly dashboard: string;
  /** Of the panel; of a variable or an annotation its name. */
  readonly title: string;
  /** Uid of the datasource. */
  readonly datasource: string;
  /** With Grafana's variables in it: see `interpolate`. */
  readonly expr: string;
  /** Asked for one moment; otherwise for a range. */
  readonly instant: boolean;
}

/** Every query of every panel, variable and annotation. */
export const queries = (): Query[] => dashboards().flatMap(queriesOf);

export const queriesOf = (dashboard: Dashboard): Query[] => {
  const ofTarget =
    (of: 'panel' | 'annotation', title: string) =>
    ({ expr, query, datasource, instant = false }: Target): Query => ({
      of,
      dashboard: dashboard.uid,
      title,
      datasource: datasource.uid,
      expr: expr ?? query ?? '',
      instant,
    });
  return [
    ...panels(dashboard).flatMap(({ title, targets = [] }) => targets.map(ofTarget('panel', title))),
    ...dashboard.annotations.list.map(({ name, target }) => ofTarget('annotation', name)(target)),
    ...dashboard.templating.list.map(
      ({ name, query, datasource }): Query => ({
        of: 'variable',
        dashboard: dashboard.uid,
        title: name,
        datasource: datasource.uid,
        expr: labelValues(query.query),
        instant: true,
      }),
    ),
  ];
};

/** Grafana asks for label values by an interface of their own; this is PromQL with the same answer. */
const labelValues = (question: string): string => {
  const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(question) ?? [];
  if (selector === undefined || label === undefined) throw new Error(`not label_values(…): ${question}`);
  return `group by (${label}) (${selector})`;
};

export interface Time {
  /** Seconds that the dashboard shows. */
  readonly range: number;
  /** Seconds between two points of a line. */
  readonly step: number;
  /** The datasource's timeInterval. */
  readonly scrape: number;
}

/**
 * A query as Grafana sends it to Prometheus.
 *
 * @param values of variables: a text of one that takes one value, an array of one that takes several; `$__all` is All
 */
export const interpolate = (
  expr: string,
  values: Readonly<Record<string, string | readonly string[]>>,
  { range, step, scrape }: Time = { range: 3600, step: 15, scrape: 15 },
): string => {
  const builtIn: Readonly<Record<string, string>> = {
    __interval: `${step}s`,
    __interval_ms: `${step * 1000}`,
    __rate_interval: `${Math.max(step + scrape, 4 * scrape)}s`,
    __range: `${range}s`,
    __range_s: `${range}`,
    __range_ms: `${range * 1000}`,
  };
  return expr.replace(/\$(\w+)|\$\{(\w+)\}/g, (text, plain?: string, braced?: string) => {
    const name = plain ?? braced ?? '';
    const value = values[name];
    if (value !== undefined) return typeof value === 'string' ? value : anyOf(value);
    // `${1}` of label_replace is no variable.
    return builtIn[name] ?? text;
  });
};

const anyOf = (values: readonly string[]): string => {
  if (values.length === 0 || values.includes('$__all')) return '.*';
  // A backslash of the expression is two in PromQL's string, and one of the value four.
  const escaped = values.map(value =>
    value.replace(/\\/g, '\\\\\\\\').replace(/[$^*{}[\]+?.()|]/g, '\\\\$&'),
  );
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
};
