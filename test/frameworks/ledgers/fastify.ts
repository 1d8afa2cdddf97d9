import type { Ledger, Row } from '../ledger.ts';
import { usualOutcomes } from '../outcomes.ts';

const rows: readonly Row[] = [
  { case: 'nested', request: 'GET /api/orgs/42/users/7', path: '/api/orgs/:org/users/:id', status: 200 },
  { case: 'nested', request: 'GET /api/orgs/42/users?page=2', path: '/api/orgs/:org/users', status: 200 },
  { case: 'prefixed', request: 'GET /reports/2026', path: '/reports/:year', status: 200 },
  {
    case: 'parameter in a mount',
    request: 'GET /api/orgs/ykmake/users/7',
    path: '/api/orgs/:org/users/:id',
    status: 200,
  },
  { case: 'wildcard', request: 'GET /files/a.txt', path: '/files/*', status: 200 },
  { case: 'wildcard', request: 'GET /files/a/b/c.txt', path: '/files/*', status: 200 },
  { case: 'regular expression', request: 'GET /date/27', path: '/date/:day(^\\d{2}$)', status: 200 },
  { case: 'regular expression', request: 'GET /date/today', path: 'unmatched', status: 404 },
  { case: 'guard', request: 'GET /guarded/7', path: '/guarded/:id', status: 401 },
  { case: 'static files', request: 'GET /assets/logo.svg', path: '/assets/*', status: 200 },
  // The plugin has a route for all files, which answers for those that are not there, too.
  { case: 'static files', request: 'GET /assets/nothing.svg', path: '/assets/*', status: 404 },
  { case: '404', request: 'GET /nowhere/42', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /api/orgs/42/nothing', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /section/nothing', path: 'unmatched', status: 404 },
  { case: 'method mismatch', request: 'DELETE /api/orgs/42/users/7', path: 'unmatched', status: 404 },
  { case: 'automatic OPTIONS', request: 'OPTIONS /api/orgs/42/users/7', path: 'unmatched', status: 404 },
  {
    case: 'automatic HEAD',
    request: 'HEAD /api/orgs/42/users/7',
    path: '/api/orgs/:org/users/:id',
    status: 200,
  },
];

const fastify = {
  adapter: 'fastify',
  packages: ['fastify', '@fastify/static'],
  observedBy: 'its own hooks',
  routing: 'fastify.mjs',
  rows,
  without: {
    mounted: 'Fastify has prefixes in place of mounts.',
    array: 'A route of Fastify has one path.',
  },
  failing: 'fastify.mjs',
  outcomes: usualOutcomes,
} satisfies Partial<Ledger>;

export const ledgers: readonly Ledger[] = [
  { ...fastify, name: 'Fastify 4', from: 'test/fixtures/fastify-4' },
  { ...fastify, name: 'Fastify 5', from: 'test/fixtures/fastify-5' },
];
