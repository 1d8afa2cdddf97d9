/**
 * The type of a dashboard's JSON, from what Grafana publishes of its own (@grafana/schema), with the options of each kind
 * of panel and of query in the place of `Record<string, unknown>`. schema.test.ts has tsc read the dashboards by it.
 */

import type { dataquery as LokiQuery } from '@grafana/grafana-foundation-sdk/loki';
import type { Dataquery as PrometheusQuery } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Dataquery as TempoQuery } from '@grafana/grafana-foundation-sdk/tempo';
import type * as schema from '@grafana/schema';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as logs from '@grafana/schema/dist/esm/raw/composable/logs/panelcfg/x/LogsPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** What a type is as JSON: members of an enumeration are their values. */
type Json<Type> = unknown extends Type
  ? Type
  : Type extends string
    ? `${Type}`
    : Type extends readonly (infer Element)[]
      ? Json<Element>[]
      : Type extends object
        ? { [Key in keyof Type]: Json<Type[Key]> }
        : Type;

interface DataLink {
  title: string;
  url: string;
  targetBlank?: boolean;
}

type StandardField = Omit<schema.FieldConfig, 'custom' | 'links'> & { links?: DataLink[] };

/** What an override may set: a standard option, or one of the panel's own. */
type Property<Custom> =
  | { [Key in keyof StandardField]-?: { id: Key; value: StandardField[Key] } }[keyof StandardField]
  | { [Key in keyof Custom & string]-?: { id: `custom.${Key}`; value: Custom[Key] } }[keyof Custom & string];

interface Field<Custom> {
  defaults: StandardField & { custom?: Custom };
  overrides: {
    matcher: { id: 'byName' | 'byFrameRefID'; options: string };
    properties: Property<Custom>[];
  }[];
}

type Query<Type> = Type extends unknown
  ? Omit<Type, '_implementsDataqueryVariant' | 'datasource' | 'refId'> & {
      datasource: { type: string; uid: string };
      refId: string;
    }
  : never;

type PanelOf<Kind extends string, Options, Custom, Queries> = Omit<
  schema.Panel,
  'type' | 'options' | 'fieldConfig' | 'targets'
> & { type: Kind; options: Options; fieldConfig: Field<Custom>; targets: Query<Queries>[] };

type AnyPanel =
  | PanelOf<'timeseries', timeseries.Options, timeseries.FieldConfig, PrometheusQuery>
  | PanelOf<'stat', stat.Options, Record<never, never>, PrometheusQuery>
  | PanelOf<'table', table.Options, table.FieldConfig, PrometheusQuery | TempoQuery>
  | PanelOf<'heatmap', heatmap.Options, heatmap.FieldConfig, PrometheusQuery>
  | PanelOf<'logs', logs.Options, Record<never, never>, LokiQuery>;

/** What the Prometheus datasource reads of an annotation besides what the schema has. */
interface Annotation extends Omit<schema.AnnotationQuery, 'target'> {
  target: Query<PrometheusQuery>;
  titleFormat?: string;
  textFormat?: string;
  tagKeys?: string;
  useValueForTime?: boolean;
}

/** `definition` is the text of the query in the list of variables. */
type Variable = schema.VariableModel & { definition?: string };

export type DashboardJson = Json<
  Omit<schema.Dashboard, 'panels' | 'annotations' | 'templating'> & {
    panels: (AnyPanel | (Omit<schema.RowPanel, 'panels'> & { panels: AnyPanel[] }))[];
    annotations: { list: Annotation[] };
    templating: { list: Variable[] };
  }
>;
