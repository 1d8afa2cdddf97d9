import { dbConnectionsCount, dbConnectionsMax, dbConnectionsPending } from '../../../src/catalog/metrics.ts';
import type { Row } from '../dashboard.ts';
import type { Language } from '../language.ts';
import { lines } from '../panels.ts';
import { series, sum } from '../promql.ts';
import { line } from '../targets.ts';

/** Pools of pg and mysql2, by name: where they stand, `host:port/database`. */
export const connectionPools = (language: Language): Row => {
  const { say } = language;
  const pool = 'db_client_connection_pool_name';
  const state = 'db_client_connection_state';
  const used = sum(series(dbConnectionsCount, `${state}="used"`), pool);
  const noPool = say('No pool of pg or mysql2', 'pg·mysql2 풀 없음');
  return {
    title: say('Connection pools', '커넥션 풀'),
    panels: [
      lines(language, {
        title: say('Connections in use', '사용 중인 커넥션'),
        description: say(
          'Connections that somebody works with, and how many there may be, all replicas together. Good: well below. At the limit the next request waits.',
          '사용 중인 커넥션과 최대 커넥션 수이며 모든 인스턴스의 합계입니다. 최대보다 충분히 낮으면 정상이고, 최대에 닿으면 다음 요청은 기다립니다.',
        ),
        size: [12, 8],
        unit: 'short',
        targets: [
          line(used, `{{${pool}}}`),
          line(sum(series(dbConnectionsMax), pool), `{{${pool}}} ${say('at most', '최대')}`),
        ],
        noValue: noPool,
      }),
      lines(language, {
        title: say('Waiting for a connection', '커넥션 대기'),
        description: say(
          'Requests that wait for a connection of a pool. Good: none. A line that stays: queries are slow, connections are not given back, or the pool is too small.',
          '풀의 커넥션을 기다리는 요청 수입니다. 없으면 정상입니다. 계속되면 쿼리가 느리거나, 커넥션이 반환되지 않거나, 풀이 너무 작은 것입니다.',
        ),
        size: [12, 8],
        unit: 'short',
        targets: [line(sum(series(dbConnectionsPending), pool), `{{${pool}}}`)],
        noValue: noPool,
      }),
    ],
  };
};
