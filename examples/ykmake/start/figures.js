import { increases, quantileBetween, sum } from './rates.js';

/**
 * The figures of the live table, from two scrapes.
 *
 * @param {{ time: number, page: import('./rates.js').Page }} earlier time in seconds
 * @param {{ time: number, page: import('./rates.js').Page }} later
 */
export function figures(earlier, later) {
  const seconds = later.time - earlier.time;
  const grown = (name, by) => increases(earlier.page, later.page, name, by);
  const p95 = (name, labels) => quantileBetween(0.95, earlier.page, later.page, name, labels);

  const answers = grown('http_requests_total', ['method', 'path', 'status']);
  const errors = answers.filter(({ labels }) => labels.status.startsWith('5'));
  const routes = grown('http_requests_total', ['method', 'path']);
  const queries = grown('db_query_duration_seconds_count', ['operation', 'table']);

  // By what came together since the start, so that the lines keep their places: routes that have failed,
  // then what took most time in all.
  const failures = ({ labels }) => errors.filter(sameRoute(labels)).length;
  const routeTime = timeOf(grown('http_request_duration_seconds_sum', ['method', 'path']));
  const queryTime = timeOf(grown('db_query_duration_seconds_sum', ['operation', 'table']));
  const troubleFirst = (a, b) =>
    Math.sign(failures(b)) - Math.sign(failures(a)) || routeTime(b) - routeTime(a);
  const longestFirst = (a, b) => queryTime(b) - queryTime(a);

  return {
    seconds,
    requestsPerSecond: total(answers) / seconds,
    errorsPerSecond: total(errors) / seconds,
    inFlight: sum(later.page, 'http_requests_in_flight'),
    /** Undefined when the application tells of no users. */
    activeUsers: later.page.get('active_users{}')?.value,
    routes: routes.toSorted(troubleFirst).map(({ labels, increase }) => ({
      ...labels,
      perSecond: increase / seconds,
      errorsPerSecond: total(errors.filter(sameRoute(labels))) / seconds,
      p95: p95('http_request_duration_seconds', labels),
    })),
    queriesPerSecond: total(queries) / seconds,
    queryP95: p95('db_query_duration_seconds'),
    queries: queries.toSorted(longestFirst).map(({ labels, increase }) => ({
      ...labels,
      perSecond: increase / seconds,
      p95: p95('db_query_duration_seconds', labels),
    })),
  };
}

/** The seconds that all calls with the same labels took since the start. */
function timeOf(sums) {
  const seconds = new Map(sums.map(({ labels, value }) => [JSON.stringify(labels), value]));
  return ({ labels }) => seconds.get(JSON.stringify(labels)) ?? 0;
}

function sameRoute({ method, path }) {
  return ({ labels }) => labels.method === method && labels.path === path;
}

function total(groups) {
  return groups.reduce((sum, { increase }) => sum + increase, 0);
}
