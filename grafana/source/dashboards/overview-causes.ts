import { dbQueryDuration } from '../../../src/catalog/metrics.ts';
import { eventLoopLagP99, processCpu, processResidentMemory } from '../../../src/catalog/runtime.ts';
import type { Row } from '../dashboard.ts';
import type { Language } from '../language.ts';
import { toDashboard } from '../links.ts';
import { lines } from '../panels.ts';
import { quantile, rate, series } from '../promql.ts';
import { line } from '../targets.ts';

/** What makes requests slow or fail, one panel for each suspect. */
export const causes = (language: Language): Row => {
  const { say } = language;
  const runtime = toDashboard(language, 'runtime', say('Node.js runtime', 'Node.js 런타임'));
  return {
    title: say('Why?', '왜?'),
    panels: [
      lines(language, {
        title: say('Event-loop lag, p99', '이벤트 루프 지연 p99'),
        description: say(
          'How late Node.js comes to its work. Good: about 0.01 s, which is the sampling interval. Above 0.25 s every request waits: something computes too long at a stretch.',
          'Node.js가 작업을 얼마나 늦게 시작하는지 보여 줍니다. 측정 간격인 0.01초 안팎이면 정상입니다. 0.25초를 넘으면 동기 코드가 오래 실행되어 모든 요청이 기다리고 있습니다.',
        ),
        size: [6, 7],
        unit: 's',
        thresholds: [[0.25, 'red']],
        legend: 'none',
        targets: [line(series(eventLoopLagP99), '{{instance}}')],
        links: [runtime],
        runbook: 'EventLoopLagHigh',
      }),
      lines(language, {
        title: say('CPU, of one core', 'CPU(코어 1개 기준)'),
        description: say(
          'What each replica uses. JavaScript runs on one core: near 90 % more replicas help, or less work.',
          '인스턴스별 사용량입니다. JavaScript는 코어 하나에서 실행되므로 90%에 가까우면 인스턴스를 늘리거나 작업을 줄여야 합니다.',
        ),
        size: [6, 7],
        unit: 'percentunit',
        thresholds: [[0.9, 'red']],
        legend: 'none',
        targets: [line(rate(processCpu), '{{instance}}')],
        links: [runtime],
        runbook: 'CpuHigh',
      }),
      lines(language, {
        title: say('Memory', '메모리'),
        description: say(
          'Resident memory of each replica. Good: a level that it comes back to. A stair that only rises is a leak.',
          '인스턴스별 상주 메모리(RSS)입니다. 일정한 수준으로 돌아오면 정상이고, 계단처럼 계속 오르면 메모리 누수입니다.',
        ),
        size: [6, 7],
        unit: 'bytes',
        legend: 'none',
        targets: [line(series(processResidentMemory), '{{instance}}')],
        links: [runtime],
      }),
      lines(language, {
        title: say('Database, p95', '데이터베이스 p95'),
        description: say(
          '95 % of the queries take at most so long. Good: some milliseconds. It rises together with the duration of requests: they wait for the database.',
          '쿼리의 95%가 이 시간 안에 끝납니다. 수 밀리초면 정상입니다. 요청 지연 시간과 함께 오르면 요청이 데이터베이스를 기다리고 있습니다.',
        ),
        size: [6, 7],
        unit: 's',
        thresholds: [[0.5, 'red']],
        legend: 'none',
        targets: [line(quantile(0.95, dbQueryDuration), 'p95')],
        links: [toDashboard(language, 'database', say('Database', '데이터베이스'))],
        runbook: 'DatabaseLatencyHigh',
        noValue: say('No queries', '쿼리 없음'),
      }),
    ],
  };
};
