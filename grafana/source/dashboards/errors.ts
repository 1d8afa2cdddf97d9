import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  alertsTotal,
  errorEventsTotal,
  hookFailuresTotal,
  httpRequestsTotal,
} from '../../../src/catalog/metrics.ts';
import { newVersions, restarts } from '../annotations.ts';
import { outcomeColors } from '../colors.ts';
import { dashboard } from '../dashboard.ts';
import { firingAlerts } from '../firing-alerts.ts';
import type { Language } from '../language.ts';
import { ofLine, ofRow, toRoute } from '../links.ts';
import { logs, traces } from '../logs-and-traces.ts';
import { lines, stat } from '../panels.ts';
import { failed, rate, sum, total } from '../promql.ts';
import { table } from '../tables.ts';
import { line } from '../targets.ts';
import { instance, job, service } from '../variables.ts';

export const errors = (language: Language): Dashboard => {
  const { say } = language;
  /** Reports about repeats, which have one of the other outcomes as well. */
  const noDigest = 'outcome!="digest"';
  const lost = 'outcome=~"failed|dropped"';
  const lostOf = (metric: typeof alertsTotal): string => `${sum(total(metric, lost))} or vector(0)`;

  return dashboard(language, {
    name: 'errors',
    title: say('YkMake errors and alerts', 'YkMake 오류와 알림'),
    description: say(
      'What fails, whether anybody was told of it, and the traces and log lines that say why.',
      '무엇이 실패했는지, 담당자에게 전달됐는지, 원인을 보여 주는 트레이스와 로그를 봅니다.',
    ),
    refresh: '30s',
    variables: [job(language), instance(language), service(language)],
    annotations: [restarts(language), newVersions(language)],
    rows: [
      {
        panels: [
          stat(language, {
            title: say('5xx answers', '5xx 응답'),
            description: say(
              'Requests in a second that the server failed. Good: 0.',
              '서버 오류로 실패한 초당 요청 수입니다. 0이면 정상입니다.',
            ),
            size: [6, 4],
            unit: 'reqps',
            thresholds: [[0.001, 'red']],
            promql: `${sum(rate(httpRequestsTotal, failed))} or 0 * ${sum(rate(httpRequestsTotal))}`,
            runbook: 'AvailabilityBudgetBurn',
          }),
          stat(language, {
            title: say('Unexpected errors in this time', '기간 내 예상치 못한 오류'),
            description: say(
              'Errors in the time that is shown, repeats included: failed requests, what nobody caught, errors that were logged. Good: 0. Their traces and lines are at the bottom.',
              '선택한 기간의 오류 수(반복 포함)로 실패한 요청, 처리되지 않은 예외, 로그로 남은 오류입니다. 0이면 정상입니다. 맨 아래에서 트레이스와 로그를 볼 수 있습니다.',
            ),
            size: [6, 4],
            unit: 'short',
            decimals: 0,
            thresholds: [[0.5, 'red']],
            promql: `${sum(total(errorEventsTotal, noDigest))} or vector(0)`,
          }),
          stat(language, {
            title: say('Reports that Sentry missed', 'Sentry에 전달되지 않은 오류'),
            description: say(
              'Error reports in the time that is shown that failed or found no room. Good: 0. Check the DSN and the quota.',
              '선택한 기간에 전송 실패하거나 큐에서 밀려난 오류 보고 수입니다. 0이면 정상입니다. DSN과 할당량을 확인하세요.',
            ),
            size: [6, 4],
            unit: 'short',
            decimals: 0,
            thresholds: [[0.5, 'red']],
            promql: lostOf(errorEventsTotal),
            runbook: 'ErrorReportsFailing',
          }),
          stat(language, {
            title: say('Alerts that Slack missed', 'Slack에 전달되지 않은 알림'),
            description: say(
              'Alerts of the application in the time that is shown that failed or found no room. Good: 0. Check token and channel.',
              '선택한 기간에 전송 실패하거나 큐에서 밀려난 애플리케이션 알림 수입니다. 0이면 정상입니다. 토큰과 채널을 확인하세요.',
            ),
            size: [6, 4],
            unit: 'short',
            decimals: 0,
            thresholds: [[0.5, 'red']],
            promql: lostOf(alertsTotal),
            runbook: 'ErrorReportsFailing',
          }),
          lines(language, {
            title: say('5xx by route', '경로별 5xx'),
            description: say(
              'Failed requests in a second. Good: none. One route: its code. All: what they share. A click opens the route.',
              '경로별 초당 실패 요청 수입니다. 없으면 정상입니다. 한 경로면 그 코드, 모든 경로면 공통 원인을 찾으세요. 선을 누르면 경로가 열립니다.',
            ),
            size: [12, 9],
            unit: 'reqps',
            targets: [
              line(`${sum(rate(httpRequestsTotal, failed), 'method, path')} > 0`, '{{method}} {{path}}'),
            ],
            links: [toRoute(language, ofLine)],
            runbook: 'RouteErrorRatioHigh',
            noValue: say('No failed requests', '실패한 요청이 없습니다'),
          }),
          table(language, {
            title: say('Failed requests', '실패한 요청'),
            description: say(
              'By route and status in the time that is shown; 499 are connections that closed before the answer.',
              '선택한 기간의 경로·상태별 실패 수입니다. 499는 응답 전에 연결이 끊긴 요청입니다.',
            ),
            size: [12, 9],
            labels: {
              method: say('Method', '메서드'),
              path: say('Route', '경로'),
              status: say('Status', '상태'),
            },
            labelWidths: { method: 90, status: 80 },
            rowLinks: { path: [toRoute(language, ofRow)] },
            sortBy: say('Requests', '요청 수'),
            columns: [
              {
                title: say('Requests', '요청 수'),
                unit: 'locale',
                promql: `${sum(total(httpRequestsTotal, 'status=~"5..|499"'), 'method, path, status')} > 0`,
                width: 110,
              },
            ],
            noValue: say('No failed requests', '실패한 요청이 없습니다'),
          }),
        ],
      },
      {
        title: say('Who was told?', '전달 현황'),
        panels: [
          lines(language, {
            title: say('Errors by what became of them in Sentry', 'Sentry 처리 결과별 오류'),
            description: say(
              'Errors in a second. Good: sent and repeated only. not_configured: SENTRY_DSN is not set. failed or dropped: nobody will see them there.',
              '초당 오류 수입니다. sent와 repeated만 있으면 정상입니다. not_configured면 SENTRY_DSN이 없고, failed나 dropped면 Sentry에서 볼 수 없습니다.',
            ),
            size: [8, 8],
            unit: 'cps',
            colors: outcomeColors,
            targets: [line(sum(rate(errorEventsTotal), 'outcome'), '{{outcome}}')],
            runbook: 'ErrorReportsFailing',
            noValue: say('None', '없음'),
          }),
          lines(language, {
            title: say('Alerts by what became of them in Slack', 'Slack 처리 결과별 알림'),
            description: say(
              'Alerts of the application in a second. below_severity: less than MONITORING_ALERT_MIN_SEVERITY, on purpose. failed or dropped: nobody was told.',
              '애플리케이션이 보낸 초당 알림 수입니다. below_severity는 설정(MONITORING_ALERT_MIN_SEVERITY)에 따라 제외된 것이고, failed나 dropped면 전달되지 않았습니다.',
            ),
            size: [8, 8],
            unit: 'cps',
            colors: outcomeColors,
            targets: [line(sum(rate(alertsTotal), 'outcome'), '{{outcome}}')],
            runbook: 'ErrorReportsFailing',
            noValue: say('None', '없음'),
          }),
          lines(language, {
            title: say('Failures of the monitoring itself', '모니터링 자체의 실패'),
            description: say(
              'Failures in a second inside hooks of this package; the application did not notice. Good: none. Please report them.',
              '이 패키지의 훅 내부에서 난 초당 실패 수로 애플리케이션에는 영향이 없습니다. 없으면 정상입니다. 발생하면 제보해 주세요.',
            ),
            size: [8, 8],
            unit: 'cps',
            targets: [line(sum(rate(hookFailuresTotal), 'hook'), '{{hook}}')],
            noValue: say('None', '없음'),
          }),
          firingAlerts(language, [24, 6]),
        ],
      },
      {
        title: say('Traces and log lines (with Tempo and Loki)', '트레이스와 로그(Tempo, Loki 필요)'),
        isClosed: true,
        panels: [
          traces(language, {
            title: say('Traces with errors', '오류가 있는 트레이스'),
            description: say(
              'The latest traces in which a span failed. The id opens the trace, from which a click leads to its log lines.',
              '실패한 스팬이 있는 최근 트레이스입니다. ID를 누르면 트레이스가 열리고, 거기서 로그로 이동할 수 있습니다.',
            ),
            size: [24, 9],
          }),
          logs(language, {
            title: say('Error lines of the log', '오류 로그'),
            description: say(
              'Lines of level error and above, newest first. Open one: its trace is a click away.',
              'error 이상 수준의 로그를 최신순으로 보여 줍니다. 펼치면 트레이스로 이동할 수 있습니다.',
            ),
            size: [24, 10],
          }),
        ],
      },
    ],
  });
};
