import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  droppedLabelSetsTotal,
  httpRequestDuration,
  httpRequestsTotal,
} from '../../../src/catalog/metrics.ts';
import { newVersions, restarts } from '../annotations.ts';
import { codeColors, quantileColors } from '../colors.ts';
import { dashboard } from '../dashboard.ts';
import type { Language } from '../language.ts';
import { ofLine, ofRow, toRoute } from '../links.ts';
import { heatmap, lines } from '../panels.ts';
import {
  bucketRate,
  countTotal,
  failed,
  quantile,
  rate,
  ratio,
  series,
  sum,
  timeTotal,
  total,
  totalQuantile,
} from '../promql.ts';
import { route, routeColumns } from '../route-columns.ts';
import { table } from '../tables.ts';
import { buckets, line, withExemplars } from '../targets.ts';
import { instance, job, method, path } from '../variables.ts';
import { routesNumbers } from './routes-numbers.ts';

export const routes = (language: Language): Dashboard => {
  const { say } = language;
  const chosen = 'method=~"$method",path=~"$path"';
  const columns = routeColumns(language, 110);
  const thisRoute = [toRoute(language, ofLine)];
  const paths = `count(count by (path) (${series(httpRequestsTotal)}))`;

  return dashboard(language, {
    name: 'routes',
    title: say('YkMake HTTP routes', 'YkMake HTTP 경로'),
    description: say(
      'Which route is slow or fails, and how. A click in the table chooses a route for everything below.',
      '어느 경로가 느리거나 실패하는지 봅니다. 표에서 경로를 누르면 아래 패널이 그 경로로 좁혀집니다.',
    ),
    refresh: '30s',
    variables: [job(language), instance(language), method(language), path(language)],
    annotations: [restarts(language), newVersions(language)],
    rows: [
      {
        panels: [
          ...routesNumbers(language),
          table(language, {
            title: say('Routes', '경로'),
            description: say(
              'All routes in the time that is shown; the share says where work would pay. Red: more than 5 % errors or more than 1 s. A click on a route chooses it.',
              '선택한 기간의 모든 경로입니다. 비중이 큰 경로부터 개선하면 효과가 큽니다. 빨간색은 오류 5% 초과 또는 1초 초과입니다. 경로를 누르면 선택됩니다.',
            ),
            size: [24, 10],
            labels: { method: say('Method', '메서드'), path: say('Route', '경로') },
            labelWidths: { method: 100 },
            rowLinks: { path: [toRoute(language, ofRow)] },
            sortBy: say('Share', '비중'),
            columns: [
              columns.requests,
              {
                title: say('Share', '비중'),
                unit: 'percentunit',
                promql: `${sum(total(httpRequestsTotal), route)} / scalar(${sum(total(httpRequestsTotal))} > 0)`,
                width: 110,
              },
              columns.errors,
              {
                title: say('Mean', '평균'),
                unit: 's',
                promql: ratio(
                  sum(timeTotal(httpRequestDuration), route),
                  sum(countTotal(httpRequestDuration), route),
                ),
                width: 110,
              },
              columns.p95,
              {
                title: 'p99',
                unit: 's',
                promql: totalQuantile(0.99, httpRequestDuration, route),
                width: 110,
              },
            ],
            runbook: 'RouteLatencyHigh',
          }),
        ],
      },
      {
        title: say('The chosen routes', '선택한 경로'),
        panels: [
          lines(language, {
            title: say('Requests by status', '상태 코드별 요청'),
            description: say(
              'What the chosen routes answer. Good: green. The exact code tells a validation (400) from a login (401) and a lock (409).',
              '선택한 경로의 응답 코드입니다. 초록색이면 정상입니다. 코드를 보면 입력 오류(400), 인증(401), 충돌(409)을 구분할 수 있습니다.',
            ),
            size: [8, 9],
            unit: 'reqps',
            isStacked: true,
            colors: codeColors,
            legend: 'names',
            targets: [line(sum(rate(httpRequestsTotal, chosen), 'status'), '{{status}}')],
          }),
          lines(language, {
            title: say('Error ratio by route', '경로별 오류 비율'),
            description: say(
              'Share of 5xx of each chosen route that has any requests. The dashed line is where the alert begins (5 %). A click shows one alone.',
              '선택한 경로별 5xx 비율입니다. 점선(5%)부터 알림 대상입니다. 선을 누르면 해당 경로만 볼 수 있습니다.',
            ),
            size: [8, 9],
            unit: 'percentunit',
            thresholds: [[0.05, 'red']],
            targets: [
              line(
                ratio(
                  sum(rate(httpRequestsTotal, `${chosen},${failed}`), route),
                  sum(rate(httpRequestsTotal, chosen), route),
                ),
                '{{method}} {{path}}',
              ),
            ],
            links: thisRoute,
            runbook: 'RouteErrorRatioHigh',
          }),
          lines(language, {
            title: say('Duration', '지연 시간'),
            description: say(
              'Half, 95 % and 99 % of the chosen requests take at most so long. The dots are single requests and lead to their traces, a trace to its lines in the log.',
              '선택한 요청의 절반, 95%, 99%가 끝나는 시간입니다. 점은 개별 요청으로, 트레이스를 거쳐 로그까지 이어집니다.',
            ),
            size: [8, 9],
            unit: 's',
            thresholds: [[1, 'red']],
            colors: quantileColors,
            targets: [
              line(quantile(0.5, httpRequestDuration, '', chosen), 'p50'),
              line(quantile(0.95, httpRequestDuration, '', chosen), 'p95'),
              withExemplars(line(quantile(0.99, httpRequestDuration, '', chosen), 'p99')),
            ],
            runbook: 'RouteLatencyHigh',
          }),
          lines(language, {
            title: say('95 % within, by route', '경로별 p95'),
            description: say(
              'The chosen routes side by side. Good: below the dashed line. All rising at once: the cause is shared (database, event loop, CPU).',
              '선택한 경로들의 p95를 비교합니다. 점선 아래면 정상입니다. 모두 함께 오르면 데이터베이스, 이벤트 루프, CPU처럼 공통 원인을 찾으세요.',
            ),
            size: [12, 9],
            unit: 's',
            thresholds: [[1, 'red']],
            legendAt: 'right',
            targets: [line(quantile(0.95, httpRequestDuration, route, chosen), '{{method}} {{path}}')],
            links: thisRoute,
            runbook: 'RouteLatencyHigh',
          }),
          heatmap(language, {
            title: say('Distribution of durations', '지연 시간 분포'),
            description: say(
              'How many of the chosen requests took how long. Two bands: two kinds of requests, such as cached and not.',
              '선택한 요청의 지연 시간대별 건수입니다. 띠가 둘이면 캐시 적중과 미적중처럼 성격이 다른 요청이 섞여 있습니다.',
            ),
            size: [12, 9],
            unit: 'reqps',
            axisUnit: 's',
            targets: [buckets(sum(bucketRate(httpRequestDuration, chosen), 'le'))],
          }),
        ],
      },
      {
        title: say('Label sets and limits', '레이블과 한도'),
        isClosed: true,
        panels: [
          lines(language, {
            title: say('Different routes over time', '경로 수 추이'),
            description: say(
              'Values of the label path. Good: flat after the start. The dashed line is where the alert begins.',
              'path 레이블 값의 수입니다. 기동 후 일정하면 정상입니다. 점선부터 알림 대상입니다.',
            ),
            size: [12, 8],
            unit: 'short',
            thresholds: [[200, 'red']],
            legend: 'none',
            targets: [line(paths, say('routes', '경로'))],
            runbook: 'PathCardinalityHigh',
          }),
          lines(language, {
            title: say('Measurements beyond the limit', '한도를 넘은 측정값'),
            description: say(
              'Measurements in a second that went into the overflow series, because a metric has MONITORING_MAX_SERIES label sets. Good: 0. The sums stay right, the labels do not.',
              '레이블 조합이 MONITORING_MAX_SERIES에 도달해 오버플로 시계열로 합쳐진 초당 측정값입니다. 0이면 정상입니다. 합계는 정확하지만 레이블 정보는 사라집니다.',
            ),
            size: [12, 8],
            unit: 'cps',
            noValue: say('None', '없음'),
            targets: [line(sum(rate(droppedLabelSetsTotal), 'metric'), '{{metric}}')],
            runbook: 'PathCardinalityHigh',
          }),
        ],
      },
    ],
  });
};
