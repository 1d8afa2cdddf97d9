import type { Ledger, Outcome, Row } from '../ledger.ts';

type Major = 10 | 11 | 12;
type Platform = 'Express' | 'Fastify';

const failed = (status: number, message: string | null = 'boom'): Outcome => ({
  answer: status,
  failure: { status, message },
});
const cut = (status: number): Outcome => ({ answer: 'cut', failure: { status, message: 'boom' } });

/** Nest answers a file that fails at once as a bad request of the client. */
const failingFile = (major: Major, platform: Platform): Readonly<Record<string, Outcome>> => {
  if (platform === 'Fastify') return { 'stream-before': failed(500), 'stream-after': cut(200) };
  // Nest 10 ends the answer as if it were complete, and then destroys it, which is what is told.
  if (major === 10) return { 'stream-before': failed(400), 'stream-after': failed(200) };
  return { 'stream-before': { answer: 400 }, 'stream-after': cut(200) };
};

const outcomes = (major: Major, platform: Platform): Readonly<Record<string, Outcome>> => ({
  ok: { answer: 200 },
  throw: failed(500),
  reject: failed(500),
  // an Observable that fails
  pass: failed(500),
  ...failingFile(major, platform),
  'pipeline-after': cut(200),
  status: failed(503, null),
  'throw-4xx': { answer: 403 },
  'pass-4xx': { answer: 409 },
  handled: { answer: 200 },
  'mapped-4xx': { answer: 422 },
  'mapped-5xx': failed(503),
  string: failed(500, 'a string'),
  gone: { answer: 'left' },
  'gone-late': { answer: 'left', failure: { status: 499, message: 'boom' } },
  'gone-stream': { answer: 'left' },
  user: failed(500),
});

const rows = (major: Major, platform: Platform): readonly Row[] => [
  { case: 'nested', request: 'GET /api/shops/3', path: '/api/shops/:shop', status: 200 },
  { case: 'nested', request: 'GET /api/shops/3/shelves', path: '/api/shops/:shop/shelves', status: 200 },
  {
    case: 'nested',
    request: 'GET /api/shops/3/shelves/8/items/5',
    path: '/api/shops/:shop/shelves/:shelf/items/:item',
    status: 200,
  },
  { case: 'mounted', request: 'GET /api/cats/7', path: '/api/cats/:id', status: 200 },
  { case: 'mounted', request: 'POST /api/cats', path: '/api/cats', status: 201 },
  { case: 'mounted', request: 'GET /api/scoped/7', path: '/api/scoped/:id', status: 200 },
  { case: 'prefixed', request: 'GET /api', path: '/api', status: 200 },
  { case: 'prefixed', request: 'GET /health', path: '/health', status: 200 },
  { case: 'prefixed', request: 'GET /api/v2/dogs/7', path: '/api/v2/dogs/:id', status: 200 },
  { case: 'prefixed', request: 'GET /api/v3/dogs/newer', path: '/api/v3/dogs/newer', status: 200 },
  {
    case: 'parameter in a mount',
    request: 'GET /api/orgs/42/users/7',
    path: '/api/orgs/:org/users/:id',
    status: 200,
  },
  {
    case: 'wildcard',
    request: 'GET /api/files/a/b.txt',
    path: major === 10 || platform === 'Fastify' ? '/api/files/*' : '/api/files/*path',
    status: 200,
  },
  { case: 'wildcard', request: 'PUT /api/every/3', path: '/api/every/:id', status: 200 },
  { case: 'array', request: 'GET /api/either/left', path: '/api/either/left', status: 200 },
  {
    case: 'array',
    request: 'GET /api/or/kim/right/9',
    path: '/api/or/:name/right/:side',
    status: 200,
  },
  ...expressions(major, platform),
  { case: 'guard', request: 'GET /api/denied/5', path: '/api/denied/:id', status: 401 },
  { case: 'guard', request: 'GET /api/refused/5', path: '/api/refused/:id', status: 403 },
  { case: 'guard', request: 'GET /api/piped/x', path: '/api/piped/:number', status: 400 },
  { case: 'guard', request: 'GET /api/thrown/5', path: '/api/thrown/:id', status: 401 },
  // Middleware for all methods of a path: Express has not looked for the route yet.
  {
    case: 'guard',
    request: 'GET /api/stopped/5',
    path: platform === 'Express' ? 'unmatched' : '/api/stopped/:id',
    status: 401,
  },
  platform === 'Express'
    ? {
        case: 'static files',
        request: 'GET /static/nest.mjs',
        path: '/static/nest.mjs',
        status: 200,
        folded: true,
      }
    : { case: 'static files', request: 'GET /static/nest.mjs', path: '/static/*', status: 200 },
  { case: '404', request: 'GET /nowhere/42', path: 'unmatched', status: 404 },
  { case: '404', request: 'GET /api/dogs/7', path: 'unmatched', status: 404 },
  // an exception filter that answers it with a page
  { case: '404', request: 'GET /api/pages/about', path: '/api/pages/about', status: 200, folded: true },
  // a handler's own
  { case: '404', request: 'GET /api/missing/5', path: '/api/missing/:id', status: 404 },
  { case: '404 inside a mount', request: 'GET /api/shops/3/none', path: 'unmatched', status: 404 },
  { case: 'method mismatch', request: 'DELETE /api/cats/7', path: 'unmatched', status: 404 },
  { case: 'method mismatch', request: 'POST /health', path: 'unmatched', status: 404 },
  // Nest has no answer of its own to OPTIONS.
  { case: 'automatic OPTIONS', request: 'OPTIONS /api/cats/7', path: 'unmatched', status: 404 },
  { case: 'automatic HEAD', request: 'HEAD /api/cats/7', path: '/api/cats/:id', status: 200 },
];

