import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { droppedTotal, scrapeDuration as pageDuration, scrapesTotal } from '../../../src/catalog/metrics.ts';
import { outcomeColors } from '../colors.ts';
import { dashboard } from '../dashboard.ts';
import type { Language } from '../language.ts';
import { lines } from '../panels.ts';
import { rate, series, sum } from '../promql.ts';
import { scrapeDuration } from '../stack-metrics.ts';
import { line } from '../targets.ts';
import { instance, job } from '../variables.ts';
import { collectorRow } from './pipeline-collector.ts';
import { pipelineNumbers } from './pipeline-numbers.ts';
import { prometheusRow } from './pipeline-prometheus.ts';

export const pipeline = (language: Language): Dashboard => {
  const { say } = language;
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
        panels: [...pipelineNumbers(language)],
      },
      {
        title: say('Applications', '애플리케이션'),
        panels: [
          lines(language, {
            title: say('Telemetry that the application dropped', '애플리케이션에서 유실된 텔레메트리'),
            description: say(
              'What the chosen application could not deliver, by signal and reason. Good: none. export_failed: the Collector is away; queue_full: it is too slow.',
              '선택한 애플리케이션이 전달하지 못한 데이터(신호·사유별)입니다. 없으면 정상입니다. export_failed면 Collector에 닿지 않고, queue_full이면 처리가 느린 것입니다.',
            ),
            size: [8, 8],
            unit: 'cps',
            targets: [line(sum(rate(droppedTotal), 'signal, reason'), '{{signal}} {{reason}}')],
            noValue: say('Nothing dropped', '유실 없음'),
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
      collectorRow(language),
      prometheusRow(language),
    ],
  });
};
