import type { Ledger, Row } from '../ledger.ts';
import { cut, usualOutcomes } from '../outcomes.ts';
import { folded, row } from '../rows.ts';

const rows = (splat: string): readonly Row[] => [
  row('nested', 'GET /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
  row('nested', 'GET /api/orgs/42/users?page=2', '/api/orgs/:org/users', 200),
  row('mounted', 'GET /mounted/2026', '/mounted/:year', 200),
  row('prefixed', 'GET /reports/2026', '/reports/:year', 200),
  row('parameter in a mount', 'GET /api/orgs/ykmake/users/7', '/api/orgs/:org/users/:id', 200),
  row('wildcard', 'GET /files/a.txt', splat, 200),
  row('wildcard', 'GET /files/a/b/c.txt', splat, 200),
  row('array', 'GET /list', '/list', 200),
  row('array', 'GET /either/kim', '/either/:name', 200),
  row('regular expression', 'GET /expression', '/^\\/exp(ress)?ion$/', 200),
  row('prefixed', 'GET /shops/kim/items/7', '/shops/:shop/items/:item', 200),
  row('guard', 'GET /members/7', '/members/:id', 401),
  row('guard', 'GET /guarded/7', '/guarded/:id', 401),
  // What a middleware answers on its own, no route has taken.
  row('guard', 'GET /closed/7', 'unmatched', 401),
  folded('static files', 'GET /assets/logo.svg', '/assets/logo.svg', 200),
  row('404', 'GET /nowhere/42', 'unmatched', 404),
  row('404 inside a mount', 'GET /api/orgs/42/nothing', 'unmatched', 404),
  row('404 inside a mount', 'GET /mounted/none/such', 'unmatched', 404),
  row('404 inside a mount', 'GET /assets/nothing.svg', 'unmatched', 404),
  row('method mismatch', 'DELETE /api/orgs/42/users/7', 'unmatched', 405),
  row('automatic OPTIONS', 'OPTIONS /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
  row('automatic OPTIONS', 'OPTIONS /either/kim', '/either/:name', 200),
  row('automatic OPTIONS', 'OPTIONS /nowhere/42', 'unmatched', 404),
  row('automatic HEAD', 'HEAD /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
];

const koa = {
  adapter: 'koa',
  packages: ['koa', '@koa/router', 'koa-mount', 'koa-static'],
  observedBy: 'a patch of its application and context',
  without: {},
  failing: 'koa.mjs',
} satisfies Partial<Ledger>;

export const ledgers: readonly Ledger[] = [
  {
    ...koa,
    name: 'Koa 2',
    from: 'test/fixtures/koa-2',
    routing: 'koa.mjs /files/(.*)',
    rows: rows('/files/(.*)'),
    // It leaves the answer open, until its client gives up.
    outcomes: { ...usualOutcomes, 'stream-after': { ...cut(200), answer: 'left' } },
  },
  {
    ...koa,
    name: 'Koa 3',
    from: 'test/fixtures/koa-3',
    routing: 'koa.mjs /files/*path',
    rows: rows('/files/*path'),
    // It cuts the connection at once, whether anything was sent or not.
    outcomes: { ...usualOutcomes, 'stream-before': cut(499) },
  },
];
