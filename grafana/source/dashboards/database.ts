import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { dbQueryDuration, dbQueryErrorsTotal, httpRequestDuration } from '../../../src/catalog/metrics.ts';
import { newVersions, restarts } from '../annotations.ts';
import { dashboard } from '../dashboard.ts';
import type { Language } from '../language.ts';
import { ofLine, toDashboard } from '../links.ts';
import { heatmap, lines, stat } from '../panels.ts';
import {
  bucketRate,
  countRate,
  countTotal,
  quantile,
  rate,
  ratio,
  sum,
  timeRate,
  timeTotal,
  total,
  totalQuantile,
} from '../promql.ts';
import { table } from '../tables.ts';
import { buckets, line, withExemplars } from '../targets.ts';
import { databaseTable, instance, job, operation } from '../variables.ts';
import { connectionPools } from './connection-pools.ts';
import { outgoingCalls } from './outgoing-calls.ts';

export const database = (language: Language): Dashboard => {
  const { say } = language;
  const chosen = 'operation=~"$operation",table=~"$table"';
  const kind = 'operation, table';
  const kindName = '{{operation}} {{table}}';
  const queries = sum(countRate(dbQueryDuration, chosen));
  const thisKind = toDashboard(language, 'database', say('Only these queries', '이 쿼리만 보기'), {
    operation: ofLine('operation'),
    table: ofLine('table'),
  });

  return dashboard(language, {
    name: 'database',
    title: say('YkMake database', 'YkMake 데이터베이스'),
    description: say(
      'Which queries are slow or fail, and how much of a request they are; below, the pools and the calls to other services.',
      '어떤 쿼리가 느리거나 실패하는지, 요청 시간에서 얼마나 차지하는지 봅니다. 아래에는 커넥션 풀과 외부 호출이 있습니다.',
    ),
    refresh: '30s',
    variables: [job(language), instance(language), operation(language), databaseTable(language)],
    annotations: [restarts(language), newVersions(language)],
    rows: [
      {
        panels: [
          stat(language, {
            title: say('Queries', '쿼리'),
            description: say(
              'Queries in a second. Good: in proportion to the requests. Many more than before: a query in a loop.',
              '초당 쿼리 수입니다. 요청 수에 비례하면 정상입니다. 전보다 크게 늘었다면 반복문 안의 쿼리(N+1)를 의심하세요.',
            ),
            size: [6, 4],
            unit: 'ops',
            promql: queries,
          }),
          stat(language, {
            title: say('Error ratio', '오류 비율'),
            description: say(
              'Share of queries that failed. Good: 0. Constraints that the application relies on fail here, too: look which table.',
              '실패한 쿼리의 비율입니다. 0이면 정상입니다. 애플리케이션이 의도한 제약 조건 위반도 포함되니 어느 테이블인지 확인하세요.',
            ),
            size: [6, 4],
            unit: 'percentunit',
            thresholds: [
              [0.001, 'yellow'],
              [0.05, 'red'],
            ],
            promql: ratio(sum(rate(dbQueryErrorsTotal, chosen)), queries),
            runbook: 'DatabaseErrorsHigh',
            noValue: say('No queries', '쿼리 없음'),
          }),
          stat(language, {
            title: say('Duration, 95 % within', '지연 시간 p95'),
            description: say(
              '19 of 20 queries are answered within this time, waiting for a connection not included. Good: some milliseconds. Above 0.5 s an alert fires.',
              '쿼리 20건 중 19건이 끝나는 시간이며 커넥션 대기는 제외됩니다. 수 밀리초면 정상이고 0.5초를 넘으면 알림이 발생합니다.',
            ),
            size: [6, 4],
            unit: 's',
            thresholds: [
              [0.1, 'yellow'],
              [0.5, 'red'],
            ],
            promql: quantile(0.95, dbQueryDuration, '', chosen),
            runbook: 'DatabaseLatencyHigh',
            noValue: say('No queries', '쿼리 없음'),
          }),
          stat(language, {
            title: say('Query time per request time', '요청 시간 대비 쿼리 시간'),
            description: say(
              'Seconds in queries for each second in requests. Near 1 the database is what users wait for. Above 1 queries run side by side, or outside of requests.',
              '요청 1초당 쿼리에 쓴 시간입니다. 1에 가까우면 사용자는 데이터베이스를 기다리는 셈입니다. 1을 넘으면 쿼리가 병렬로, 또는 요청 밖에서 실행됩니다.',
            ),
            size: [6, 4],
            unit: 'percentunit',
            promql: ratio(sum(timeRate(dbQueryDuration, chosen)), sum(timeRate(httpRequestDuration))),
            links: [toDashboard(language, 'routes', say('Routes', '경로별 보기'))],
            noValue: say('No requests', '요청 없음'),
          }),
          lines(language, {
            title: say('Queries by kind', '종류별 쿼리'),
            description: say(
              'Queries in a second by operation and table. A line that rises alone names the code that asks more.',
              '연산·테이블별 초당 쿼리 수입니다. 혼자 오르는 선이 쿼리가 늘어난 코드를 알려 줍니다.',
            ),
            size: [12, 9],
            unit: 'ops',
            legendAt: 'right',
            targets: [line(sum(countRate(dbQueryDuration, chosen), kind), kindName)],
            links: [thisKind],
          }),
          lines(language, {
            title: say('95 % within, by kind', '종류별 p95'),
            description: say(
              'By operation and table. Good: below the dashed line. One line: look for a missing index or a lock. All: the server itself is busy.',
              '연산·테이블별 p95입니다. 점선 아래면 정상입니다. 하나만 느리면 누락된 인덱스나 잠금을, 모두 느리면 데이터베이스 서버의 부하를 확인하세요.',
            ),
            size: [12, 9],
            unit: 's',
            thresholds: [[0.5, 'red']],
            legendAt: 'right',
            targets: [withExemplars(line(quantile(0.95, dbQueryDuration, kind, chosen), kindName))],
            links: [thisKind],
            runbook: 'DatabaseLatencyHigh',
          }),
          heatmap(language, {
            title: say('Distribution of durations', '지연 시간 분포'),
            description: say(
              'How many of the chosen queries took how long. A band far above the rest: queries that wait for a lock.',
              '선택한 쿼리의 지연 시간대별 건수입니다. 위로 멀리 떨어진 띠는 잠금을 기다리는 쿼리입니다.',
            ),
            size: [8, 9],
            unit: 'ops',
            axisUnit: 's',
            targets: [buckets(sum(bucketRate(dbQueryDuration, chosen), 'le'))],
          }),
          lines(language, {
            title: say('Time in requests and in queries', '요청 시간과 쿼리 시간'),
            description: say(
              'Seconds spent in a second, all replicas together. The gap is what requests do beside the chosen queries. Lines that touch: the database is the bottleneck.',
              '모든 인스턴스에서 초당 소비한 시간입니다. 두 선의 간격이 선택한 쿼리 외의 처리 시간입니다. 선이 맞닿으면 데이터베이스가 병목입니다.',
            ),
            size: [8, 9],
            unit: 's',
            legend: ['mean', 'max', 'lastNotNull'],
            targets: [
              line(sum(timeRate(httpRequestDuration)), say('requests', '요청')),
              line(sum(timeRate(dbQueryDuration, chosen)), say('queries', '쿼리')),
            ],
          }),
          lines(language, {
            title: say('Failed queries', '실패한 쿼리'),
            description: say(
              'Errors in a second by operation and table. Good: none. All kinds at once: the connection is lost.',
              '연산·테이블별 초당 오류 수입니다. 없으면 정상입니다. 모든 종류에서 한꺼번에 나면 연결이 끊긴 것입니다.',
            ),
            size: [8, 9],
            unit: 'cps',
            targets: [line(sum(rate(dbQueryErrorsTotal, chosen), kind), kindName)],
            links: [toDashboard(language, 'errors', say('Errors and alerts', '오류와 알림'))],
            runbook: 'DatabaseErrorsHigh',
          }),
          table(language, {
            title: say('Kinds of queries', '쿼리 종류'),
            description: say(
              'All kinds in the time that is shown, those first that cost most time in sum: a fast query that runs often can be the expensive one.',
              '선택한 기간의 쿼리를 누적 시간이 큰 순으로 보여 줍니다. 빠르지만 자주 실행되는 쿼리가 더 비쌀 수 있습니다.',
            ),
            size: [24, 9],
            labels: { operation: say('Operation', '연산'), table: say('Table', '테이블') },
            sortBy: say('Time in sum', '누적 시간'),
            columns: [
              {
                title: say('Queries', '쿼리 수'),
                unit: 'locale',
                promql: sum(countTotal(dbQueryDuration), kind),
              },
              {
                title: say('Time in sum', '누적 시간'),
                unit: 's',
                promql: sum(timeTotal(dbQueryDuration), kind),
              },
              {
                title: say('Mean', '평균'),
                unit: 's',
                promql: ratio(sum(timeTotal(dbQueryDuration), kind), sum(countTotal(dbQueryDuration), kind)),
              },
              {
                title: 'p95',
                unit: 's',
                promql: totalQuantile(0.95, dbQueryDuration, kind),
                thresholds: [
                  [0.1, 'yellow'],
                  [0.5, 'red'],
                ],
              },
              {
                title: say('Errors', '오류'),
                unit: 'locale',
                promql: sum(total(dbQueryErrorsTotal), kind),
                thresholds: [[0.5, 'red']],
              },
            ],
            runbook: 'DatabaseLatencyHigh',
          }),
        ],
      },
      connectionPools(language),
      outgoingCalls(language),
    ],
  });
};
