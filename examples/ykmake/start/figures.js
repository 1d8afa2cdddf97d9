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

  return {
    seconds,
    requestsPerSecond: total(answers) / seconds,
    errorsPerSecond: total(errors) / seconds,
    inFlight: sum(later.page, 'http_requests_in_flight'),
    routes: routes.toSorted(mostFirst).map(({ labels, increase }) => ({
      ...labels,
      perSecond: increase / seconds,
      errorsPerSecond: total(errors.filter(sameRoute(labels))) / seconds,
      p95: p95('http_request_duration_seconds', labels),
    })),
    queriesPerSecond: total(queries) / seconds,
    queryP95: p95('db_query_duration_seconds'),
    queries: queries.toSorted(mostFirst).map(({ labels, increase }) => ({
      ...labels,
      perSecond: increase / seconds,
      p95: p95('db_query_duration_seconds', labels),
    })),
  };
}

/** By the count since the start, so that the lines of a table keep their places. */
function mostFirst(a, b) {
  return b.value - a.value;
}

function sameRoute({ method, path }) {
  return ({ labels }) => labels.method === method && labels.path === path;
}

function total(groups) {
  return groups.reduce((sum, { increase }) => sum + increase, 0);
}
