import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder as LokiQuery } from '@grafana/grafana-foundation-sdk/loki';
import {
  DataqueryBuilder as PrometheusQuery,
  PromQueryFormat,
} from '@grafana/grafana-foundation-sdk/prometheus';

/** Uids that grafana/provisioning/datasources gives. */
export const prometheus: DataSourceRef = { type: 'prometheus', uid: 'prometheus' };
export const tempo: DataSourceRef = { type: 'tempo', uid: 'tempo' };
export const loki: DataSourceRef = { type: 'loki', uid: 'loki' };

export type Target = Builder<Dataquery>;

/** A query over the time that is shown. */
export const line = (promql: string, legend: string): PrometheusQuery =>
  new PrometheusQuery().datasource(prometheus).expr(promql).legendFormat(legend).range();

/**
 * One value now. Not the last one of a line: of an application that is down that would be from when it was up, and look
 * well.
 */
export const now = (promql: string): PrometheusQuery =>
  new PrometheusQuery().datasource(prometheus).expr(promql).instant();

/** With dots that lead to the traces of single requests. */
export const withExemplars = (query: PrometheusQuery): PrometheusQuery => query.exemplar(true);

/** One value a series, now: the columns of a table. */
export const column = (promql: string): PrometheusQuery =>
  new PrometheusQuery().datasource(prometheus).expr(promql).instant().format(PromQueryFormat.Table);

export const buckets = (promql: string): PrometheusQuery =>
  line(promql, '{{le}}').format(PromQueryFormat.Heatmap).exemplar(true);

export const logLines = (logql: string): LokiQuery =>
  new LokiQuery().datasource(loki).expr(logql).queryType('range').maxLines(200);
