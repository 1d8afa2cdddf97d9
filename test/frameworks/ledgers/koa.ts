import type { Ledger, Row } from '../ledger.ts';
import { cut, usualOutcomes } from '../outcomes.ts';

const rows = (splat: string): readonly Row[] => [
  { case: 'nested', request: 'GET /api/orgs/42/users/7', path: '/api/orgs/:org/users/:id', status: 200 },
  { case: 'nested', request: 'GET /api/orgs/42/users?page=2', path: '/api/orgs/:org/users', status: 200 },
  { case: 'mounted', request: 'GET /mounted/2026', path: '/mounted/:year', status: 200 },
  { case: 'prefixed', request: 'GET /reports/2026', path: '/reports/:year', status: 200 },
  {
    case: 'parameter in a mount',
    request: 'GET /api/orgs/ykmake/users/7',
    path: '/api/orgs/:org/users/:id',
    status: 200,
  },
  { case: 'wildcard', request: 'GET /files/a.txt', path: splat, status: 200 },
  { case: 'wildcard', request: 'GET /files/a/b/c.txt', path: splat, status: 200 },
  { case: 'array', request: 'GET /list', path: '/list', status: 200 },
  { case: 'array', request: 'GET /either/kim', path: '/either/:name', status: 200 },
  { case: 'regular expression', request: 'GET /expression', path: '/^\\/exp(ress)?ion$/', status: 200 },
  { case: 'guard', request: 'GET /members/7', path: '/members/:id', status: 401 },
  { case: 'guard', request: 'GET /guarded/7', path: '/guarded/:id', status: 401 },
  {
    case: 'static files',
    request: 'GET /assets/logo.svg',
    path: '/assets/logo.svg',
    status: 200,
    folded: true,
  },
  { case: '404', request: 'GET /nowhere/42', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /api/orgs/42/nothing', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /mounted/none/such', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /assets/nothing.svg', path: 'unmatched', status: 404 },
  { case: 'method mismatch', request: 'DELETE /api/orgs/42/users/7', path: 'unmatched', status: 405 },
  {
    case: 'automatic OPTIONS',
    request: 'OPTIONS /api/orgs/42/users/7',
    path: '/api/orgs/:id/users/:id',
    status: 200,
    folded: true,
  },
  {
    case: 'automatic HEAD',
    request: 'HEAD /api/orgs/42/users/7',
    path: '/api/orgs/:org/users/:id',
    status: 200,
  },
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
