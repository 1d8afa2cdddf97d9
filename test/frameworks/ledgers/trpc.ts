import type { Ledger, Row } from '../ledger.ts';
import { usualOutcomes } from '../outcomes.ts';
import { row } from '../rows.ts';

const rows: readonly Row[] = [
  row('nested', 'GET /api/orgs.users.byId', '/api/orgs.users.byId', 200),
  row('nested', 'GET /api/orgs.users.list?input=2', '/api/orgs.users.list', 200),
  // A procedure's own 404 keeps its route.
  row('nested', 'GET /api/missing', '/api/missing', 404),
  row('mounted', 'GET /api/hello', '/api/hello', 200),
  // Loaded with the first request for it.
  row('mounted', 'GET /api/late.hello', '/api/late.hello', 200),
  // What tRPC has lists of: procedures in one request, for its caller to choose.
  row('array', 'GET /api/orgs.users.count,orgs.users.count?batch=1', '/api/orgs.users.count', 200),
  row('array', 'GET /api/hello,orgs.users.list?batch=1', '/api/:batch', 200),
  row('array', 'GET /api/hello,missing?batch=1', '/api/:batch', 207),
  row('array', 'GET /api/hello,nothing?batch=1', '/api/:batch', 207),
  row('guard', 'GET /api/secret', '/api/secret', 401),
  row('404', 'GET /nowhere/42', 'unmatched', 404),
  row('404 inside a mount', 'GET /api/nothing', 'unmatched', 404),
  row('404 inside a mount', 'GET /api/nothing,none?batch=1', 'unmatched', 404),
  row('method mismatch', 'GET /api/create', 'unmatched', 405),
  row('automatic OPTIONS', 'OPTIONS /api/hello', '/api/hello', 415),
  row('automatic HEAD', 'HEAD /api/hello', '/api/hello', 204),
];

export const ledger: Ledger = {
  name: 'tRPC 11',
  adapter: 'trpc',
  from: 'test/fixtures/trpc-11',
  observedBy: 'a wrapper around the options of its handlers',
  routing: 'trpc.mjs',
  rows,
  without: {
    prefixed: 'The base path of a handler is its mount.',
    'parameter in a mount': 'Names of procedures have no parameters.',
    wildcard: 'Names of procedures have no parameters.',
    'regular expression': 'Names of procedures have no parameters.',
    'static files': 'It serves none.',
  },
  limits: [
    'A request for several procedures is counted under `/:batch`, unless they are all the same.',
    'An error in one of several procedures, or in the middle of a subscription, is told with the status of the whole answer, mostly 207 or 200: metrics count no 5xx then.',
    'HEAD is answered with 204 whatever is asked for: what is no procedure is counted under its folded path.',
    'In Express, procedures and errors are known as well; in Fastify, Next.js and handlers of the Fetch API, what the framework around tells.',
  ],
  failing: 'trpc.mjs',
  outcomes: {
    ...usualOutcomes,
    // As an event: the answer to a subscription begins before it does.
    'stream-before': { answer: 200, failure: { status: 200, message: 'boom' } },
    'stream-after': { answer: 200, failure: { status: 200, message: 'boom' } },
  },
};
