import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { httpRequestDuration, httpRequestsTotal } from '../../../src/catalog/metrics.ts';
import { newVersions } from '../annotations.ts';
import { dashboard } from '../dashboard.ts';
import type { Language } from '../language.ts';
import { jobOnly, ofRow, toRoute } from '../links.ts';
import { lines, type PanelContent, stat } from '../panels.ts';
import { failed, sum, total, wholeJob } from '../promql.ts';
import { budgetRemaining, errorRatio, objective, type Window } from '../rules.ts';
import { table } from '../tables.ts';
import { line } from '../targets.ts';
import { job } from '../variables.ts';

type Objective = 'availability' | 'latency';

const ofJob = (name: string, slo: Objective): string => `${name}{job="$job",slo="${slo}"}`;

/** How many times faster than allowed the budget is spent; at 1 it lasts exactly 30 days. */
const burn = (window: Window, slo?: Objective): string =>
  `${errorRatio(window)}{job="$job"${slo ? `,slo="${slo}"` : ''}} / on (slo) group_left () (1 - ${objective})`;

/** As the alerts look at it: both windows of a pair must burn at its factor. */
const windows: readonly Window[] = ['5m', '30m', '1h', '2h', '6h', '1d', '3d', '30d'];

export const slo = (language: Language): Dashboard => {
  const { say } = language;
  const budgetThresholds: PanelContent['thresholds'] = [
    [0, 'orange'],
    [0.25, 'yellow'],
    [0.5, 'green'],
  ];
  const noHistory = say('No history yet', '이력 없음');
  const byRoute = (name: string, matchers: string): string =>
    sum(total({ name }, matchers, wholeJob), 'method, path');
  const served = 'status!~"499|501",path!="unmatched"';
  const slow = `${byRoute(`${httpRequestDuration.name}_count`, served)} - ${byRoute(
    `${httpRequestDuration.name}_bucket`,
    `${served},le="0.5"`,
  )}`;
  const burnLines = (slo: Objective) =>
    (['1h', '6h', '1d', '3d'] as const).map(window => line(burn(window, slo), window));
  const burnThresholds: PanelContent['thresholds'] = [
    [1, 'yellow'],
    [6, 'orange'],
    [14.4, 'red'],
  ];

  return dashboard(language, {
    name: 'slo',
    title: say('YkMake objectives', 'YkMake SLO'),
    description: say(
      'What users were promised, what is left of the error budget of 30 days, and how fast it goes.',
      '사용자와의 약속(SLO), 30일 오류 예산의 잔량과 소진 속도를 봅니다.',
    ),
    refresh: '1m',
    variables: [job(language)],
    annotations: [newVersions(language)],
    rows: [
      {
        panels: [
          stat(language, {
            title: say('Availability budget left', '가용성 예산 잔량'),
            description: say(
              'What is left of the failed requests that 30 days may have. Good: more than half. Below 0 the objective is missed.',
              '30일 동안 허용된 실패 요청 중 남은 비율입니다. 절반 이상이면 정상이고, 0 미만이면 목표를 지키지 못한 것입니다.',
            ),
            size: [6, 5],
            unit: 'percentunit',
            base: 'red',
            max: 1,
            thresholds: budgetThresholds,
            promql: ofJob(budgetRemaining, 'availability'),
            runbook: 'AvailabilityBudgetBurn',
            noValue: noHistory,
          }),
          stat(language, {
            title: say('Latency budget left', '지연 시간 예산 잔량'),
            description: say(
              'What is left of the slow requests (above 0.5 s) that 30 days may have. Good: more than half. Below 0 the objective is missed.',
              '30일 동안 허용된 느린 요청(0.5초 초과) 중 남은 비율입니다. 절반 이상이면 정상이고, 0 미만이면 목표를 지키지 못한 것입니다.',
            ),
            size: [6, 5],
            unit: 'percentunit',
            base: 'red',
            max: 1,
            thresholds: budgetThresholds,
            promql: ofJob(budgetRemaining, 'latency'),
            runbook: 'LatencyBudgetBurn',
            noValue: noHistory,
          }),
          stat(language, {
            title: say('Answered without 5xx, 30 days', '5xx 없이 응답한 비율(30일)'),
            description: say(
              'Share of requests that the server did not fail. Good: 99.9 % and more, the objective.',
              '서버 오류 없이 응답한 요청의 비율입니다. 목표인 99.9% 이상이면 정상입니다.',
            ),
            size: [6, 5],
            unit: 'percentunit',
            decimals: 3,
            max: 1,
            base: 'red',
            thresholds: [[0.999, 'green']],
            promql: `1 - ${ofJob(errorRatio('30d'), 'availability')}`,
            runbook: 'AvailabilityBudgetBurn',
            noValue: noHistory,
          }),
          stat(language, {
            title: say('Answered within 0.5 s, 30 days', '0.5초 안에 응답한 비율(30일)'),
            description: say(
              'Share of requests that were answered in time. Good: 99 % and more, the objective.',
              '제시간에 응답한 요청의 비율입니다. 목표인 99% 이상이면 정상입니다.',
            ),
            size: [6, 5],
            unit: 'percentunit',
            decimals: 2,
            max: 1,
            base: 'red',
            thresholds: [[0.99, 'green']],
            promql: `1 - ${ofJob(errorRatio('30d'), 'latency')}`,
            runbook: 'LatencyBudgetBurn',
            noValue: noHistory,
          }),
          table(language, {
            title: say('Burn rate per window', '구간별 소진 속도'),
            description: say(
              'All windows of the alerts now. Alerts fire for 14.4 (1h and 5m), 6 (6h and 30m), 3 (1d and 2h), 1 (3d and 6h), both windows of a pair together.',
              '알림에 쓰이는 모든 구간의 현재 값입니다. 14.4(1h·5m), 6(6h·30m), 3(1d·2h), 1(3d·6h)에서 두 구간이 함께 넘으면 알림이 발생합니다.',
            ),
            size: [24, 5],
            labels: { slo: say('Objective', '목표') },
            sortBy: '1h',
            columns: windows.map(window => ({
              title: window,
              unit: 'short',
              promql: `sum by (slo) (${burn(window)})`,
              thresholds: [
                [1, 'yellow'],
                [6, 'orange'],
                [14.4, 'red'],
              ] as const,
            })),
          }),
          lines(language, {
            title: say('Burn rate, availability', '가용성 예산 소진 속도'),
            description: say(
              'How many times faster than allowed errors spend the budget, per window. Good: below 1. Dashed: 6 and 14.4, where somebody is called if a short window agrees.',
              '오류가 허용 속도의 몇 배로 예산을 소진하는지 구간별로 보여 줍니다. 1 미만이면 정상입니다. 점선(6, 14.4)을 짧은 구간도 함께 넘으면 당직자를 호출합니다.',
            ),
            size: [12, 9],
            unit: 'short',
            thresholds: burnThresholds,
            legend: ['lastNotNull'],
            legendAt: 'right',
            targets: burnLines('availability'),
            runbook: 'AvailabilityBudgetBurn',
          }),
          lines(language, {
            title: say('Burn rate, latency', '지연 시간 예산 소진 속도'),
            description: say(
              'How many times faster than allowed slow requests spend the budget, per window. Good: below 1. A long window stays high for its whole length after a fault.',
              '느린 요청이 허용 속도의 몇 배로 예산을 소진하는지 구간별로 보여 줍니다. 1 미만이면 정상입니다. 긴 구간은 장애가 끝난 뒤에도 그 길이만큼 높게 남습니다.',
            ),
            size: [12, 9],
            unit: 'short',
            thresholds: burnThresholds,
            legend: ['lastNotNull'],
            legendAt: 'right',
            targets: burnLines('latency'),
            runbook: 'LatencyBudgetBurn',
          }),
          lines(language, {
            title: say('Budget left over time', '예산 잔량 추이'),
            description: say(
              'Both budgets; choose 30 days to see a period. A cliff is one incident, a slope a defect that is always there.',
              '두 예산의 추이입니다. 30일을 선택하면 전체 기간을 볼 수 있습니다. 절벽은 한 번의 장애, 완만한 경사는 상존하는 결함입니다.',
            ),
            size: [24, 8],
            unit: 'percentunit',
            max: 1,
            thresholds: [[0, 'red']],
            legend: ['min', 'lastNotNull'],
            targets: [line(`${budgetRemaining}{job="$job"}`, '{{slo}}')],
          }),
        ],
      },
      {
        title: say('Who spends it?', '어디에서 소진되나?'),
        panels: [
          table(language, {
            title: say('Failed requests by route', '경로별 실패한 요청'),
            description: say(
              'Requests answered with 5xx in the time that is shown: the routes that spend the availability budget. Fix the first.',
              '선택한 기간에 5xx로 응답한 요청으로, 가용성 예산을 소진하는 경로입니다. 맨 위부터 고치세요.',
            ),
            size: [12, 8],
            labels: { method: say('Method', '메서드'), path: say('Route', '경로') },
            labelWidths: { method: 90 },
            rowLinks: { path: [toRoute(language, ofRow, jobOnly)] },
            sortBy: say('Failed', '실패'),
            columns: [
              {
                title: say('Failed', '실패'),
                unit: 'locale',
                promql: `${byRoute(httpRequestsTotal.name, failed)} > 0`,
                width: 110,
              },
            ],
            runbook: 'AvailabilityBudgetBurn',
            noValue: say('No failed requests', '실패한 요청이 없습니다'),
          }),
          table(language, {
            title: say('Slow requests by route', '경로별 느린 요청'),
            description: say(
              'Requests above 0.5 s in the time that is shown: the routes that spend the latency budget.',
              '선택한 기간에 0.5초를 넘은 요청으로, 지연 시간 예산을 소진하는 경로입니다.',
            ),
            size: [12, 8],
            labels: { method: say('Method', '메서드'), path: say('Route', '경로') },
            labelWidths: { method: 90 },
            rowLinks: { path: [toRoute(language, ofRow, jobOnly)] },
            sortBy: say('Slow', '느림'),
            columns: [{ title: say('Slow', '느림'), unit: 'locale', promql: `(${slow}) > 0`, width: 110 }],
            runbook: 'LatencyBudgetBurn',
            noValue: say('No slow requests', '느린 요청이 없습니다'),
          }),
        ],
      },
    ],
  });
};
