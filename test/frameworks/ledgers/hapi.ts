import type { Ledger, Row } from '../ledger.ts';
import { cut, usualOutcomes } from '../outcomes.ts';
import { row } from '../rows.ts';

const rows: readonly Row[] = [
  row('nested', 'GET /api/orgs/42/users/7', '/api/orgs/{org}/users/{id}', 200),
  row('nested', 'GET /api/orgs/42/users?page=2', '/api/orgs/{org}/users', 200),
  row('prefixed', 'GET /reports/2026', '/reports/{year}', 200),
  row('parameter in a mount', 'GET /api/orgs/ykmake/users/7', '/api/orgs/{org}/users/{id}', 200),
  row('wildcard', 'GET /files/a.txt', '/files/{rest*}', 200),
  row('wildcard', 'GET /files/a/b/c.txt', '/files/{rest*}', 200),
  row('wildcard', 'GET /version2', '/version{number?}', 200),
  row('guard', 'GET /guarded/7', '/guarded/{id}', 401),
  row('guard', 'GET /members/7', '/members/{id}', 401),
  row('guard', 'GET /valid/7', '/valid/{id}', 400),
  // Answered before hapi looks for a route.
  row('guard', 'GET /closed/7', 'unmatched', 401),
  row('static files', 'GET /assets/logo.svg', '/assets/{file*}', 200),
  // The route is for all files, and answers for those that are not there, too.
  row('static files', 'GET /assets/nothing.svg', '/assets/{file*}', 404),
  row('404', 'GET /nowhere/42', 'unmatched', 404),
  row('404', 'GET /files/%', 'unmatched', 400),
  row('404 inside a mount', 'GET /api/orgs/42/nothing', 'unmatched', 404),
  row('method mismatch', 'DELETE /api/orgs/42/users/7', 'unmatched', 404),
  // Without the headers of a browser's preflight.
  row('automatic OPTIONS', 'OPTIONS /api/orgs/42/users/7', 'unmatched', 404),
  row('automatic HEAD', 'HEAD /api/orgs/42/users/7', '/api/orgs/{org}/users/{id}', 200),
];

const hapi = {
  adapter: 'hapi',
  packages: ['@hapi/hapi', '@hapi/inert'],
  observedBy: 'a patch of its requests and its toolkit',
  routing: 'hapi.mjs',
  rows,
  without: {
    mounted: 'hapi has prefixes in place of mounts.',
    array: 'A route of hapi has one path.',
    'regular expression': 'Paths of hapi are strings.',
  },
  failing: 'hapi.mjs',
  // The status is on its way before a stream is read.
  outcomes: { ...usualOutcomes, 'stream-before': cut(200) },
} satisfies Partial<Ledger>;

export const ledgers: readonly Ledger[] = [
  { ...hapi, name: 'hapi 20', from: 'test/fixtures/hapi-20' },
  { ...hapi, name: 'hapi 21', from: 'test/fixtures/hapi-21' },
];
