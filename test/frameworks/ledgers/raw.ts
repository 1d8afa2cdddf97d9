import type { Ledger } from '../ledger.ts';
import { outcomesWithoutFramework } from '../outcomes.ts';

const raw = {
  family: 'Without a framework',
  from: '.',
  packages: [],
  rows: [
    {
      case: 'nested',
      request: 'GET /orgs/42/users/7?page=2',
      path: '/orgs/:id/users/:id',
      status: 200,
      folded: true,
    },
    { case: 'nested', request: 'GET /orgs/42', path: '/orgs/:id', status: 200, folded: true },
    { case: 'wildcard', request: 'GET /files/a/b.txt', path: '/files/a/b.txt', status: 200, folded: true },
    { case: 'guard', request: 'GET /admin/users', path: 'unmatched', status: 401 },
    {
      case: 'static files',
      request: 'GET /assets/logo.svg',
      path: '/assets/logo.svg',
      status: 200,
      folded: true,
    },
    { case: '404', request: 'GET /nowhere/42', path: 'unmatched', status: 404 },
    { case: '404 inside a mount', request: 'GET /orgs/42/nothing', path: 'unmatched', status: 404 },
    { case: 'method mismatch', request: 'DELETE /orgs/42', path: 'unmatched', status: 405 },
    { case: 'automatic OPTIONS', request: 'OPTIONS /orgs/42', path: '/orgs/:id', status: 204, folded: true },
    { case: 'automatic HEAD', request: 'HEAD /orgs/42', path: '/orgs/:id', status: 200, folded: true },
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
];
