import type { Ledger, Row } from '../ledger.ts';
import { usualOutcomes } from '../outcomes.ts';
import { folded, row } from '../rows.ts';

const rows = (splat: string): readonly Row[] => [
  row('nested', 'GET /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
  row('nested', 'GET /api/orgs/42/users?page=2', '/api/orgs/:org/users', 200),
  row('mounted', 'GET /mounted/reports/2026', '/mounted/reports/:year', 200),
  row('parameter in a mount', 'GET /second/5/in/6', '/second/:x/in/:id', 200),
  row('wildcard', 'GET /files/a.txt', splat, 200),
  row('wildcard', 'GET /files/a/b/c.txt', splat, 200),
  row('array', 'GET /list', '/list', 200),
  row('array', 'GET /either/kim', '/either/:name', 200),
  row('array', 'GET /first/in/6', '/first/in/:id', 200),
  row('regular expression', 'GET /expression', '/^\\/exp(ress)?ion$/', 200),
  row('guard', 'GET /members/7', '/members/:id', 401),
  // What a middleware answers on its own, no route has taken.
  row('guard', 'GET /guarded/7', 'unmatched', 401),
  folded('static files', 'GET /assets/logo.svg', '/assets/logo.svg', 200),
  folded('static files', 'GET /assets', '/assets', 301),
  row('404', 'GET /nowhere/42', 'unmatched', 404),
  row('404 inside a mount', 'GET /api/orgs/42/nothing', 'unmatched', 404),
  row('404 inside a mount', 'GET /mounted/nothing', 'unmatched', 404),
  row('404 inside a mount', 'GET /assets/nothing.svg', 'unmatched', 404),
  row('method mismatch', 'DELETE /api/orgs/42/users/7', 'unmatched', 404),
  row('automatic OPTIONS', 'OPTIONS /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
  row('automatic OPTIONS', 'OPTIONS /either/kim', '/either/:name', 200),
  row('automatic OPTIONS', 'OPTIONS /second/5/in/6', '/second/:x/in/:id', 200),
  row('automatic OPTIONS', 'OPTIONS /nowhere/42', 'unmatched', 404),
  row('automatic OPTIONS', 'OPTIONS /either/%zz', 'unmatched', 400),
  row('automatic HEAD', 'HEAD /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
];

const express = {
  adapter: 'express',
  packages: ['express'],
  observedBy: 'a patch of its router',
  without: { prefixed: 'Express has mounts in place of prefixes.' },
  limits: [
    'Files below a mount with a parameter have its value in their folded path, unless it looks like an id.',
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
