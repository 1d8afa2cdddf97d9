import {
  externalMemory,
  gcDuration,
  heapSizeTotal,
  heapSizeUsed,
  heapSpaceUsed,
  processResidentMemory,
} from '../../../src/catalog/runtime.ts';
import type { Row } from '../dashboard.ts';
import type { Language } from '../language.ts';
import { lines } from '../panels.ts';
import { rate, series, sum, timeRate } from '../promql.ts';
import { line } from '../targets.ts';

/** What the memory is used for, and what its collection costs. */
export const memory = (language: Language): Row => {
  const { say } = language;
  return {
    title: say('Memory', '메모리'),
    panels: [
      lines(language, {
        title: say('Memory of the process', '프로세스 메모리'),
        description: say(
          'Resident, heap and what buffers hold outside of it, each of the replica that has most. Heap rises for hours: objects are kept. Only resident rises: buffers or native code.',
          '상주 메모리, 힙, 힙 밖의 버퍼로 각각 가장 큰 인스턴스의 값입니다. 힙이 몇 시간째 오르면 객체가 해제되지 않는 것이고, 상주 메모리만 오르면 버퍼나 네이티브 코드를 의심하세요.',
        ),
        size: [12, 9],
        unit: 'bytes',
        targets: [
          line(`max(${series(processResidentMemory)})`, say('resident', '상주(RSS)')),
          line(`max(${series(heapSizeTotal)})`, say('heap, reserved', '힙(할당)')),
          line(`max(${series(heapSizeUsed)})`, say('heap, used', '힙(사용)')),
          line(`max(${series(externalMemory)})`, say('outside of the heap', '힙 외부')),
        ],
      }),
      lines(language, {
        title: say('Heap by space', '공간별 힙'),
        description: say(
          'What the heap in use consists of, all replicas together. A leak grows in old or large_object; new only breathes.',
          '사용 중인 힙의 구성으로 모든 인스턴스의 합입니다. 누수는 old나 large_object에서 자라고 new는 오르내리기만 합니다.',
        ),
        size: [12, 9],
        unit: 'bytes',
        isStacked: true,
        legendAt: 'right',
        targets: [line(sum(series(heapSpaceUsed), 'space'), '{{space}}')],
      }),
      lines(language, {
        title: say('Time in garbage collection', '가비지 컬렉션 시간'),
        description: say(
          'Share of the time in which the worst replica collects, and all on average by kind. Good: below 2 %. Where the worst crosses the dashed line an alert fires: heap too small, or too much garbage.',
          '가장 나쁜 인스턴스가 가비지 컬렉션에 쓰는 시간 비율과 종류별 인스턴스 평균입니다. 2% 미만이면 정상입니다. 가장 나쁜 값이 점선을 넘으면 알림 대상이며 힙이 작거나 임시 객체가 너무 많은 것입니다.',
        ),
        size: [12, 8],
        unit: 'percentunit',
        thresholds: [[0.1, 'red']],
        targets: [
          line(
            `max(${sum(timeRate(gcDuration), 'instance')})`,
            say('all kinds, worst replica', '전체(가장 나쁜 인스턴스)'),
          ),
          line(`avg by (kind) (${timeRate(gcDuration)})`, '{{kind}}'),
        ],
        runbook: 'GarbageCollectionHigh',
      }),
      lines(language, {
        title: say('Collections', '가비지 컬렉션 횟수'),
        description: say(
          'Collections in a second, on average of the replicas. Many minor ones: short-lived objects. Many major ones: the heap is nearly full.',
          '인스턴스 평균 초당 횟수입니다. minor가 많으면 수명이 짧은 객체가 많고, major가 많으면 힙이 거의 찬 것입니다.',
        ),
        size: [12, 8],
        unit: 'ops',
        targets: [line(`avg by (kind) (${rate({ name: `${gcDuration.name}_count` })})`, '{{kind}}')],
        runbook: 'GarbageCollectionHigh',
      }),
    ],
  };
};
