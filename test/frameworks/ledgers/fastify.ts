import type { Ledger, Row } from '../ledger.ts';
import { usualOutcomes } from '../outcomes.ts';
import { row } from '../rows.ts';

const rows: readonly Row[] = [
  row('nested', 'GET /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
  row('nested', 'GET /api/orgs/42/users?page=2', '/api/orgs/:org/users', 200),
  row('prefixed', 'GET /reports/2026', '/reports/:year', 200),
  row('parameter in a mount', 'GET /api/orgs/ykmake/users/7', '/api/orgs/:org/users/:id', 200),
  row('wildcard', 'GET /files/a.txt', '/files/*', 200),
  row('wildcard', 'GET /files/a/b/c.txt', '/files/*', 200),
  row('regular expression', 'GET /date/27', '/date/:day(^\\d{2}$)', 200),
  row('regular expression', 'GET /date/today', 'unmatched', 404),
  row('guard', 'GET /guarded/7', '/guarded/:id', 401),
  row('static files', 'GET /assets/logo.svg', '/assets/*', 200),
  // The plugin has a route for all files, which answers for those that are not there, too.
  row('static files', 'GET /assets/nothing.svg', '/assets/*', 404),
  row('404', 'GET /nowhere/42', 'unmatched', 404),
  row('404 inside a mount', 'GET /api/orgs/42/nothing', 'unmatched', 404),
  row('404 inside a mount', 'GET /section/nothing', 'unmatched', 404),
  row('method mismatch', 'DELETE /api/orgs/42/users/7', 'unmatched', 404),
  row('automatic OPTIONS', 'OPTIONS /api/orgs/42/users/7', 'unmatched', 404),
  row('automatic HEAD', 'HEAD /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
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