const hasExpressions = (major: Major, platform: Platform): boolean => major === 10 || platform === 'Fastify';

const expressions = (major: Major, platform: Platform): readonly Row[] =>
  hasExpressions(major, platform)
    ? [
        {
          case: 'regular expression',
          request: 'GET /api/expression/55',
          path: `/api/expression/:digits(${platform === 'Express' ? '\\d+' : '^\\d+$'})`,
          status: 200,
        },
        { case: 'regular expression', request: 'GET /api/expression/x', path: 'unmatched', status: 404 },
      ]
    : [];

const limits = (major: Major, platform: Platform): readonly string[] => [
  'An error in server-sent events that have begun is sent as an event, in a complete answer, and is not told.',
  'Errors of GraphQL resolvers, gateways and microservices are not told, as HTTP does not answer them.',
  ...(platform === 'Express'
    ? [
        'Middleware that answers itself for all methods of a path is counted as `unmatched`, unless it answers with success: then under the folded path.',
        major === 10
          ? 'A `StreamableFile` that fails is told as a failure, although Nest 10 ends the answer as if it were complete.'
          : 'A `StreamableFile` that fails before it has begun is answered with 400, which is no failure.',
      ]
    : []),
];

const createLedger = (major: Major, platform: Platform): Ledger => ({
  name: `NestJS ${major} on ${platform}`,
  // Without that of its platform the route is not known either.
  adapter: `nestjs-core,${platform.toLowerCase()}`,
  from: `test/fixtures/nest-${major}`,
  routing: `nest.mjs ${platform.toLowerCase()}`,
  rows: rows(major, platform),
  without: hasExpressions(major, platform)
    ? {}
    : {
        'regular expression':
          'Paths of Express 5 have no regular expressions, and those of Nest are strings.',
      },
  failing: `nest-${platform.toLowerCase()}.mjs`,
  outcomes: outcomes(major, platform),
  limits: limits(major, platform),
});

const majors: readonly Major[] = [10, 11, 12];
const platforms: readonly Platform[] = ['Express', 'Fastify'];

export const ledgers: readonly Ledger[] = majors.flatMap(major =>
  platforms.map(platform => createLedger(major, platform)),
);
