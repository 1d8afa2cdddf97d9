import type { Ledger } from '../ledger.ts';
import { cut, usualOutcomes } from '../outcomes.ts';
import { row } from '../rows.ts';

export const ledger: Ledger = {
  name: 'restify 12',
  adapter: 'restify',
  from: 'test/fixtures/restify-12',
  observedBy: 'a patch of its server',
  routing: 'restify.mjs',
  rows: [
    row('wildcard', 'GET /files/a.txt', '/files/*', 200),
    row('wildcard', 'GET /files/a/b/c.txt', '/files/*', 200),
    row('wildcard', 'GET /orgs/42/users/7', '/orgs/:org/users/:id', 200),
    row('wildcard', 'GET /orgs/42/users?page=2', '/orgs/:org/users', 200),
    row('wildcard', 'GET /versions/7', '/versions/:id', 200),
    row('regular expression', 'GET /date/27', '/date/:day(^\\d{2}$)', 200),
    row('regular expression', 'GET /date/today', 'unmatched', 404),
    // By `use`, which comes after the search for a route, and by a handler of the route.
    row('guard', 'GET /guarded/7', '/guarded/:id', 401),
    row('guard', 'GET /members/7', '/members/:id', 401),
    // By `pre`, which comes before it.
    row('guard', 'GET /closed/7', 'unmatched', 401),
    row('static files', 'GET /assets/logo.svg', '/assets/*', 200),
    // The route is for all files, and answers for those that are not there, too.
    row('static files', 'GET /assets/nothing.svg', '/assets/*', 404),
    row('404', 'GET /nowhere/42', 'unmatched', 404),
    row('404', 'GET /missing/42', '/missing/:id', 404),
    row('method mismatch', 'DELETE /orgs/42/users/7', 'unmatched', 405),
    row('automatic OPTIONS', 'OPTIONS /orgs/42/users/7', 'unmatched', 405),
    row('automatic HEAD', 'HEAD /orgs/42/users/7', 'unmatched', 405),
  ],
  without: {
    nested: 'restify has one router.',
    mounted: 'restify has one router.',
    prefixed: 'restify has no prefixes.',
    'parameter in a mount': 'restify has one router.',
    array: 'A route of restify has one path.',
    '404 inside a mount': 'restify has one router.',
  },
  failing: 'restify.mjs',
  // It leaves the answer open, until its client gives up.
  outcomes: { ...usualOutcomes, 'stream-after': { ...cut(200), answer: 'left' } },
  limits: [
    'restify 11 does not start on Node.js 24: its dependency `spdy` wants a part of Node.js that is gone. On Node.js 22 it is observed like restify 12.',
    'Without its option `handleUncaughtExceptions`, what a handler of restify throws ends the process: it is told as an error of the process, and its request is cut.',
  ],
};
