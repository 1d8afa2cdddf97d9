import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import { droppedTotal, scrapeDuration as pageDuration, scrapesTotal } from '../../src/catalog/metrics.ts';
import { outcomeColors } from './colors.ts';
import { dashboard } from './dashboard.ts';
import type { Language } from './language.ts';
import { lines, stat } from './panels.ts';
import { rate, series, sum } from './promql.ts';
import {
  alertmanager,
  collector,
  prometheusServer,
  type Signal,
  scrapeDuration,
  scrapedSamples,
  signals,
  up,
} from './stack-metrics.ts';
import { table } from './tables.ts';
import { line, type Target } from './targets.ts';
import { instance, job } from './variables.ts';

/** Of the stack itself: whatever application is chosen. */
const stackRate = (name: string): string => `rate(${name}[$__rate_interval])`;

/** A series that the program has not begun is 0, if the program runs at all. */
const orZero = (promql: string, job: string): string => `${promql} or 0 * sum(${up}{job="${job}"})`;

export const pipeline = (language: Language): Dashboard => {
  const { say } = language;
  const signalName: Readonly<Record<Signal, string>> = {
    spans: say('spans', '스팬'),
    log_records: say('log records', '로그'),
    metric_points: say('metric points', '메트릭'),
  };
  const ofSignals = (name: (signal: Signal) => string, suffix = ''): readonly Target[] =>
    signals.map(signal =>
      line(orZero(sum(stackRate(name(signal))), 'otel-collector'), `${signalName[signal]}${suffix}`),
    );
  const allSignals = (name: (signal: Signal) => string): string =>
    signals.map(signal => `(${orZero(sum(stackRate(name(signal))), 'otel-collector')})`).join(' + ');
  const queue = `max by (exporter, data_type) (${collector.queueSize} / ${collector.queueCapacity})`;

  return dashboard(language, {
    name: 'pipeline',
    title: say('YkMake telemetry pipeline', 'YkMake 텔레메트리 파이프라인'),
    description: say(
      'Whether what you see is complete: from the applications by the Collector and Prometheus to the alerts.',
      '보고 있는 데이터가 온전한지 애플리케이션, Collector, Prometheus, 알림 순서로 확인합니다.',
    ),
    refresh: '30s',
    variables: [job(language), instance(language)],
    annotations: [],
    rows: [
      {
        panels: [
          stat(language, {
            title: say('Targets down', '응답 없는 대상'),
            description: say(
              'Targets that Prometheus knows and cannot scrape. Good: 0. The table below says which.',
              'Prometheus가 알고 있지만 수집하지 못하는 대상 수입니다. 0이면 정상입니다. 아래 표에서 확인하세요.',
            ),
            size: [4, 4],
            unit: 'short',
            thresholds: [[1, 'red']],
            targets: [line(`count(${up} == 0) or vector(0)`, '')],
            runbook: 'TargetDown',
          }),
          stat(language, {
            title: say('Collector refuses', 'Collector 거부'),
            description: say(
              'Spans, log records and metric points in a second that the Collector sent back. Good: 0. Its memory is short, or what it got is malformed.',
              'Collector가 받지 않은 초당 스팬·로그·메트릭 수입니다. 0이면 정상입니다. 메모리가 부족하거나 데이터 형식이 잘못된 것입니다.',
            ),
            size: [4, 4],
            unit: 'cps',
            thresholds: [[0.001, 'red']],
            targets: [line(allSignals(collector.refused), '')],
            runbook: 'CollectorRefusing',
            noValue: say('No Collector', 'Collector 없음'),
          }),
          stat(language, {
            title: say('Collector cannot send', 'Collector 전송 실패'),
            description: say(
              'What the Collector gave up to send in a second. Good: 0. The backend is away for longer than the queue can bridge.',
              'Collector가 전송을 포기한 초당 데이터 수입니다. 0이면 정상입니다. 큐가 버틸 수 있는 시간보다 오래 백엔드가 응답하지 않은 것입니다.',
            ),
            size: [4, 4],
            unit: 'cps',
            thresholds: [[0.001, 'red']],
            targets: [
              line(`${allSignals(collector.sendFailed)} + ${allSignals(collector.enqueueFailed)}`, ''),
            ],
            runbook: 'CollectorExportFailing',
            noValue: say('No Collector', 'Collector 없음'),
          }),
          stat(language, {
            title: say('Fullest queue', '가장 찬 큐'),
            description: say(
              'Of the queues in front of the Collector’s backends. Good: near 0. Above 80 % an alert fires; a full queue loses data.',
              'Collector 전송 큐 중 가장 많이 찬 비율입니다. 0에 가까우면 정상입니다. 80%를 넘으면 알림이 발생하고, 가득 차면 데이터가 유실됩니다.',
            ),
            size: [4, 4],
            unit: 'percentunit',
            thresholds: [
              [0.5, 'yellow'],
              [0.8, 'red'],
            ],
            targets: [line(`max(${queue})`, '')],
            runbook: 'CollectorQueueAlmostFull',
            noValue: say('No queue', '큐 없음'),
          }),
          stat(language, {
            title: say('Rules that fail', '규칙 평가 실패'),
            description: say(
              'Evaluations of rules in a second that failed. Good: 0. While one fails its alert cannot fire.',
              '실패한 초당 규칙 평가 수입니다. 0이면 정상입니다. 실패하는 동안에는 해당 알림이 발생하지 않습니다.',
            ),
            size: [4, 4],
            unit: 'cps',
            thresholds: [[0.001, 'red']],
            targets: [line(sum(stackRate(prometheusServer.ruleFailures)), '')],
            runbook: 'PrometheusRuleFailures',
          }),
          stat(language, {
            title: say('Notifications that fail', '알림 전송 실패'),
            description: say(
              'Alerts in a second that Prometheus could not hand to Alertmanager, or Alertmanager to its receivers. Good: 0. Nobody is told while this fails.',
              'Prometheus에서 Alertmanager로, 또는 Alertmanager에서 수신자로 보내지 못한 초당 알림 수입니다. 0이면 정상이며, 실패하는 동안 아무도 알림을 받지 못합니다.',
            ),
            size: [4, 4],
            unit: 'cps',
            thresholds: [[0.001, 'red']],
            targets: [
              line(
                `(${sum(stackRate(prometheusServer.notificationErrors))} or vector(0)) + (${sum(stackRate(alertmanager.failed))} or vector(0))`,
                '',
              ),
            ],
            runbook: 'NotificationsFailing',
          }),
        ],
      },
      {
        title: say('Applications', '애플리케이션'),
        panels: [
          lines(language, {
            title: say('Telemetry that the application dropped', '애플리케이션이 버린 텔레메트리'),
            description: say(
              'What the chosen application could not deliver, by signal and reason. Good: none. export_failed: the Collector is away; queue_full: it is too slow.',
              '선택한 애플리케이션이 전달하지 못한 데이터(신호·사유별)입니다. 없으면 정상입니다. export_failed면 Collector에 닿지 않고, queue_full이면 처리가 느린 것입니다.',
            ),
            size: [8, 8],
            unit: 'cps',
            targets: [line(sum(rate(droppedTotal), 'signal, reason'), '{{signal}} {{reason}}')],
            noValue: say('Nothing dropped', '버려진 데이터 없음'),
            runbook: 'TelemetryDropped',
          }),
          lines(language, {
            title: say('Scrapes of the application', '애플리케이션 수집 요청'),
            description: say(
              'Requests for its metrics page in a second. Good: ok only. unauthorized: somebody scrapes with a wrong token; failed: the page could not be made.',
              '메트릭 페이지에 대한 초당 요청 수입니다. ok만 있으면 정상입니다. unauthorized면 토큰이 틀린 요청이고, failed면 페이지를 만들지 못한 것입니다.',
            ),
            size: [8, 8],
            unit: 'reqps',
            colors: outcomeColors,
            targets: [line(sum(rate(scrapesTotal), 'outcome'), '{{outcome}}')],
          }),
          lines(language, {
            title: say('Duration of a scrape', '수집 소요 시간'),
            description: say(
              'How long the application takes to make its page, and Prometheus to get it. Good: some milliseconds. Rising: too many series.',
              '애플리케이션이 페이지를 만드는 시간과 Prometheus가 가져오는 시간입니다. 수 밀리초면 정상이고, 오르면 시계열이 너무 많은 것입니다.',
            ),
            size: [8, 8],
            unit: 's',
            targets: [
              line(`max(${series(pageDuration)})`, say('made in', '생성')),
              line(`max(${series({ name: scrapeDuration })})`, say('scraped in', '수집')),
            ],
          }),
        ],
      },
      {
        title: say('Collector', 'Collector'),
        panels: [
          lines(language, {
            title: say('Accepted', '수신'),
            description: say(
              'What comes in, in a second. Good: in proportion to the requests. 0 for spans: the applications do not reach it.',
              '초당 수신량입니다. 요청 수에 비례하면 정상입니다. 스팬이 0이면 애플리케이션이 Collector에 닿지 못하는 것입니다.',
            ),
            size: [8, 8],
            unit: 'cps',
            targets: ofSignals(collector.accepted),
            runbook: 'CollectorDown',
          }),
          lines(language, {
            title: say('Sent', '전송'),
            description: say(
              'What goes out to all backends, in a second. Good: what came in, times the backends of the signal. Less for long: see the queue.',
              '모든 백엔드로 보낸 초당 데이터 수입니다. 수신량에 백엔드 수를 곱한 값이면 정상입니다. 오래 적다면 큐를 확인하세요.',
            ),
            size: [8, 8],
            unit: 'cps',
            targets: ofSignals(collector.sent),
            runbook: 'CollectorExportFailing',
          }),
          lines(language, {
            title: say('Refused and failed', '거부와 실패'),
            description: say(
              'Sent back to the application, or given up on the way to a backend. Good: all 0.',
              '애플리케이션에 되돌려 보냈거나 백엔드로 보내지 못한 데이터입니다. 모두 0이면 정상입니다.',
            ),
            size: [8, 8],
            unit: 'cps',
            targets: [
              ...ofSignals(collector.refused, say(' refused', ' 거부')),
              ...ofSignals(collector.sendFailed, say(' failed', ' 실패')),
            ],
            runbook: 'CollectorRefusing',
          }),
          lines(language, {
            title: say('Queues', '큐'),
            description: say(
              'How full the queue of each exporter is. Good: near 0. A slope says how long until data is lost; the dashed line is where the alert begins.',
              '익스포터별 큐 사용률입니다. 0에 가까우면 정상입니다. 기울기로 유실까지 남은 시간을 가늠할 수 있으며 점선부터 알림 대상입니다.',
            ),
            size: [12, 8],
            unit: 'percentunit',
            thresholds: [[0.8, 'red']],
            targets: [line(queue, '{{exporter}} {{data_type}}')],
            runbook: 'CollectorQueueAlmostFull',
          }),
          lines(language, {
            title: say('Memory of the Collector', 'Collector 메모리'),
            description: say(
              'Resident memory. Good: a level. Near its limit the memory limiter refuses data before the system kills the process.',
              '상주 메모리입니다. 일정하면 정상입니다. 한도에 가까워지면 강제 종료되기 전에 memory_limiter가 데이터를 거부합니다.',
            ),
            size: [12, 8],
            unit: 'bytes',
            targets: [line(collector.memory, '{{instance}}')],
            runbook: 'CollectorRefusing',
          }),
        ],
      },
      {
        title: say('Prometheus and Alertmanager', 'Prometheus와 Alertmanager'),
        panels: [
          table(language, {
            title: say('Targets', '수집 대상'),
            description: say(
              'Every target that Prometheus knows. Good: all up, and a scrape well below the interval of 15 s.',
              'Prometheus가 아는 모든 대상입니다. 모두 up이고 수집 시간이 간격(15초)보다 훨씬 짧으면 정상입니다.',
            ),
            size: [12, 9],
            labels: { job: 'Job', instance: say('Target', '대상') },
            sortBy: say('Samples', '샘플 수'),
            columns: [
              {
                title: say('State', '상태'),
                unit: 'short',
                promql: `max by (job, instance) (${up})`,
                mappings: [
                  {
                    type: MappingType.ValueToText,
                    options: { '0': { text: 'down', color: 'red' }, '1': { text: 'up', color: 'green' } },
                  },
                ],
                isColored: true,
                width: 90,
              },
              {
                title: say('Scrape', '수집 시간'),
                unit: 's',
                promql: `max by (job, instance) (${scrapeDuration})`,
                thresholds: [[5, 'red']],
                width: 110,
              },
              {
                title: say('Samples', '샘플 수'),
                unit: 'short',
                promql: `max by (job, instance) (${scrapedSamples})`,
                width: 110,
              },
            ],
            runbook: 'TargetDown',
          }),
          lines(language, {
            title: say('Series in Prometheus', 'Prometheus 시계열 수'),
            description: say(
              'Series in its memory. Good: flat. Steps that do not come back: a label takes ever new values.',
              '메모리에 있는 시계열 수입니다. 일정하면 정상입니다. 계단처럼 올라 내려오지 않으면 어떤 레이블의 값이 계속 늘고 있는 것입니다.',
            ),
            size: [12, 9],
            unit: 'short',
            legend: 'none',
            targets: [line(prometheusServer.headSeries, '{{instance}}')],
            runbook: 'PathCardinalityHigh',
          }),
          lines(language, {
            title: say('Evaluation of rules', '규칙 평가 시간'),
            description: say(
              'How long the slowest groups of rules take. Good: far below their interval of 15 s; beyond it alerts come late.',
              '가장 느린 규칙 그룹의 평가 시간입니다. 간격(15초)보다 훨씬 짧으면 정상이며, 넘으면 알림이 늦어집니다.',
            ),
            size: [8, 8],
            unit: 's',
            thresholds: [[15, 'red']],
            targets: [
              // The label is the path of the file; the name of the group is behind it.
              line(
                `max by (group) (label_replace(${prometheusServer.ruleGroupDuration}, "group", "\${1}", "rule_group", ".*;(.+)"))`,
                '{{group}}',
              ),
            ],
            runbook: 'PrometheusRuleFailures',
          }),
          lines(language, {
            title: say('Configuration of Prometheus', 'Prometheus 설정'),
            description: say(
              'Whether the last reload of the configuration worked (1) and how many evaluations of rules were missed. Good: 1 and 0.',
              '마지막 설정 다시 읽기의 성공 여부(1)와 놓친 규칙 평가 횟수입니다. 1과 0이면 정상입니다.',
            ),
            size: [8, 8],
            unit: 'short',
            targets: [
              line(`min(${prometheusServer.reloadSuccessful})`, say('reload worked', '설정 적용')),
              line(
                `sum(increase(${prometheusServer.missedIterations}[$__rate_interval]))`,
                say('missed evaluations', '놓친 평가'),
              ),
            ],
            runbook: 'PrometheusConfigReloadFailed',
          }),
          lines(language, {
            title: say('Notifications', '알림 전송'),
            description: say(
              'What Prometheus hands to Alertmanager, and what that sends on, by way. Good: the first never 0, because Watchdog always fires; the second follows the alerts.',
              'Prometheus가 Alertmanager로 넘긴 알림과 수신 방법별 전송량입니다. Watchdog이 항상 발생하므로 앞의 값은 0이 아니어야 정상입니다.',
            ),
            size: [8, 8],
            unit: 'cps',
            targets: [
              line(sum(stackRate(prometheusServer.notificationsSent)), 'Prometheus → Alertmanager'),
              line(
                sum(stackRate(prometheusServer.notificationsDropped)),
                say('Prometheus, dropped', 'Prometheus 유실'),
              ),
              line(
                `${sum(stackRate(alertmanager.notifications), 'integration')} > 0`,
                'Alertmanager → {{integration}}',
              ),
            ],
            runbook: 'NotificationsFailing',
          }),
        ],
      },
    ],
  });
};
