import type { Ledger } from '../ledger.ts';
import { usualOutcomes } from '../outcomes.ts';
import { row } from '../rows.ts';

const h3 = {
  adapter: 'h3',
  observedBy: 'a patch of its application',
  outcomes: usualOutcomes,
} satisfies Partial<Ledger>;

const { 'stream-after': _streamAfter, ...outcomesOf1 } = usualOutcomes;

const limits = [
  "A server that Nitro has built has h3 inside, where nothing is loaded that could be observed: its requests have folded paths, and its errors are 5xx answers without an error. With `externals: { external: ['h3'] }` in the configuration of Nitro 2, h3 stays a package, and routes and errors are known.",
  'In h3 2, what the hook `onRequest` throws, and what fails while an answer is put together, is a 5xx answer without an error.',
];

export const ledgers: readonly Ledger[] = [
  {
    ...h3,
    name: 'h3 1',
    from: 'test/fixtures/h3-1',
    routing: 'h3-1.mjs',
    rows: [
      row('nested', 'GET /api/orgs/users/7', '/api/orgs/users/:id', 200),
      row('nested', 'GET /api/orgs/users?page=2', '/api/orgs/users', 200),
      row('mounted', 'GET /mounted/reports/2026', '/mounted/reports/:year', 200),
      row('prefixed', 'GET /twice/reports/2026', '/twice/reports/:year', 200),
      row('wildcard', 'GET /files/a/b.txt', '/files/**', 200),
      row('guard', 'GET /members/7', '/members/:id', 401),
      row('guard', 'GET /guarded/7', 'unmatched', 401),
      row('404', 'GET /nowhere/42', 'unmatched', 404),
      row('404 inside a mount', 'GET /api/orgs/nothing', 'unmatched', 404),
      row('404 inside a mount', 'GET /mounted/nothing', 'unmatched', 404),
      row('method mismatch', 'DELETE /api/orgs/users/7', 'unmatched', 404),
      row('automatic OPTIONS', 'OPTIONS /api/orgs/users/7', 'unmatched', 404),
      row('automatic HEAD', 'HEAD /api/orgs/users/7', 'unmatched', 404),
    ],
    without: {
      'parameter in a mount': 'What `use` and `useBase` mount at is taken literally.',
      array: 'A route has one path.',
      'regular expression': 'A route is a template.',
      'static files': 'It has no files of its own; `serveStatic` asks the application for them.',
    },
    failing: 'h3-1.mjs',
    outcomes: outcomesOf1,
    withoutFailing: { 'stream-after': 'h3 1 leaves such an answer open until its client goes.' },
    limits,
  },
  {
    ...h3,
    name: 'h3 2',
    from: 'test/fixtures/h3-2',
    routing: 'h3-2.mjs',
    rows: [
      row('nested', 'GET /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
      row('nested', 'GET /api/orgs/42/users?page=2', '/api/orgs/:org/users', 200),
      row('mounted', 'GET /api/orgs/ykmake/users', '/api/orgs/:org/users', 200),
      row('prefixed', 'GET /mounted/reports/2026', '/mounted/reports/:year', 200),
      row('parameter in a mount', 'GET /api/orgs/ykmake/users/7', '/api/orgs/:org/users/:id', 200),
      row('wildcard', 'GET /files/a/b.txt', '/files/**', 200),
      row('guard', 'GET /guarded/7', '/guarded/:id', 401),
      row('404', 'GET /nowhere/42', 'unmatched', 404),
      row('404 inside a mount', 'GET /api/orgs/42/nothing', 'unmatched', 404),
      row('404 inside a mount', 'GET /mounted/nothing', 'unmatched', 404),
      row('method mismatch', 'DELETE /api/orgs/42/users/7', 'unmatched', 404),
      row('automatic OPTIONS', 'OPTIONS /api/orgs/42/users/7', 'unmatched', 404),
      row('automatic HEAD', 'HEAD /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
    ],
    without: {
      array: 'A route has one path.',
      'regular expression': 'A route is a template.',
      'static files': 'It has no files of its own; `serveStatic` asks the application for them.',
    },
    failing: 'h3-2.mjs',
    limits,
  },
];
