import type { Ledger, Row } from '../ledger.ts';
import { usualOutcomes } from '../outcomes.ts';

const rows: readonly Row[] = [
  { case: 'nested', request: 'GET /api/orgs.users.byId', path: '/api/orgs.users.byId', status: 200 },
  { case: 'nested', request: 'GET /api/orgs.users.list?input=2', path: '/api/orgs.users.list', status: 200 },
  // A procedure's own 404 keeps its route.
  { case: 'nested', request: 'GET /api/missing', path: '/api/missing', status: 404 },
  { case: 'mounted', request: 'GET /api/hello', path: '/api/hello', status: 200 },
  // Loaded with the first request for it.
  { case: 'mounted', request: 'GET /api/late.hello', path: '/api/late.hello', status: 200 },
  // What tRPC has lists of: procedures in one request, for its caller to choose.
  {
    case: 'array',
    request: 'GET /api/orgs.users.count,orgs.users.count?batch=1',
    path: '/api/orgs.users.count',
    status: 200,
  },
  { case: 'array', request: 'GET /api/hello,orgs.users.list?batch=1', path: '/api/:batch', status: 200 },
  { case: 'array', request: 'GET /api/hello,missing?batch=1', path: '/api/:batch', status: 207 },
  { case: 'array', request: 'GET /api/hello,nothing?batch=1', path: '/api/:batch', status: 207 },
  { case: 'guard', request: 'GET /api/secret', path: '/api/secret', status: 401 },
  { case: '404', request: 'GET /nowhere/42', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /api/nothing', path: 'unmatched', status: 404 },
  { case: '404 inside a mount', request: 'GET /api/nothing,none?batch=1', path: 'unmatched', status: 404 },
  { case: 'method mismatch', request: 'GET /api/create', path: 'unmatched', status: 405 },
  { case: 'automatic OPTIONS', request: 'OPTIONS /api/hello', path: 'unmatched', status: 415 },
  { case: 'automatic HEAD', request: 'HEAD /api/hello', path: '/api/hello', status: 204 },
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
