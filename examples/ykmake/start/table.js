/** The live table: figures in, lines of at most 78 columns out. */
export const WIDTH = 78;

const SUMMARY = [12, 8, 11, 14, 11, 22];
const ROUTE = [-46, 10, 9, 13];
const QUERY = [-46, 10, 22];

/**
 * @param {ReturnType<import('./figures.js').figures>} figures
 * @param {{ routes: number, queries: number }} most how many lines of each kind
 * @returns {string[]}
 */
export function table(figures, most) {
  return [
    heading(figures.seconds),
    columns(SUMMARY, [
      'requests/s',
      '5xx/s',
      'in flight',
      'active users',
      'queries/s',
      '95 % of them within',
    ]),
    columns(SUMMARY, [
      perSecond(figures.requestsPerSecond),
      perSecond(figures.errorsPerSecond),
      String(figures.inFlight),
      String(figures.activeUsers ?? '–'),
      perSecond(figures.queriesPerSecond),
      duration(figures.queryP95),
    ]),
    '',
    columns(ROUTE, ['ROUTE', 'requests/s', '5xx/s', '95 % within']),
    ...routeLines(figures.routes, most.routes),
    '',
    columns(QUERY, ['DATABASE QUERY', 'queries/s', '95 % within']),
    ...queryLines(figures.queries, most.queries),
  ];
}

function routeLines(routes, most) {
  if (routes.length === 0) return ['no requests yet'];
  const shown = routes.slice(0, most);
  const rest = routes.slice(most);
  const lines = shown.map(({ method, path, perSecond: rate, errorsPerSecond, p95 }) =>
    columns(ROUTE, [
      `${method.padEnd(6)} ${path}`,
      perSecond(rate),
      perSecond(errorsPerSecond),
      duration(p95),
    ]),
  );
  return rest.length === 0 ? lines : [...lines, columns(ROUTE, restOf(rest))];
}

function restOf(routes) {
  const total = field => perSecond(routes.reduce((sum, route) => sum + route[field], 0));
  return [`and ${routes.length} more`, total('perSecond'), total('errorsPerSecond'), ''];
}

function queryLines(queries, most) {
  if (queries.length === 0) return ['no queries yet'];
  return queries
    .slice(0, most)
    .map(({ operation, table, perSecond: rate, p95 }) =>
      columns(QUERY, [`${operation.padEnd(6)} ${table}`, perSecond(rate), duration(p95)]),
    );
}

function heading(time) {
  const seconds = Math.max(1, Math.round(time));
  const title = seconds === 1 ? 'The last second' : `The last ${seconds} seconds`;
  return `── ${title} ${'─'.repeat(WIDTH - title.length - 4)}`;
}

/** Cells of these widths; negative: to the left. What is too long is cut. */
function columns(widths, cells) {
  const fit = (cell, width) => {
    const room = Math.abs(width);
    const text = cell.length > room ? `${cell.slice(0, room - 1)}…` : cell;
    return width < 0 ? text.padEnd(room) : text.padStart(room);
  };
  return widths
    .map((width, index) => fit(cells[index], width))
    .join('')
    .trimEnd();
}

export function perSecond(rate) {
  if (rate === 0) return '–';
  if (rate < 0.05) return '<0.1';
  return rate < 999.95 ? rate.toFixed(1) : Math.round(rate).toString();
}

/** Seconds in the unit that reads best. */
export function duration(seconds) {
  if (Number.isNaN(seconds)) return '–';
  if (seconds >= 0.9995) return `${seconds.toFixed(2)} s`;
  const milliseconds = seconds * 1000;
  return `${milliseconds < 9.95 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}
