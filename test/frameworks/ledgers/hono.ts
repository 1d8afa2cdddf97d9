import type { Ledger, Row } from '../ledger.ts';
import { cut, usualOutcomes } from '../outcomes.ts';

const rows: readonly Row[] = [
  { case: 'nested', request: 'GET /api/orgs/42/users/7', path: '/api/orgs/:org/users/:id', status: 200 },
  { case: 'nested', request: 'GET /api/orgs/42/users?page=2', path: '/api/orgs/:org/users', status: 200 },
  // A route's own 404 keeps its route.
  {
    case: 'nested',
    request: 'GET /api/orgs/42/users/7/missing',
    path: '/api/orgs/:org/users/:id/missing',
    status: 404,
  },
  { case: 'mounted', request: 'GET /mounted/reports/2026', path: '/mounted/reports/:year', status: 200 },
  { case: 'mounted', request: 'GET /whole/7', path: '/whole/:id', status: 200 },
  // What is mounted is none of Hono's.
  { case: 'mounted', request: 'GET /foreign/page', path: '/foreign/page', status: 200, folded: true },
  { case: 'prefixed', request: 'GET /prefixed/7', path: '/prefixed/:id', status: 200 },
  {
    case: 'parameter in a mount',
    request: 'GET /tenants/42/reports/2026',
    path: '/tenants/:tenant/reports/:year',
    status: 200,
  },
  { case: 'wildcard', request: 'GET /files/a.txt', path: '/files/*', status: 200 },
  { case: 'wildcard', request: 'GET /files/a/b/c.txt', path: '/files/*', status: 200 },
  { case: 'array', request: 'GET /list', path: '/list', status: 200 },
  { case: 'array', request: 'GET /either/kim', path: '/either/:name', status: 200 },
  { case: 'array', request: 'DELETE /any/7', path: '/any/:id', status: 200 },
  { case: 'regular expression', request: 'GET /numbers/24', path: '/numbers/:id{[0-9]+}', status: 200 },
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
  { case: '404', request: 'GET /strict/7', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /api/orgs/42/nothing', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /mounted/nothing', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /foreign/nothing', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /assets/nothing.svg', path: 'unmatched', status: 404 },
  { case: 'method mismatch', request: 'DELETE /api/orgs/42/users/7', path: 'unmatched', status: 404 },
  {
    case: 'automatic OPTIONS',
    request: 'OPTIONS /api/orgs/42/users/7',
    path: 'unmatched',
    status: 404,
  },
  {
    case: 'automatic HEAD',
    request: 'HEAD /api/orgs/42/users/7',
    path: '/api/orgs/:org/users/:id',
    status: 200,
  },
];

const hono = {
  adapter: 'hono',
  from: 'test/fixtures/hono-4',
  observedBy: 'a patch of its routers',
  rows,
  without: {},
  // The answer begins before its stream does.
  outcomes: { ...usualOutcomes, 'stream-before': cut(200) },
  limits: [
    'Only the routers that Hono comes with tell their routes.',
    'Hono does not say whether `use` or `all` has registered a handler: one with a `next` and a wildcard is taken for middleware, and what it answers itself is counted under the route behind it, else under the folded path.',
    'What middleware answers in front of a route for everything else (`*`) is not counted under that route.',
    'An error in a callback of `stream`, `streamText` or `streamSSE` without an `onError` is told with the status that its client got, mostly 200.',
    'An error in `notFound` is told without its text where the application has no middleware.',
  ],
} satisfies Partial<Ledger>;

export const ledgers: readonly Ledger[] = [
  {
    ...hono,
    name: 'Hono 4 on node-server 1',
    packages: ['hono', 'node-server-1'],
    routing: 'hono.mjs 1',
    failing: 'hono.mjs 1',
  },
  {
    ...hono,
    name: 'Hono 4 on node-server 2',
    packages: ['hono', '@hono/node-server'],
    routing: 'hono.mjs 2',
    failing: 'hono.mjs 2',
  },
];
