import type { Ledger } from '../ledger.ts';
import { outcomesWithoutFramework } from '../outcomes.ts';
import { folded, row } from '../rows.ts';

const raw = {
  family: 'Without a framework',
  from: '.',
  packages: [],
  rows: [
    folded('nested', 'GET /orgs/42/users/7?page=2', '/orgs/:id/users/:id', 200),
    folded('nested', 'GET /orgs/42', '/orgs/:id', 200),
    folded('wildcard', 'GET /files/a/b.txt', '/files/a/b.txt', 200),
    row('guard', 'GET /admin/users', 'unmatched', 401),
    folded('static files', 'GET /assets/logo.svg', '/assets/logo.svg', 200),
    row('404', 'GET /nowhere/42', 'unmatched', 404),
    row('404 inside a mount', 'GET /orgs/42/nothing', 'unmatched', 404),
    row('method mismatch', 'DELETE /orgs/42', 'unmatched', 405),
    folded('automatic OPTIONS', 'OPTIONS /orgs/42', '/orgs/:id', 204),
    folded('automatic HEAD', 'HEAD /orgs/42', '/orgs/:id', 200),
  ],
  without: {
    mounted: 'There are no routers.',
    prefixed: 'There are no routers.',
    'parameter in a mount': 'There are no routers.',
    array: 'There are no routes.',
    'regular expression': 'There are no routes.',
  },
  outcomes: outcomesWithoutFramework,
} satisfies Partial<Ledger>;

export const ledgers: readonly Ledger[] = [
  { ...raw, name: 'node:http', routing: 'raw.mjs', failing: 'raw.mjs' },
  { ...raw, name: 'node:https', client: 'https', routing: 'raw.mjs https', failing: 'raw.mjs https' },
  { ...raw, name: 'node:http2', client: 'http2', routing: 'raw.mjs http2', failing: 'raw.mjs http2' },
  {
    ...raw,
    name: 'node:http2, streams',
    client: 'http2',
    routing: 'http2-streams.mjs',
    failing: 'http2-streams.mjs',
    limits: [
      'Requests by gRPC, streams that the server pushes and sessions of `http2.performServerHandshake` are not observed.',
    ],
  },
];
