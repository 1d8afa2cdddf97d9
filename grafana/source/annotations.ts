import { type AnnotationQuery, AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { buildInfo } from '../../src/catalog/metrics.ts';
import { processStartTime } from '../../src/catalog/runtime.ts';
import type { Language } from './language.ts';
import { series } from './promql.ts';
import { line, prometheus } from './targets.ts';

type Annotation = { build: () => AnnotationQuery };

const annotation = (builder: AnnotationQueryBuilder, promql: string): Annotation => {
  const { placement: _, ...query } = builder
    .datasource(prometheus)
    .enable(true)
    .hide(false)
    .target(line(promql, '').refId('Anno'))
    .build();
  return { build: () => query };
};

/** At the second at which a process began, however wide the steps of the query are: the value is the time. */
export const restarts = ({ say }: Language): Annotation =>
  annotation(
    new AnnotationQueryBuilder()
      .name(say('Restarts', '재시작'))
      .iconColor('purple')
      .useValueForTime(true)
      .titleFormat(say('{{instance}} started', '{{instance}} 시작'))
      .tagKeys('instance'),
    `${series(processStartTime)} * 1000`,
  );

const versions = `count by (version, node) (${buildInfo.name}{job="$job"})`;

/** When a version is seen that was not there five minutes before. */
export const newVersions = ({ say }: Language): Annotation =>
  annotation(
    new AnnotationQueryBuilder()
      .name(say('New versions', '새 버전'))
      .iconColor('blue')
      .titleFormat(say('New version', '새 버전'))
      .textFormat('@ykmake/monitoring {{version}}, Node.js {{node}}')
      .tagKeys('version,node'),
    `${versions} unless ${versions.replace('}', '} offset 5m')}`,
  );
