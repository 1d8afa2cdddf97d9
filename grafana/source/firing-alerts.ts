import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Language } from './language.ts';
import { ofRow, runbookUrl } from './links.ts';
import { firing } from './rules.ts';
import { table } from './tables.ts';

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
      job: say('Application', '애플리케이션'),
    },
    labelWidths: { severity: 90 },
    columns: [
      {
        title: say('Alerts', '건수'),
        unit: 'short',
        promql: `count by (severity, alertname, job) (${firing})`,
        width: 80,
      },
    ],
    sortBy: say('Alerts', '건수'),
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
