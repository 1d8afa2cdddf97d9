import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  httpRequestDuration,
  httpRequestsInFlight,
  httpRequestsTotal,
} from '../../../src/catalog/metrics.ts';
import type { Language } from '../language.ts';
import { toDashboard } from '../links.ts';
import { stat } from '../panels.ts';
import { failed, quantile, rate, ratio, series, sum } from '../promql.ts';

/** How the chosen routes are, and how many there are. */
export const routesNumbers = (language: Language): readonly Builder<Panel>[] => {
  const { say } = language;
  const chosen = 'method=~"$method",path=~"$path"';
  const all = sum(rate(httpRequestsTotal, chosen));
  const paths = `count(count by (path) (${series(httpRequestsTotal)}))`;
  return [
    stat(language, {
      title: say('Requests', '요청'),
      description: say(
        'Requests in a second on the chosen routes. Good: as usual for this hour.',
        '선택한 경로의 초당 요청 수입니다. 평소 이 시간대와 비슷하면 정상입니다.',
      ),
      size: [4, 4],
      unit: 'reqps',
      promql: all,
      runbook: 'TrafficDropped',
    }),
    stat(language, {
      title: say('Error ratio', '오류 비율'),
      description: say(
        'Share of 5xx on the chosen routes. Good: below 0.1 %. Above 5 % for ten minutes an alert fires.',
        '선택한 경로의 5xx 비율입니다. 0.1% 미만이면 정상이고, 5%를 10분간 넘으면 알림이 발생합니다.',
      ),
      size: [4, 4],
      unit: 'percentunit',
      thresholds: [
        [0.001, 'yellow'],
        [0.05, 'red'],
      ],
      promql: ratio(sum(rate(httpRequestsTotal, `${chosen},${failed}`)), all),
      links: [toDashboard(language, 'errors', say('Errors and alerts', '오류와 알림'))],
      runbook: 'RouteErrorRatioHigh',
      noValue: say('No requests', '요청 없음'),
    }),
    stat(language, {
      title: say('Duration, 95 % within', '지연 시간 p95'),
      description: say(
        'On the chosen routes. Good: below 0.5 s. Above 1 s an alert fires: look whether the database or the event loop is slow, too.',
        '선택한 경로의 p95입니다. 0.5초 미만이면 정상이고 1초를 넘으면 알림이 발생합니다. 데이터베이스나 이벤트 루프도 느린지 확인하세요.',
      ),
      size: [4, 4],
      unit: 's',
      thresholds: [
        [0.5, 'yellow'],
        [1, 'red'],
      ],
      promql: quantile(0.95, httpRequestDuration, '', chosen),
      links: [toDashboard(language, 'database', say('Database', '데이터베이스'))],
      runbook: 'RouteLatencyHigh',
      noValue: say('No requests', '요청 없음'),
    }),
    stat(language, {
      title: say('In flight', '처리 중'),
      description: say(
        'Requests being served now, on all routes. Good: few. Rising without more requests: they hang.',
        '모든 경로에서 지금 처리 중인 요청 수입니다. 적을수록 좋습니다. 요청이 늘지 않았는데 오르면 요청이 멈춰 있는 것입니다.',
      ),
      size: [4, 4],
      unit: 'short',
      promql: sum(series(httpRequestsInFlight)),
    }),
    stat(language, {
      title: say('Unmatched', '일치하는 경로 없음'),
      description: say(
        'Requests in a second that no route took. Good: few. Many: a broken link, a client of an old version, or a scanner.',
        '어느 경로와도 일치하지 않은 초당 요청 수입니다. 적으면 정상입니다. 많다면 깨진 링크, 구버전 클라이언트, 스캐너를 의심하세요.',
      ),
      size: [4, 4],
      unit: 'reqps',
      promql: `${sum(rate(httpRequestsTotal, 'path="unmatched"'))} or 0 * ${sum(rate(httpRequestsTotal))}`,
    }),
    stat(language, {
      title: say('Different routes', '경로 수'),
      description: say(
        'Values of the label path. Good: as many as the application has routes. Above 200 paths hold ids: a router is not seen.',
        'path 레이블 값의 수입니다. 애플리케이션의 경로 수와 비슷하면 정상입니다. 200을 넘으면 경로에 ID가 섞인 것이니 라우터가 인식되는지 확인하세요.',
      ),
      size: [4, 4],
      unit: 'short',
      thresholds: [
        [100, 'yellow'],
        [200, 'red'],
      ],
      promql: paths,
      runbook: 'PathCardinalityHigh',
    }),
  ];
};
