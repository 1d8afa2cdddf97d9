import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './ykmake.ts';

interface Figures {
  readonly [field: string]: unknown;
}
interface Tables {
  readonly WIDTH: number;
  table(figures: Figures, most: { routes: number; queries: number }): string[];
  perSecond(rate: number): string;
  duration(seconds: number): string;
}

const { WIDTH, table, perSecond, duration } = await load<Tables>('start/table.js');
const { figures } = await load<{ figures(earlier: object, later: object): Figures }>('start/figures.js');
const { parsePage } = await load<{ parsePage(page: string): object }>('start/scrape.js');

const page = (lines: string[]): object => parsePage(lines.join('\n'));

/** One histogram series in two buckets. */
const histogram = (name: string, labels: string, fast: number, all: number): string[] => [
  `${name}_bucket{${labels},le="0.005"} ${fast}`,
  `${name}_bucket{${labels},le="0.5"} ${all}`,
  `${name}_bucket{${labels},le="+Inf"} ${all}`,
  `${name}_count{${labels}} ${all}`,
  `${name}_sum{${labels}} ${fast * 0.004 + (all - fast) * 0.4}`,
];

const route = (method: string, path: string, status: string, fast: number, all: number): string[] => {
  const labels = `method="${method}",path="${path}",status="${status}"`;
  return [
    `http_requests_total{${labels}} ${all}`,
    ...histogram('http_request_duration_seconds', labels, fast, all),
  ];
};

const after = page([
  ...route('GET', '/api/users', '200', 100, 100),
  ...route('GET', '/api/reports/slow', '200', 0, 10),
  ...route('GET', '/api/reports/broken', '500', 3, 3),
  ...route('DELETE', '/api/projects/:projectId/tasks/:taskId', '204', 0, 1),
  'http_requests_in_flight{method="GET"} 2',
  'http_requests_in_flight{method="POST"} 0',
  'active_users 12',
  ...histogram('db_query_duration_seconds', 'operation="SELECT",table="users"', 100, 100),
  ...histogram('db_query_duration_seconds', 'operation="DELETE",table="tasks"', 0, 1),
]);
const tenSeconds = figures({ time: 100, page: page([]) }, { time: 110, page: after });

test('the table of a busy application: what has failed first, then what took longest in all', () => {
  assert.equal(
    `\n${table(tenSeconds, { routes: 3, queries: 5 }).join('\n')}\n`,
    `
── The last 10 seconds ───────────────────────────────────────────────────────
  requests/s   5xx/s  in flight  active users  queries/s   95 % of them within
        11.4     0.3          2            12       10.1                4.8 ms

ROUTE                                         requests/s    5xx/s  95 % within
GET    /api/reports/broken                           0.3      0.3       4.7 ms
GET    /api/reports/slow                             1.0        –       475 ms
GET    /api/users                                   10.0        –       4.8 ms
and 1 more                                           0.1        –

DATABASE QUERY                                 queries/s           95 % within
SELECT users                                        10.0                4.8 ms
DELETE tasks                                         0.1                475 ms
`,
  );
});

test('the table of an application that nobody uses', () => {
  const idle = figures({ time: 0, page: page([]) }, { time: 1, page: page([]) });
  assert.equal(
    `\n${table(idle, { routes: 2, queries: 5 }).join('\n')}\n`,
    `
── The last second ───────────────────────────────────────────────────────────
  requests/s   5xx/s  in flight  active users  queries/s   95 % of them within
           –       –          0             –          –                     –

ROUTE                                         requests/s    5xx/s  95 % within
no requests yet

DATABASE QUERY                                 queries/s           95 % within
no queries yet
`,
  );
});

test('no line is wider than the table, whatever the routes and tables are called', () => {
  const long = figures(
    { time: 0, page: page([]) },
    {
      time: 1,
      page: page([
        ...route('PROPFIND', `/${'long/'.repeat(40)}`, '200', 1, 1e9),
        ...histogram('db_query_duration_seconds', `operation="SELECT",table="${'t'.repeat(99)}"`, 1, 1e9),
      ]),
    },
  );
  const lines = table(long, { routes: 5, queries: 5 });
  assert.deepEqual(
    lines.filter(line => line.length > WIDTH),
    [],
  );
  assert.equal(WIDTH, 78);
});

test('numbers have the unit and the precision that one reads', () => {
  assert.deepEqual([0, 0.01, 0.3, 19.84, 999.96, 12_345.6].map(perSecond), [
    '–',
    '<0.1',
    '0.3',
    '19.8',
    '1000',
    '12346',
  ]);
  assert.deepEqual([Number.NaN, 0.0008, 0.00994, 0.012, 0.999, 0.9999, 1.849].map(duration), [
    '–',
    '0.8 ms',
    '9.9 ms',
    '12 ms',
    '999 ms',
    '1.00 s',
    '1.85 s',
  ]);
});
