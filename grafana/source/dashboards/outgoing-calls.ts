import { httpClientRequestDuration } from '../../../src/catalog/metrics.ts';
import type { Row } from '../dashboard.ts';
import type { Language } from '../language.ts';
import { lines } from '../panels.ts';
import { countRate, quantile, ratio, sum } from '../promql.ts';
import { line } from '../targets.ts';

/** Closed: what is not there stays out of the way. */
export const outgoingCalls = (language: Language): Row => {
  const { say } = language;
  const host = 'server_address';
  return {
    title: say('Calls to other services', '외부 서비스 호출'),
    isClosed: true,
    panels: [
      lines(language, {
        title: say('Calls by host', '호스트별 호출'),
        description: say(
          'Outgoing HTTP requests in a second. Good: in proportion to the requests; a jump without them is a retry loop.',
          '초당 외부 HTTP 호출 수입니다. 요청 수에 비례하면 정상이며, 요청 없이 뛰면 재시도 반복을 의심하세요.',
        ),
        size: [8, 8],
        unit: 'reqps',
        targets: [line(sum(countRate(httpClientRequestDuration), host), `{{${host}}}`)],
        noValue: say('No outgoing calls', '외부 호출 없음'),
      }),
      lines(language, {
        title: say('95 % within, by host', '호스트별 p95'),
        description: say(
          'How long the other side takes. Good: well below the time that our own routes may take.',
          '상대 서비스의 응답 시간입니다. 우리 경로의 목표 시간보다 충분히 짧아야 정상입니다.',
        ),
        size: [8, 8],
        unit: 's',
        targets: [line(quantile(0.95, httpClientRequestDuration, host), `{{${host}}}`)],
        noValue: say('No outgoing calls', '외부 호출 없음'),
      }),
      lines(language, {
        title: say('Failed calls by host', '호스트별 실패한 호출'),
        description: say(
          'Share of calls that got 5xx or no answer at all. Good: 0. The other side is down, or not reachable from here.',
          '5xx이거나 응답이 없던 호출의 비율입니다. 0이면 정상입니다. 상대 서비스 장애이거나 네트워크로 닿지 않는 상태입니다.',
        ),
        size: [8, 8],
        unit: 'percentunit',
        thresholds: [[0.05, 'red']],
        targets: [
          line(
            ratio(
              sum(countRate(httpClientRequestDuration, 'http_response_status_code=~"5..|none"'), host),
              sum(countRate(httpClientRequestDuration), host),
            ),
            `{{${host}}}`,
          ),
        ],
        noValue: say('No outgoing calls', '외부 호출 없음'),
      }),
    ],
  };
};
