import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  activeUsers,
  dbQueryDuration,
  httpRequestDuration,
  httpRequestsTotal,
} from '../../src/catalog/metrics.ts';
import { eventLoopLagP99, processCpu, processResidentMemory } from '../../src/catalog/runtime.ts';
import { newVersions, restarts } from './annotations.ts';
import { quantileColors, statusColors } from './colors.ts';
import { dashboard } from './dashboard.ts';
import { firingAlerts } from './firing-alerts.ts';
import type { Language } from './language.ts';
import { ofLine, ofRow, toDashboard, toRoute } from './links.ts';
import { heatmap, lines, stat } from './panels.ts';
import {
  bucketRate,
  failed,
  quantile,
  rate,
  ratio,
  series,
  statusClasses,
  sum,
  total,
  totalQuantile,
} from './promql.ts';
import { budgetRemaining, firing } from './rules.ts';
import { table } from './tables.ts';
import { buckets, line, withExemplars } from './targets.ts';
import { instance, job } from './variables.ts';

export const overview = (language: Language): Dashboard => {
  const { say } = language;
  const routes = toDashboard(language, 'routes', say('Routes', '경로별 보기'));
  const runtime = toDashboard(language, 'runtime', say('Node.js runtime', 'Node.js 런타임'));
  const route = 'method, path';

  return dashboard(language, {
    name: 'overview',
    title: 'YkMake 개요',
    description: say(
      'Is it broken for users, where, and why: requests, errors, duration.',
      '사용자에게 문제가 있는지, 어디에서 왜 생겼는지 요청·오류·지연 시간으로 봅니다.',
    ),
    refresh: '5s',
    variables: [job(language), instance(language)],
    annotations: [restarts(language), newVersions(language)],
    rows: [
      {
        panels: [
          stat(language, {
            title: say('Requests', '요청'),
            description: say(
              'Requests answered in a second. Good: as usual for this hour. A sudden fall is worse than a rise: look whether clients still reach the application.',
              '초당 처리한 요청 수입니다. 평소 이 시간대와 비슷하면 정상입니다. 갑자기 줄었다면 늘어난 것보다 위험하니 클라이언트가 애플리케이션에 도달하는지 확인하세요.',
            ),
            size: [4, 4],
            unit: 'reqps',
            targets: [line(sum(rate(httpRequestsTotal)), '')],
            links: [routes],
            runbook: 'TrafficDropped',
          }),
          stat(language, {
            title: say('Error ratio', '오류 비율'),
            description: say(
              'Share of requests answered with 5xx. Good: below 0.1 %, the objective. At 1.44 % a budget of 30 days is spent in two. Open the routes to see where.',
              '5xx로 응답한 요청의 비율입니다. 목표인 0.1% 미만이면 정상입니다. 1.44%가 이어지면 30일치 오류 예산이 이틀 만에 소진됩니다. 경로별 보기에서 위치를 찾으세요.',
            ),
            size: [4, 4],
            unit: 'percentunit',
            thresholds: [
              [0.001, 'yellow'],
              [0.0144, 'red'],
            ],
            targets: [line(ratio(sum(rate(httpRequestsTotal, failed)), sum(rate(httpRequestsTotal))), '')],
            links: [routes],
            runbook: 'AvailabilityBudgetBurn',
            noValue: say('No requests', '요청 없음'),
          }),
          stat(language, {
            title: say('Duration, 95 % within', '지연 시간 p95'),
            description: say(
              '19 of 20 requests are answered within this time. Good: below 0.5 s. Above 1 s somebody waits: find the route.',
              '요청 20건 중 19건이 이 시간 안에 응답됩니다. 0.5초 미만이면 정상입니다. 1초를 넘으면 사용자가 기다리고 있으니 느린 경로를 찾으세요.',
            ),
            size: [4, 4],
            unit: 's',
            thresholds: [
              [0.5, 'yellow'],
              [1, 'red'],
            ],
            targets: [line(quantile(0.95, httpRequestDuration), '')],
            links: [routes],
            runbook: 'RouteLatencyHigh',
            noValue: say('No requests', '요청 없음'),
          }),
          stat(language, {
            title: say('Availability budget left', '가용성 예산 잔량'),
            description: say(
              'What is left of the errors that 30 days may have (0.1 % of requests). Good: more than half. At 0 the objective is missed: stability before features.',
              '30일 동안 허용된 오류(요청의 0.1%) 중 남은 몫입니다. 절반 이상이면 정상입니다. 0이면 목표를 지키지 못한 것이니 기능보다 안정화가 먼저입니다.',
            ),
            size: [4, 4],
            unit: 'percentunit',
            base: 'red',
            thresholds: [
              [0, 'orange'],
              [0.25, 'yellow'],
              [0.5, 'green'],
            ],
            max: 1,
            targets: [line(`${budgetRemaining}{job="$job",slo="availability"}`, '')],
            links: [toDashboard(language, 'slo', say('Objectives', 'SLO'))],
            runbook: 'AvailabilityBudgetBurn',
            noValue: say('No history yet', '이력 없음'),
          }),
          stat(language, {
            title: say('Active users', '활성 사용자'),
            description: say(
              'Users of the last five minutes, as the replica that has seen most of them counts: at least so many. With sticky sessions add the replicas up. No value until the application names its users.',
              '최근 5분간의 사용자 수로, 가장 많이 센 인스턴스의 값(최솟값)입니다. 스티키 세션이면 인스턴스 값을 더하세요. 애플리케이션이 사용자를 알려 주기 전에는 값이 없습니다.',
            ),
            size: [4, 4],
            unit: 'short',
            targets: [line(`max(${series(activeUsers)})`, '')],
            noValue: say('Not counted', '집계 안 함'),
          }),
          stat(language, {
            title: say('Firing alerts', '발생 중인 알림'),
            description: say(
              'Alerts of all applications and of the stack. Good: 0. The list below leads to their runbooks.',
              '모든 애플리케이션과 스택의 알림 수입니다. 0이면 정상입니다. 아래 목록에서 런북으로 이동할 수 있습니다.',
            ),
            size: [4, 4],
            unit: 'short',
            thresholds: [[1, 'red']],
            targets: [line(`count(${firing}) or vector(0)`, '')],
            links: [toDashboard(language, 'errors', say('Errors and alerts', '오류와 알림'))],
          }),
          lines(language, {
            title: say('Requests by status class', '상태 코드별 요청'),
            description: say(
              'What the requests were answered with. Good: hardly any red. Yellow: clients ask for what is not there or may not have. Grey: they left before the answer, often because it was slow.',
              '요청에 대한 응답 상태입니다. 빨간색이 거의 없으면 정상입니다. 노란색은 없거나 권한이 없는 것을 요청한 경우, 회색은 응답 전에 연결이 끊긴 경우로 느린 응답이 흔한 원인입니다.',
            ),
            size: [12, 9],
            unit: 'reqps',
            isStacked: true,
            colors: statusColors,
            legend: ['max', 'lastNotNull'],
            legendAt: 'right',
            targets: [line(statusClasses(rate(httpRequestsTotal)), '{{class}}')],
            links: [routes],
          }),
          lines(language, {
            title: say('Duration of requests', '요청 지연 시간'),
            description: say(
              'Half, 95 % and 99 % of the requests take at most so long. Good: p99 below the dashed line. The dots are single requests: one click opens its trace.',
              '요청의 절반, 95%, 99%가 이 시간 안에 끝납니다. p99가 점선 아래면 정상입니다. 점은 개별 요청이며 누르면 트레이스가 열립니다.',
            ),
            size: [12, 9],
            unit: 's',
            thresholds: [[0.5, 'red']],
            colors: quantileColors,
            legend: ['mean', 'max', 'lastNotNull'],
            targets: [
              line(quantile(0.5, httpRequestDuration), 'p50'),
              line(quantile(0.95, httpRequestDuration), 'p95'),
              withExemplars(line(quantile(0.99, httpRequestDuration), 'p99')),
            ],
            links: [routes],
            runbook: 'LatencyBudgetBurn',
          }),
          lines(language, {
            title: say('Error ratio over time', '오류 비율 추이'),
            description: say(
              'Share of requests answered with 5xx. The dashed line is the objective. A step at a purple mark: the restart or a new version is the first suspect.',
              '5xx 응답 비율의 추이이며 점선이 목표입니다. 보라색 표시에서 값이 뛰었다면 재시작이나 새 버전부터 의심하세요.',
            ),
            size: [8, 8],
            unit: 'percentunit',
            thresholds: [[0.001, 'red']],
            colors: { '5xx': 'red' },
            legend: 'none',
            targets: [line(ratio(sum(rate(httpRequestsTotal, failed)), sum(rate(httpRequestsTotal))), '5xx')],
            links: [routes],
            runbook: 'AvailabilityBudgetBurn',
          }),
          heatmap(language, {
            title: say('Distribution of durations', '지연 시간 분포'),
            description: say(
              'How many requests took how long; darker is more. A second band above the first is a group of slow requests that a quantile hides. The dots lead to their traces.',
              '지연 시간대별 요청 수이며 진할수록 많습니다. 위쪽에 띠가 하나 더 보이면 백분위수에 가려진 느린 요청 무리입니다. 점을 누르면 트레이스로 이동합니다.',
            ),
            size: [8, 8],
            unit: 'reqps',
            axisUnit: 's',
            targets: [buckets(sum(bucketRate(httpRequestDuration), 'le'))],
          }),
          lines(language, {
            title: 'HTTP 요청 비율',
            description: say(
              'The original panel, as it was: each method, route and status of every application by itself.',
              '기존 대시보드의 패널을 그대로 옮긴 것으로, 모든 애플리케이션의 메서드·경로·상태별 요청 비율입니다.',
            ),
            size: [8, 8],
            unit: 'reqps',
            legend: 'none',
            fill: 0,
            targets: [line('rate(http_requests_total[5m])', '{{method}} {{path}} {{status}}')],
            links: [toRoute(language, ofLine)],
          }),
        ],
      },
      {
        title: say('Where?', '어디에서?'),
        panels: [
          table(language, {
            title: say('Routes', '경로'),
            description: say(
              'All routes in the time that is shown, worst error ratio first. Red: more than 5 % errors or more than 1 s. A click on the route shows it alone.',
              '선택한 기간의 모든 경로를 오류 비율이 높은 순으로 보여 줍니다. 빨간색은 오류 5% 초과 또는 1초 초과입니다. 경로를 누르면 해당 경로만 볼 수 있습니다.',
            ),
            size: [14, 9],
            labels: { method: say('Method', '메서드'), path: say('Route', '경로') },
            labelWidths: { method: 90 },
            rowLinks: { path: [toRoute(language, ofRow)] },
            sortBy: say('Errors', '오류'),
            columns: [
              {
                title: say('Requests', '요청 수'),
                unit: 'locale',
                promql: sum(total(httpRequestsTotal), route),
                width: 100,
              },
              {
                title: say('Errors', '오류'),
                unit: 'percentunit',
                promql: ratio(
                  sum(total(httpRequestsTotal, failed), route),
                  sum(total(httpRequestsTotal), route),
                ),
                thresholds: [
                  [0.001, 'yellow'],
                  [0.05, 'red'],
                ],
                width: 90,
              },
              {
                title: 'p95',
                unit: 's',
                promql: totalQuantile(0.95, httpRequestDuration, route),
                thresholds: [
                  [0.5, 'yellow'],
                  [1, 'red'],
                ],
                width: 90,
              },
            ],
            runbook: 'RouteErrorRatioHigh',
          }),
          firingAlerts(language, [10, 9]),
        ],
      },
      {
        title: say('Why?', '왜?'),
        panels: [
          lines(language, {
            title: say('Event-loop lag, p99', '이벤트 루프 지연 p99'),
            description: say(
              'How late Node.js comes to its work. Good: about 0.01 s, which is the sampling interval. Above 0.25 s every request waits: something computes too long at a stretch.',
              'Node.js가 작업을 얼마나 늦게 시작하는지 보여 줍니다. 측정 간격인 0.01초 안팎이면 정상입니다. 0.25초를 넘으면 동기 코드가 오래 실행되어 모든 요청이 기다리고 있습니다.',
            ),
            size: [6, 7],
            unit: 's',
            thresholds: [[0.25, 'red']],
            legend: 'none',
            targets: [line(series(eventLoopLagP99), '{{instance}}')],
            links: [runtime],
            runbook: 'EventLoopLagHigh',
          }),
          lines(language, {
            title: say('CPU, of one core', 'CPU(코어 1개 기준)'),
            description: say(
              'What each replica uses. JavaScript runs on one core: near 90 % more replicas help, or less work.',
              '인스턴스별 사용량입니다. JavaScript는 코어 하나에서 실행되므로 90%에 가까우면 인스턴스를 늘리거나 작업을 줄여야 합니다.',
            ),
            size: [6, 7],
            unit: 'percentunit',
            thresholds: [[0.9, 'red']],
            legend: 'none',
            targets: [line(rate(processCpu), '{{instance}}')],
            links: [runtime],
            runbook: 'CpuHigh',
          }),
          lines(language, {
            title: say('Memory', '메모리'),
            description: say(
              'Resident memory of each replica. Good: a level that it comes back to. A stair that only rises is a leak.',
              '인스턴스별 상주 메모리(RSS)입니다. 일정한 수준으로 돌아오면 정상이고, 계단처럼 계속 오르면 메모리 누수입니다.',
            ),
            size: [6, 7],
            unit: 'bytes',
            legend: 'none',
            targets: [line(series(processResidentMemory), '{{instance}}')],
            links: [runtime],
          }),
          lines(language, {
            title: say('Database, p95', '데이터베이스 p95'),
            description: say(
              '95 % of the queries take at most so long. Good: some milliseconds. It rises together with the duration of requests: they wait for the database.',
              '쿼리의 95%가 이 시간 안에 끝납니다. 수 밀리초면 정상입니다. 요청 지연 시간과 함께 오르면 요청이 데이터베이스를 기다리고 있습니다.',
            ),
            size: [6, 7],
            unit: 's',
            thresholds: [[0.5, 'red']],
            legend: 'none',
            targets: [line(quantile(0.95, dbQueryDuration), 'p95')],
            links: [toDashboard(language, 'database', say('Database', '데이터베이스'))],
            runbook: 'DatabaseLatencyHigh',
            noValue: say('No queries', '쿼리 없음'),
          }),
        ],
      },
    ],
  });
};
