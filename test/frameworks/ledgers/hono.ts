import type { Ledger, Row } from '../ledger.ts';
import { cut, usualOutcomes } from '../outcomes.ts';
import { folded, row } from '../rows.ts';

const rows: readonly Row[] = [
  row('nested', 'GET /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
  row('nested', 'GET /api/orgs/42/users?page=2', '/api/orgs/:org/users', 200),
  // A route's own 404 keeps its route.
  row('nested', 'GET /api/orgs/42/users/7/missing', '/api/orgs/:org/users/:id/missing', 404),
  row('mounted', 'GET /mounted/reports/2026', '/mounted/reports/:year', 200),
  row('mounted', 'GET /whole/7', '/whole/:id', 200),
  row('prefixed', 'GET /prefixed/7', '/prefixed/:id', 200),
  row('parameter in a mount', 'GET /tenants/42/reports/2026', '/tenants/:tenant/reports/:year', 200),
  row('wildcard', 'GET /files/a.txt', '/files/*', 200),
  row('wildcard', 'GET /files/a/b/c.txt', '/files/*', 200),
  row('array', 'GET /list', '/list', 200),
  row('array', 'GET /either/kim', '/either/:name', 200),
  row('array', 'DELETE /any/7', '/any/:id', 200),
  row('regular expression', 'GET /numbers/24', '/numbers/:id{[0-9]+}', 200),
  row('guard', 'GET /members/7', '/members/:id', 401),
  row('guard', 'GET /guarded/7', '/guarded/:id', 401),
  folded('static files', 'GET /assets/logo.svg', '/assets/logo.svg', 200),
  row('404', 'GET /nowhere/42', 'unmatched', 404),
  row('404', 'GET /strict/7', 'unmatched', 404),
  row('404 inside a mount', 'GET /api/orgs/42/nothing', 'unmatched', 404),
  row('404 inside a mount', 'GET /mounted/nothing', 'unmatched', 404),
  row('404 inside a mount', 'GET /foreign/nothing', 'unmatched', 404),
  row('404 inside a mount', 'GET /assets/nothing.svg', 'unmatched', 404),
  row('method mismatch', 'DELETE /api/orgs/42/users/7', 'unmatched', 404),
  row('automatic OPTIONS', 'OPTIONS /api/orgs/42/users/7', 'unmatched', 404),
  row('automatic HEAD', 'HEAD /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
];

const hono = {
  adapter: 'hono',
  family: 'Hono',
  from: 'test/fixtures/hono-4',
  observedBy: 'a patch of its routers',
  rows,
  without: {},
  // The answer begins before its stream does.
  outcomes: { ...usualOutcomes, 'stream-before': cut(200) },
  limits: [
    'Only the routers that Hono comes with tell their routes.',
    'Hono does not say whether `use` or `all` has registered a handler: one with a `next` and a wildcard is taken for middleware, and what it answers itself is counted under the route behind it, else under the folded path.',
    'What is mounted and is no Hono is counted by its folded path.',
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
