import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { httpRequestDuration, httpRequestsTotal } from '../../../src/catalog/metrics.ts';
import { newVersions, restarts } from '../annotations.ts';
import { quantileColors, statusColors } from '../colors.ts';
import { dashboard } from '../dashboard.ts';
import { firingAlerts } from '../firing-alerts.ts';
import type { Language } from '../language.ts';
import { ofLine, ofRow, toDashboard, toRoute } from '../links.ts';
import { heatmap, lines } from '../panels.ts';
import { bucketRate, failed, quantile, rate, ratio, statusClasses, sum } from '../promql.ts';
import { routeColumns } from '../route-columns.ts';
import { table } from '../tables.ts';
import { buckets, line, withExemplars } from '../targets.ts';
import { instance, job } from '../variables.ts';
import { causes } from './overview-causes.ts';
import { overviewNumbers } from './overview-numbers.ts';

export const overview = (language: Language): Dashboard => {
  const { say } = language;
  const routes = toDashboard(language, 'routes', say('Routes', '경로별 보기'));
  const columns = routeColumns(language, 90);

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
          ...overviewNumbers(language),
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
            legend: 'names',
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
            isBare: true,
            targets: [line('rate(http_requests_total[5m])', '{{method}} {{path}} {{status}}')],
            // It has the lines of every application.
            links: [toRoute(language, ofLine, [], ['job', 'instance', 'method', 'path'])],
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
            size: [12, 9],
            labels: { method: say('Method', '메서드'), path: say('Route', '경로') },
            labelWidths: { method: 90 },
            rowLinks: { path: [toRoute(language, ofRow)] },
            sortBy: say('Errors', '오류'),
            columns: [columns.requests, columns.errors, columns.p95],
            runbook: 'RouteErrorRatioHigh',
          }),
          firingAlerts(language, [12, 9]),
        ],
      },
      causes(language),
    ],
  });
};
