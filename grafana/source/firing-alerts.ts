import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { MappingType, type Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Language } from './language.ts';
import { ofRow, runbookUrl } from './links.ts';
import { byName } from './panels.ts';
import { firing, since } from './rules.ts';
import { table } from './tables.ts';

/** What tells two alerts of one name and application apart, as the rules have it. */
const whatLabels: readonly string[] = [
  ...['method', 'path', 'operation', 'table', 'instance', 'receiver', 'exporter', 'integration'],
  ...['alertmanager', 'rule_group', 'signal', 'reason', 'service', 'slo', 'window', 'limit', 'metric'],
];

/** Without the spaces around it of labels that an alert does not have. */
const what = (alerts: string): string => {
  const joined = `label_join(${alerts}, "what", " ", ${whatLabels.map(label => `"${label}"`).join(', ')})`;
  return `label_replace(${joined}, "what", "\${1}", "what", " *(.*?) *")`;
};

/** Of all applications and of the stack itself: whoever is on call wants to know of any. */
export const firingAlerts = (language: Language, size: readonly [number, number]): Builder<Panel> => {
  const { say } = language;
  return table(language, {
    title: say('Firing alerts', '발생 중인 알림'),
    description: say(
      'Alerts of all applications and of the stack that fire now. Good: none. The name opens the runbook.',
      '모든 애플리케이션과 모니터링 스택에서 지금 발생 중인 알림입니다. 비어 있으면 정상입니다. 이름을 누르면 런북이 열립니다.',
    ),
    size,
    labels: {
      severity: say('Severity', '심각도'),
      alertname: say('Alert', '알림'),
      job: 'Job',
      what: say('What', '대상'),
    },
    labelWidths: { severity: 80, job: 90 },
    columns: [
      {
        title: say('For', '지속 시간'),
        unit: 's',
        promql: `max by (severity, alertname, job, what) (${what(`time() - ${since} and ignoring (alertstate) ${firing}`)})`,
        width: 90,
      },
    ],
    // critical, info, none, warning: the worst is the first of the alphabet.
    sortBy: say('Severity', '심각도'),
    isAscending: true,
    overrides: [
      byName('severity', {
        mappings: [
          {
            type: MappingType.ValueToText,
            options: { critical: { color: 'red' }, warning: { color: 'orange' } },
          },
        ],
        'custom.cellOptions': { type: 'color-text' },
      }),
    ],
    rowLinks: {
      alertname: [
        {
          title: say('Open the runbook', '런북 열기'),
          url: runbookUrl(ofRow('alertname')),
        },
      ],
    },
    noValue: say('Nothing is firing', '발생 중인 알림이 없습니다'),
  });
};
