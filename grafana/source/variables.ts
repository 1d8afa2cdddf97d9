import {
  QueryVariableBuilder,
  VariableHide,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { MetricDefinition } from '../../src/catalog/metrics.ts';
import { buildInfo, dbQueryDuration, httpRequestsTotal } from '../../src/catalog/metrics.ts';
import type { Language } from './language.ts';
import { targetInfo } from './stack-metrics.ts';
import { prometheus } from './targets.ts';

export type Variable = { build: () => VariableModel };

interface Question {
  readonly name: string;
  readonly label: string;
  readonly promql: string;
  readonly isMulti: boolean;
  readonly isHidden?: boolean;
}

const variable = ({ name, label, promql, isMulti, isHidden = false }: Question): Variable => {
  const query = new QueryVariableBuilder(name)
    .label(label)
    .datasource(prometheus)
    // The form that Grafana's own editor writes: type 1 asks for the values of a label.
    .query({ qryType: 1, query: promql, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .definition(promql)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
    .multi(isMulti)
    .includeAll(isMulti);
  if (isMulti) query.allValue('.*').current({ selected: true, text: ['All'], value: ['$__all'] });
  if (isHidden) query.hide(VariableHide.HideVariable);
  const { auto: _, auto_min: __, auto_count: ___, ...model } = query.build();
  return { build: () => model };
};

const labelValues = (metric: Pick<MetricDefinition, 'name'>, matchers: string, label: string): string =>
  `label_values(${metric.name}${matchers && `{${matchers}}`}, ${label})`;

export const job = ({ say }: Language): Variable =>
  variable({
    name: 'job',
    label: say('Application', '애플리케이션'),
    promql: labelValues(buildInfo, '', 'job'),
    isMulti: false,
  });

export const instance = ({ say }: Language): Variable =>
  variable({
    name: 'instance',
    label: say('Replica', '인스턴스'),
    promql: labelValues(buildInfo, 'job="$job"', 'instance'),
    isMulti: true,
  });

export const method = ({ say }: Language): Variable =>
  variable({
    name: 'method',
    label: say('Method', '메서드'),
    promql: labelValues(httpRequestsTotal, 'job="$job",instance=~"$instance"', 'method'),
    isMulti: true,
  });

export const path = ({ say }: Language): Variable =>
  variable({
    name: 'path',
    label: say('Route', '경로'),
    promql: labelValues(httpRequestsTotal, 'job="$job",instance=~"$instance",method=~"$method"', 'path'),
    isMulti: true,
  });

const queryCount = { name: `${dbQueryDuration.name}_count` };

export const operation = ({ say }: Language): Variable =>
  variable({
    name: 'operation',
    label: say('Operation', '연산'),
    promql: labelValues(queryCount, 'job="$job",instance=~"$instance"', 'operation'),
    isMulti: true,
  });

export const databaseTable = ({ say }: Language): Variable =>
  variable({
    name: 'table',
    label: say('Table', '테이블'),
    promql: labelValues(queryCount, 'job="$job",instance=~"$instance",operation=~"$operation"', 'table'),
    isMulti: true,
  });

/** What the chosen application calls itself in traces and logs. */
export const service = ({ say }: Language): Variable =>
  variable({
    name: 'service',
    label: say('Service', '서비스'),
    promql: labelValues({ name: targetInfo }, 'job="$job"', 'service_name'),
    isMulti: false,
    isHidden: true,
  });
