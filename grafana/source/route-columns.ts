import { httpRequestDuration, httpRequestsTotal } from '../../src/catalog/metrics.ts';
import type { Language } from './language.ts';
import { failed, ratio, sum, total, totalQuantile } from './promql.ts';
import type { Column } from './tables.ts';

/** Labels that tell one route from another. */
export const route = 'method, path';

/** What every table of routes shows in the same way: a row is a route, red is what its alert begins with. */
export const routeColumns = (
  { say }: Language,
  width: number,
): Readonly<Record<'requests' | 'errors' | 'p95', Column>> => ({
  requests: {
    title: say('Requests', '요청 수'),
    unit: 'locale',
    promql: sum(total(httpRequestsTotal), route),
    width,
  },
  errors: {
    title: say('Errors', '오류'),
    unit: 'percentunit',
    promql: ratio(sum(total(httpRequestsTotal, failed), route), sum(total(httpRequestsTotal), route)),
    thresholds: [
      [0.001, 'yellow'],
      [0.05, 'red'],
    ],
    width,
  },
  p95: {
    title: 'p95',
    unit: 's',
    promql: totalQuantile(0.95, httpRequestDuration, route),
    thresholds: [
      [0.5, 'yellow'],
      [1, 'red'],
    ],
    width,
  },
});
