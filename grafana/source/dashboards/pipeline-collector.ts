import type { Row } from '../dashboard.ts';
import type { Language } from '../language.ts';
import { lines } from '../panels.ts';
import { collector } from '../stack-metrics.ts';
import { ofSignals, queueUse } from '../stack-promql.ts';
import { line } from '../targets.ts';

/** What goes through the Collector, and what does not. */
export const collectorRow = (language: Language): Row => {
  const { say } = language;
  return {
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
        targets: ofSignals(language, collector.accepted),
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
        targets: ofSignals(language, collector.sent),
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
          ...ofSignals(language, collector.refused, say(' refused', ' 거부')),
          ...ofSignals(language, collector.sendFailed, say(' failed', ' 실패')),
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
        reach: 0.1,
        targets: [line(queueUse, '{{exporter}} {{data_type}}')],
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
  };
};
