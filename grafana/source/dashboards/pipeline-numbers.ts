import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Language } from '../language.ts';
import { stat } from '../panels.ts';
import { sum } from '../promql.ts';
import { alertmanager, collector, prometheusServer, up } from '../stack-metrics.ts';
import { allSignals, queueUse, stackRate } from '../stack-promql.ts';

/** Does everything arrive? */
export const pipelineNumbers = (language: Language): readonly Builder<Panel>[] => {
  const { say } = language;
  return [
    stat(language, {
      title: say('Targets down', '응답 없는 대상'),
      description: say(
        'Targets that Prometheus knows and cannot scrape. Good: 0. The table below says which.',
        'Prometheus가 알고 있지만 수집하지 못하는 대상 수입니다. 0이면 정상입니다. 아래 표에서 확인하세요.',
      ),
      size: [4, 4],
      unit: 'short',
      thresholds: [[1, 'red']],
      promql: `count(${up} == 0) or vector(0)`,
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
      promql: allSignals(collector.refused),
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
      promql: `${allSignals(collector.sendFailed)} + ${allSignals(collector.enqueueFailed)}`,
      runbook: 'CollectorExportFailing',
      noValue: say('No Collector', 'Collector 없음'),
    }),
    stat(language, {
      title: say('Fullest queue', '최대 큐 사용률'),
      description: say(
        'Of the queues in front of the Collector’s backends. Good: near 0. Above 80 % an alert fires; a full queue loses data.',
        'Collector 전송 큐 중 가장 많이 찬 비율입니다. 0에 가까우면 정상입니다. 80%를 넘으면 알림이 발생하고, 가득 차면 데이터가 유실됩니다.',
      ),
      size: [4, 4],
      unit: 'percentunit',
      decimals: 1,
      thresholds: [
        [0.5, 'yellow'],
        [0.8, 'red'],
      ],
      promql: `max(${queueUse})`,
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
      promql: sum(stackRate(prometheusServer.ruleFailures)),
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
      promql: `(${sum(stackRate(prometheusServer.notificationErrors))} or vector(0)) + (${sum(stackRate(alertmanager.failed))} or vector(0))`,
      runbook: 'NotificationsFailing',
    }),
  ];
};
