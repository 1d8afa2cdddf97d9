import type { Ledger, Row } from '../ledger.ts';
import { usualOutcomes } from '../outcomes.ts';

const rows = (splat: string): readonly Row[] => [
  { case: 'nested', request: 'GET /api/orgs/42/users/7', path: '/api/orgs/:org/users/:id', status: 200 },
  { case: 'nested', request: 'GET /api/orgs/42/users?page=2', path: '/api/orgs/:org/users', status: 200 },
  { case: 'mounted', request: 'GET /mounted/reports/2026', path: '/mounted/reports/:year', status: 200 },
  { case: 'parameter in a mount', request: 'GET /second/5/in/6', path: '/second/:x/in/:id', status: 200 },
  { case: 'wildcard', request: 'GET /files/a.txt', path: splat, status: 200 },
  { case: 'wildcard', request: 'GET /files/a/b/c.txt', path: splat, status: 200 },
  { case: 'array', request: 'GET /list', path: '/list', status: 200 },
  { case: 'array', request: 'GET /either/kim', path: '/either/:name', status: 200 },
  { case: 'array', request: 'GET /first/in/6', path: '/first/in/:id', status: 200 },
  { case: 'regular expression', request: 'GET /expression', path: '/^\\/exp(ress)?ion$/', status: 200 },
  { case: 'guard', request: 'GET /members/7', path: '/members/:id', status: 401 },
  // What a middleware answers on its own, no route has taken.
  { case: 'guard', request: 'GET /guarded/7', path: 'unmatched', status: 401 },
  {
    case: 'static files',
    request: 'GET /assets/logo.svg',
    path: '/assets/logo.svg',
    status: 200,
    folded: true,
  },
  { case: 'static files', request: 'GET /assets', path: '/assets', status: 301, folded: true },
  { case: '404', request: 'GET /nowhere/42', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /api/orgs/42/nothing', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /mounted/nothing', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /assets/nothing.svg', path: 'unmatched', status: 404 },
  { case: 'method mismatch', request: 'DELETE /api/orgs/42/users/7', path: 'unmatched', status: 404 },
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

const express = {
  adapter: 'express',
  packages: ['express'],
  observedBy: 'a patch of its router',
  without: { prefixed: 'Express has mounts in place of prefixes.' },
  limits: [
    'What a middleware answers, such as a guard in front of a router, no route has taken: 401 and 403 are `unmatched` then. In front of a handler of its route, a guard answers for the route.',
  ],
  failing: 'express.mjs',
  outcomes: usualOutcomes,
} satisfies Partial<Ledger>;

const five = { ...express, routing: 'express.mjs /files/*splat', rows: rows('/files/*splat') };

export const ledgers: readonly Ledger[] = [
  {
    ...express,
    name: 'Express 4',
    from: 'test/fixtures/express-4',
    routing: 'express.mjs /files/*',
    rows: rows('/files/*'),
  },
  { ...five, name: 'Express 5.1', from: 'test/fixtures/express-5.1' },
  { ...five, name: 'Express 5', from: '.' },
];
