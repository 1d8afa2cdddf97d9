import type { Ledger, Outcome, Row } from '../ledger.ts';
import { cut, failed, usualOutcomes } from '../outcomes.ts';
import { folded, row } from '../rows.ts';

interface Version {
  readonly major: 10 | 11 | 12;
  readonly platform: 'Express' | 'Fastify';
}

const isFastify = ({ platform }: Version): boolean => platform === 'Fastify';

/** Paths of Express 5 have none. */
const hasExpressions = (version: Version): boolean => version.major === 10 || isFastify(version);

const rows = (version: Version): readonly Row[] => [
  row('nested', 'GET /api/shops/3', '/api/shops/:shop', 200),
  row('nested', 'GET /api/shops/3/shelves', '/api/shops/:shop/shelves', 200),
  row('nested', 'GET /api/shops/3/shelves/8/items/5', '/api/shops/:shop/shelves/:shelf/items/:item', 200),
  row('mounted', 'GET /api/cats/7', '/api/cats/:id', 200),
  row('mounted', 'POST /api/cats', '/api/cats', 201),
  row('mounted', 'GET /api/scoped/7', '/api/scoped/:id', 200),
  row('prefixed', 'GET /api', '/api', 200),
  row('prefixed', 'GET /health', '/health', 200),
  row('prefixed', 'GET /api/v2/dogs/7', '/api/v2/dogs/:id', 200),
  row('prefixed', 'GET /api/v3/dogs/newer', '/api/v3/dogs/newer', 200),
  row('parameter in a mount', 'GET /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200),
  row(
    'wildcard',
    'GET /api/files/a/b.txt',
    hasExpressions(version) ? '/api/files/*' : '/api/files/*path',
    200,
  ),
  row('wildcard', 'PUT /api/every/3', '/api/every/:id', 200),
  row('array', 'GET /api/either/left', '/api/either/left', 200),
  row('array', 'GET /api/or/kim/right/9', '/api/or/:name/right/:side', 200),
  ...(hasExpressions(version) ? expressions(version) : []),
  row('guard', 'GET /api/denied/5', '/api/denied/:id', 401),
  row('guard', 'GET /api/refused/5', '/api/refused/:id', 403),
  row('guard', 'GET /api/piped/x', '/api/piped/:number', 400),
  row('guard', 'GET /api/thrown/5', '/api/thrown/:id', 401),
  // Middleware for all methods of a path: Express has not looked for the route yet.
  row('guard', 'GET /api/stopped/5', isFastify(version) ? '/api/stopped/:id' : 'unmatched', 401),
  isFastify(version)
    ? row('static files', 'GET /static/logo.svg', '/static/*', 200)
    : folded('static files', 'GET /static/logo.svg', '/static/logo.svg', 200),
  row('404', 'GET /nowhere/42', 'unmatched', 404),
  row('404', 'GET /api/dogs/7', 'unmatched', 404),
  // A handler says so itself.
  row('404', 'GET /api/missing/5', '/api/missing/:id', 404),
  row('404 inside a mount', 'GET /api/shops/3/none', 'unmatched', 404),
  row('method mismatch', 'DELETE /api/cats/7', 'unmatched', 404),
  row('method mismatch', 'POST /health', 'unmatched', 404),
  // Nest has no answer of its own to OPTIONS.
  row('automatic OPTIONS', 'OPTIONS /api/cats/7', 'unmatched', 404),
  row('automatic HEAD', 'HEAD /api/cats/7', '/api/cats/:id', 200),
];

const expressions = (version: Version): readonly Row[] => [
  row(
    'regular expression',
    'GET /api/expression/55',
    `/api/expression/:digits(${isFastify(version) ? '^\\d+$' : '\\d+'})`,
    200,
  ),
  row('regular expression', 'GET /api/expression/x', 'unmatched', 404),
];

/** Nest has Express answer a file that fails at once as a bad request of the client. */
const ofFiles = (version: Version): Readonly<Record<string, Outcome>> => {
  if (isFastify(version)) return {};
  // Ends the answer as if it were complete, and destroys it then, which is what is told.
  if (version.major === 10) return { 'stream-before': failed(400), 'stream-after': failed(200) };
  return { 'stream-before': { answer: 400 }, 'stream-after': cut(200) };
};

const limits = (version: Version): readonly string[] => [
  'An error in server-sent events that have begun is sent as an event, in a complete answer, and is not told.',
  'Errors of GraphQL resolvers, gateways and microservices are not told: their answers are not those of HTTP.',
  ...(isFastify(version)
    ? []
    : [
        'What a middleware answers for all methods of a path, no route has taken: 401 and 403 are `unmatched` then.',
        version.major === 10
          ? 'A `StreamableFile` that fails is told as a failure, although Nest 10 ends the answer as if it were complete; on Node.js 22 not if it fails before its first piece.'
          : 'A `StreamableFile` that fails before it has begun is answered with 400, which is no failure.',
      ]),
];

const createLedger = (version: Version): Ledger => {
  const { major, platform } = version;
  const argument = platform.toLowerCase();
  return {
    name: `NestJS ${major} on ${platform}`,
    family: 'NestJS',
    // Without that of its platform no route is known either.
    adapter: `nestjs-core,${argument}`,
    from: `test/fixtures/nest-${major}`,
    packages: ['@nestjs/core', `@nestjs/platform-${argument}`],
    observedBy: `a patch of its exception handler, and ${platform}'s adapter`,
    routing: `nest.mjs ${argument}`,
    rows: rows(version),
    without: hasExpressions(version)
      ? {}
      : { 'regular expression': 'Paths of Nest are strings, and those of Express 5 have no expressions.' },
    failing: `nest.mjs ${argument}`,
    outcomes: { ...usualOutcomes, ...ofFiles(version) },
    limits: limits(version),
  };
};

const majors = [10, 11, 12] as const;
const platforms = ['Express', 'Fastify'] as const;

export const ledgers: readonly Ledger[] = platforms.flatMap(platform =>
  majors.map(major => createLedger({ major, platform })),
);
