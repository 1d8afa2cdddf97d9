import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { activeUsers, httpRequestDuration, httpRequestsTotal } from '../../../src/catalog/metrics.ts';
import type { Language } from '../language.ts';
import { toDashboard } from '../links.ts';
import { stat } from '../panels.ts';
import { failed, quantile, rate, ratio, series, sum } from '../promql.ts';
import { budgetRemaining, firing } from '../rules.ts';

/** Is it broken for users? */
export const overviewNumbers = (language: Language): readonly Builder<Panel>[] => {
  const { say } = language;
  const routes = toDashboard(language, 'routes', say('Routes', '경로별 보기'));
  return [
    stat(language, {
      title: say('Requests', '요청'),
      description: say(
        'Requests answered in a second. Good: as usual for this hour. A sudden fall is worse than a rise: look whether clients still reach the application.',
        '초당 처리한 요청 수입니다. 평소 이 시간대와 비슷하면 정상입니다. 갑자기 줄었다면 늘어난 것보다 위험하니 클라이언트가 애플리케이션에 도달하는지 확인하세요.',
      ),
      size: [4, 4],
      unit: 'reqps',
      promql: sum(rate(httpRequestsTotal)),
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
      promql: ratio(sum(rate(httpRequestsTotal, failed)), sum(rate(httpRequestsTotal))),
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
      promql: quantile(0.95, httpRequestDuration),
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
      promql: `${budgetRemaining}{job="$job",slo="availability"}`,
      links: [toDashboard(language, 'slo', say('Objectives', 'SLO'))],
      runbook: 'AvailabilityBudgetBurn',
      noValue: say('No history yet', '이력 없음'),
    }),
    stat(language, {
      title: say('Active users', '활성 사용자'),
      description: say(
        'Users of the last five minutes, as the replica that has seen most of them counts: at least so many. With sticky sessions add the replicas up. No value until the application names its users.',
        '최근 5분간의 사용자 수로, 가장 많이 센 인스턴스의 값이며 실제 사용자는 적어도 이만큼입니다. 스티키 세션이면 인스턴스별 값을 더하세요. 애플리케이션이 사용자를 알려 주기 전에는 값이 없습니다.',
      ),
      size: [4, 4],
      unit: 'short',
      promql: `max(${series(activeUsers)})`,
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
      promql: `count(${firing}) or vector(0)`,
      links: [toDashboard(language, 'errors', say('Errors and alerts', '오류와 알림'))],
    }),
  ];
};
