import {
  dbQueryDuration,
  dbQueryErrorsTotal,
  httpRequestDuration,
  httpRequestsInFlight,
} from '../../src/catalog/metrics.ts';
import { type Metric, type Page, series } from './comparison.ts';
import type { Because, Sent, Visit } from './visits.ts';

/** One thing that we do otherwise than the hand-wired set-up; docs/migrating.md has the same table. */
export interface KnownDifference {
  readonly what: string;
  readonly old: string;
  readonly ours: string;
  /** Turns what the old page says into what ours has to say. */
  readonly correct: (page: Page, sent: Sent) => void;
  /** Metrics that only our page has, whatever they say. */
  readonly added?: RegExp;
}

/** Only with our default buckets. */
export const buckets: KnownDifference = {
  what: 'buckets',
  old: '5 bounds',
  ours: '11, with the old ones among them; `MONITORING_HTTP_BUCKETS`, `MONITORING_DB_BUCKETS` make them equal',
  correct: page => {
    for (const { name, buckets } of [httpRequestDuration, dbQueryDuration]) {
      const metric = of(page, name);
      const missing = metric.bounds.filter(bound => !buckets.includes(Number(bound)));
      if (missing.length > 0) throw new Error(`${name} has no bucket ${missing}`);
      metric.bounds = buckets.map(String);
    }
  },
};

export const knownDifferences: readonly KnownDifference[] = [
  {
    what: 'a route in a mounted router',
    old: 'its own path: `/:id`, so equal paths of several routers are one series',
    ours: 'with its mounts: `/api/orgs/:org/users/:id`',
    correct: (page, sent) => relabel(page, sent, 'mounted'),
  },
  {
    what: 'answered without a route (404, a body that is not JSON, a middleware)',
    old: 'the raw path, without its mount: `/wp-login.php`, `/42`',
    ours: '`unmatched`; the folded path when it was answered: `/avatars/:id`',
    correct: (page, sent) => relabel(page, sent, 'no route'),
  },
  {
    what: '404 behind a route that called `next()`',
    old: 'the path of that route',
    ours: '`unmatched`',
    correct: (page, sent) => relabel(page, sent, 'passed on'),
  },
  {
    what: 'the client goes away before the end of the answer',
    old: 'not counted',
    ours: 'counted: `status="499"` before the headers, the code that was sent after them',
    correct: (page, sent) => relabel(page, sent, 'client left'),
  },
  {
    what: 'a method that is neither PATCH nor one of RFC 9110',
    old: 'its name: `PROPFIND`',
    ours: '`_OTHER`',
    correct: (page, sent) => relabel(page, sent, 'other method'),
  },
  {
    what: 'requests in flight',
    old: 'no metric',
    ours: '`http_requests_in_flight{method}`',
    correct: (page, sent) => {
      const idle = [...sent.keys()].map((visit): [string, number] => [
        series({ method: ourMethod(visit) }),
        0,
      ]);
      // The request that asks for the page is under way itself.
      add(page, httpRequestsInFlight, [...idle, [series({ method: 'GET' }), 1]]);
    },
  },
  {
    what: '`operation` and `table`',
    old: 'whatever stands in the call of `measureQuery`: `report`',
    ours: 'the verb and the first table of the SQL text: `orgs`',
    correct: page => {
      const counts = of(page, dbQueryDuration.name).series;
      const report = series({ operation: 'SELECT', table: 'report' });
      increase(counts, series({ operation: 'SELECT', table: 'orgs' }), counts.get(report) ?? Number.NaN);
      counts.delete(report);
    },
  },
  {
    what: 'queries without `measureQuery`',
    old: 'not counted',
    ours: 'counted: `BEGIN`, `COMMIT`',
    correct: page => {
      const counts = of(page, dbQueryDuration.name).series;
      const transactions = counts.get(series({ operation: 'INSERT', table: 'users' })) ?? Number.NaN;
      for (const operation of ['BEGIN', 'COMMIT']) {
        increase(counts, series({ operation, table: 'none' }), transactions);
      }
    },
  },
  {
    what: 'queries that never reach the server',
    old: 'counted, with the time of the attempt to connect',
    ours: 'not counted',
    correct: page =>
      void of(page, dbQueryDuration.name).series.delete(series({ operation: 'SELECT', table: 'orders' })),
  },
  {
    what: 'failed queries',
    old: 'no metric',
    ours: '`db_query_errors_total{operation,table}`, from 0',
    correct: page => {
      const counts = of(page, dbQueryDuration.name).series;
      const failed = series({ operation: 'SELECT', table: 'missing' });
      add(
        page,
        dbQueryErrorsTotal,
        [...counts].map(([labels, count]) => [labels, labels === failed ? count : 0]),
      );
    },
  },
  {
    what: 'nothing under way in libuv',
    old: 'only HELP and TYPE of `nodejs_active_requests`',
    ours: 'a series of it that is 0',
    correct: page => {
      of(page, 'nodejs_active_requests').labels = ['type'];
    },
  },
  {
    what: 'the monitoring itself, and what it observes',
    old: 'no metric',
    ours: '`monitoring_*`, `db_client_connection_*`, `target_info`',
    correct: () => {},
    added: /^(monitoring_.*|target_info|db_client_connection_.*)$/,
  },
];

const of = (page: Page, name: string): Metric => {
  const metric = page.get(name);
  if (metric === undefined) throw new Error(`the page has no ${name}`);
  return metric;
};

const increase = (counts: Map<string, number>, labels: string, by: number): void =>
  void counts.set(labels, (counts.get(labels) ?? 0) + by);

const methodOf = ({ request }: Visit): string => request.split(' ')[0] ?? '';

const ourMethod = (visit: Visit): string => (methodOf(visit) === 'PROPFIND' ? '_OTHER' : methodOf(visit));

/** Moves what was sent from the old path label to ours; a series of which nothing is left is gone. */
const relabel = (page: Page, sent: Sent, because: Because): void => {
  for (const [visit, times] of sent) {
    if (visit.because !== because) continue;
    const { status } = visit;
    for (const name of ['http_requests_total', 'http_request_duration_seconds']) {
      const counts = of(page, name).series;
      increase(counts, series({ method: ourMethod(visit), path: visit.path, status }), times);
      if (visit.old === undefined) continue;
      const old = series({ method: methodOf(visit), path: visit.old, status });
      increase(counts, old, -times);
      if (counts.get(old) === 0) counts.delete(old);
    }
  }
};

const add = (
  page: Page,
  { name, type, help, labels }: { name: string; type: string; help: string; labels: readonly string[] },
  counts: Iterable<readonly [string, number]>,
): void =>
  void page.set(name, { type, help, labels: [...labels].sort(), bounds: [], series: new Map(counts) });
