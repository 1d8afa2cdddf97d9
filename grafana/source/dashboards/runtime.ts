import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { buildInfo } from '../../../src/catalog/metrics.ts';
import {
  activeHandles,
  eventLoopLagMean,
  eventLoopLagP99,
  processCpu,
  processCpuSystem,
  processMaxFds,
  processOpenFds,
  processResidentMemory,
  processStartTime,
} from '../../../src/catalog/runtime.ts';
import { newVersions, restarts } from '../annotations.ts';
import { dashboard } from '../dashboard.ts';
import type { Language } from '../language.ts';
import { lines, stat } from '../panels.ts';
import { rate, series, sum } from '../promql.ts';
import { table } from '../tables.ts';
import { line } from '../targets.ts';
import { instance, job } from '../variables.ts';
import { memory } from './runtime-memory.ts';

export const runtime = (language: Language): Dashboard => {
  const { say } = language;
  const started = `sum(changes(${series(processStartTime)}[$__range]))`;
  const descriptors = `${series(processOpenFds)} / ${series(processMaxFds)}`;

  return dashboard(language, {
    name: 'runtime',
    title: say('YkMake Node.js runtime', 'YkMake Node.js 런타임'),
    description: say(
      'Whether the process itself is the bottleneck: event loop, garbage collection, memory, CPU, descriptors.',
      '프로세스 자체가 병목인지 이벤트 루프, 가비지 컬렉션, 메모리, CPU, 디스크립터로 확인합니다.',
    ),
    refresh: '30s',
    variables: [job(language), instance(language)],
    annotations: [restarts(language), newVersions(language)],
    rows: [
      {
        panels: [
          stat(language, {
            title: say('Replicas that answer', '응답하는 인스턴스'),
            description: say(
              'Replicas that Prometheus reaches. Good: as many as you run. Fewer: one is down, or its metrics port is not reachable.',
              'Prometheus가 수집할 수 있는 인스턴스 수입니다. 실행 중인 수와 같으면 정상입니다. 적다면 프로세스가 죽었거나 메트릭 포트에 닿지 않습니다.',
            ),
            size: [4, 4],
            unit: 'short',
            base: 'red',
            thresholds: [[1, 'green']],
            promql: 'sum(up{job="$job",instance=~"$instance"})',
            runbook: 'TargetDown',
            noValue: say('None known', '대상 없음'),
          }),
          stat(language, {
            title: say('Restarts', '재시작'),
            description: say(
              'Starts of the chosen replicas under the same address in the time that is shown. Good: 0 outside of deployments. More than two in a quarter of an hour: a crash loop.',
              '선택한 기간에 같은 주소의 인스턴스가 다시 시작된 횟수입니다. 배포가 아니면 0이 정상입니다. 15분에 세 번 이상이면 크래시 루프입니다.',
            ),
            size: [4, 4],
            unit: 'short',
            thresholds: [
              [1, 'yellow'],
              [3, 'red'],
            ],
            promql: started,
            runbook: 'RestartedOften',
          }),
          stat(language, {
            title: say('Youngest replica', '최근 시작한 인스턴스'),
            description: say(
              'Time since the last start of any chosen replica. Short, and nobody has deployed: see the restarts.',
              '선택한 인스턴스 중 가장 최근 시작 이후 지난 시간입니다. 배포하지 않았는데 짧다면 재시작을 확인하세요.',
            ),
            size: [4, 4],
            unit: 's',
            decimals: 0,
            promql: `time() - max(${series(processStartTime)})`,
            runbook: 'RestartedOften',
          }),
          stat(language, {
            title: say('Loop lag, p99', '이벤트 루프 지연 p99'),
            description: say(
              'Of the chosen replicas the worst. Good: about 0.01 s, the sampling interval. Above 0.25 s an alert fires: take a CPU profile.',
              '선택한 인스턴스 중 가장 나쁜 값입니다. 측정 간격인 0.01초 안팎이면 정상이고 0.25초를 넘으면 알림이 발생합니다. CPU 프로파일을 확인하세요.',
            ),
            size: [4, 4],
            unit: 's',
            thresholds: [
              [0.1, 'yellow'],
              [0.25, 'red'],
            ],
            promql: `max(${series(eventLoopLagP99)})`,
            runbook: 'EventLoopLagHigh',
          }),
          stat(language, {
            title: say('CPU, of one core', 'CPU(코어 1개 기준)'),
            description: say(
              'Of the busiest replica. Above 90 % its one JavaScript thread is nearly full: add replicas or find the work.',
              '가장 바쁜 인스턴스의 사용량입니다. 90%를 넘으면 JavaScript 스레드가 포화 상태이니 인스턴스를 늘리거나 원인을 찾으세요.',
            ),
            size: [4, 4],
            unit: 'percentunit',
            thresholds: [
              [0.7, 'yellow'],
              [0.9, 'red'],
            ],
            promql: `max(${rate(processCpu)})`,
            runbook: 'CpuHigh',
          }),
          stat(language, {
            title: say('Largest memory', '최대 메모리'),
            description: say(
              'Resident memory of the largest replica. Good: well below the limit of its container, where the system would kill it.',
              '가장 큰 인스턴스의 상주 메모리입니다. 컨테이너 메모리 한도보다 충분히 낮아야 하며, 한도에 닿으면 강제 종료됩니다.',
            ),
            size: [4, 4],
            unit: 'bytes',
            promql: `max(${series(processResidentMemory)})`,
          }),
          lines(language, {
            title: say('Event-loop lag', '이벤트 루프 지연'),
            description: say(
              'Mean and p99 of the last minute or two, with the sampling interval of 10 ms in them. Good: both near 0.01 s. p99 high and mean low: rare long stretches; both high: overload.',
              '최근 1~2분의 평균과 p99이며 측정 간격 10ms가 포함됩니다. 둘 다 0.01초 안팎이면 정상입니다. p99만 높으면 가끔 길게 멈추는 것이고, 둘 다 높으면 과부하입니다.',
            ),
            size: [12, 8],
            unit: 's',
            thresholds: [[0.25, 'red']],
            targets: [
              line(series(eventLoopLagP99), 'p99 {{instance}}'),
              line(series(eventLoopLagMean), say('mean {{instance}}', '평균 {{instance}}')),
            ],
            runbook: 'EventLoopLagHigh',
          }),
          lines(language, {
            title: say('CPU, of one core', 'CPU(코어 1개 기준)'),
            description: say(
              'What each replica uses, and how much of it in the kernel (system). Above the dashed line for long an alert fires. Much system: many small reads and writes.',
              '인스턴스별 전체 사용량과 그중 커널(system)의 몫입니다. 점선을 오래 넘으면 알림이 발생합니다. system이 크면 작은 입출력이 많은 것입니다.',
            ),
            size: [12, 8],
            unit: 'percentunit',
            thresholds: [[0.9, 'red']],
            targets: [
              line(rate(processCpu), '{{instance}}'),
              line(rate(processCpuSystem), 'system {{instance}}'),
            ],
            runbook: 'CpuHigh',
          }),
        ],
      },
      memory(language),
      {
        title: say('Descriptors, handles, versions', '디스크립터, 핸들, 버전'),
        panels: [
          lines(language, {
            title: say('Descriptors in use', '디스크립터 사용률'),
            description: say(
              'Share of the open files and sockets that a replica may have. Good: flat. At 80 % an alert fires; at 100 % it accepts no connections.',
              '인스턴스가 열 수 있는 파일·소켓 중 사용 비율입니다. 일정하면 정상입니다. 80%에서 알림이 발생하고 100%면 새 연결을 받지 못합니다.',
            ),
            size: [12, 8],
            unit: 'percentunit',
            thresholds: [[0.8, 'red']],
            targets: [line(descriptors, '{{instance}}')],
            runbook: 'DescriptorsHigh',
          }),
          lines(language, {
            title: say('Handles by type', '유형별 핸들'),
            description: say(
              'What keeps the event loop alive: sockets, servers, timers. Good: follows the traffic. A type that only rises is not closed.',
              '이벤트 루프를 유지하는 소켓, 서버, 타이머 등입니다. 트래픽을 따라가면 정상이고, 계속 오르기만 하면 닫히지 않는 것입니다.',
            ),
            size: [12, 8],
            unit: 'short',
            targets: [line(sum(series(activeHandles), 'type'), '{{type}}')],
          }),
          table(language, {
            title: say('Replicas', '인스턴스'),
            description: say(
              'What each replica runs, and since when. Good: one version everywhere, except while it is rolled out.',
              '인스턴스별 버전과 가동 시간입니다. 배포 중이 아니라면 버전이 모두 같아야 정상입니다.',
            ),
            size: [24, 5],
            labels: { instance: say('Replica', '인스턴스'), version: '@ykmake/monitoring', node: 'Node.js' },
            sortBy: say('Runs for', '가동 시간'),
            columns: [
              {
                title: say('Runs for', '가동 시간'),
                unit: 'dtdurations',
                promql: `max by (instance, version, node) (${series(buildInfo)} * on (job, instance) group_left () (time() - ${series(processStartTime)}))`,
              },
            ],
          }),
        ],
      },
    ],
  });
};
