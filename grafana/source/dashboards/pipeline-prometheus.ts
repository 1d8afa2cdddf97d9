import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Row } from '../dashboard.ts';
import type { Language } from '../language.ts';
import { lines } from '../panels.ts';
import { sum } from '../promql.ts';
import { alertmanager, prometheusServer, scrapeDuration, scrapedSamples, up } from '../stack-metrics.ts';
import { stackRate } from '../stack-promql.ts';
import { table } from '../tables.ts';
import { line } from '../targets.ts';

/** Whether Prometheus sees everything, and whether anybody is told. */
export const prometheusRow = (language: Language): Row => {
  const { say } = language;
  return {
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
  };
};
