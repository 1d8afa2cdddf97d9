import type { Ledger, Row } from '../ledger.ts';
import { cut, failed, usualOutcomes } from '../outcomes.ts';
import { folded, row } from '../rows.ts';

const noMounts = 'A file is a route, by its place.';
const noErrorHandler = 'There is no error handler that answers.';

const next = {
  adapter: 'next',
  packages: ['next'],
  observedBy: 'a patch of its server',
  // As `next start` sets it by itself.
  env: { NODE_ENV: 'production' },
  routing: 'next.mjs',
  failing: 'next.mjs',
  rows: [
    row('nested', 'GET /orgs/42/users/7?page=2', '/orgs/[org]/users/[id]', 200),
    // Before anything has loaded the file of the route.
    {
      ...row('method mismatch', 'DELETE /handlers/orgs/42/users/7', 'unmatched', 405),
      ownRoute: '/handlers/orgs/[org]/users/[id]',
    },
    row('nested', 'GET /handlers/orgs/42/users/7', '/handlers/orgs/[org]/users/[id]', 200),
    row('nested', 'GET /old/7', '/old/[id]', 200),
    row('nested', 'GET /api/users/7', '/api/users/[id]', 200),
    row('nested', 'GET /edge/7', '/edge/[id]', 200),
    row('nested', 'GET /made/1', '/made/[id]', 200),
    row('wildcard', 'GET /docs/a', '/docs/[...path]', 200),
    row('wildcard', 'GET /docs/a/b/c', '/docs/[...path]', 200),
    // What next.config and the proxy rewrite, has the route that it is rewritten to.
    row('array', 'GET /blog/hello', '/blog/[slug]', 200),
    row('array', 'GET /journal/hello', '/blog/[slug]', 200),
    row('array', 'GET /journal-by-proxy/hello', '/blog/[slug]', 200),
    row('guard', 'GET /guarded/7', 'unmatched', 401),
    row('guard', 'GET /old/moved', '/old/[id]', 307),
    row('guard', 'GET /failing/redirected', '/failing/redirected', 307),
    folded('guard', 'GET /moved/7', '/moved/:id', 307),
    folded('static files', 'GET /hello.txt', '/hello.txt', 200),
    row('404', 'GET /nowhere/42', 'unmatched', 404),
    row('404', 'GET /_next/static/nothing.js', 'unmatched', 404),
    // A path that is not among those made in advance.
    { ...row('404', 'GET /made/7', 'unmatched', 404), ownRoute: '/made/[id]' },
    // What a page says that is not there, is its answer.
    row('404', 'GET /old/missing', '/old/[id]', 404),
    row('404', 'GET /failing/not-found', '/failing/not-found', 404),
    row('404 inside a mount', 'GET /orgs/42/nothing', 'unmatched', 404),
    {
      ...row('method mismatch', 'DELETE /handlers/orgs/42/users/7', 'unmatched', 405),
      ownRoute: '/handlers/orgs/[org]/users/[id]',
    },
    { ...row('method mismatch', 'POST /made/1', 'unmatched', 405), ownRoute: '/made/[id]' },
    row('method mismatch', 'PUT /handlers/orgs/42/users/7', '/handlers/orgs/[org]/users/[id]', 405),
    row('automatic OPTIONS', 'OPTIONS /handlers/orgs/42/users/7', '/handlers/orgs/[org]/users/[id]', 204),
    row('automatic HEAD', 'HEAD /handlers/orgs/42/users/7', '/handlers/orgs/[org]/users/[id]', 200),
    row('automatic HEAD', 'HEAD /blog/hello', '/blog/[slug]', 200),
  ],
  without: {
    mounted: noMounts,
    prefixed: noMounts,
    'parameter in a mount': noMounts,
    'regular expression': noMounts,
  },
  outcomes: {
    ok: { answer: 200 },
    throw: failed(500),
    reject: failed(500),
    // By `pipeline`, which leaves nothing to answer with.
    'stream-before': cut(499),
    'pipeline-after': cut(200),
    status: failed(503, null),
    // It does not know such errors.
    'throw-4xx': failed(500, 'refused'),
    string: failed(500, 'a string'),
    gone: { answer: 'left' },
    'gone-late': usualOutcomes['gone-late'] ?? failed(499),
    'gone-stream': { answer: 'left' },
  },
  withoutFailing: {
    pass: noErrorHandler,
    'stream-after': 'An API route gets the response of Node.js: see `pipeline`.',
    'pass-4xx': noErrorHandler,
    handled: noErrorHandler,
    'mapped-4xx': noErrorHandler,
    'mapped-5xx': noErrorHandler,
    user: 'The active span is one of Next.js, and not that of the request.',
  },
  failingRoute: () => '/api/[name]',
  limits: [
    'A page that fails below a `Suspense` or a `loading.js` is answered with 200, and goes on without that part: the error is reported with this status when the answer is out.',
    'What a proxy or middleware answers by itself is `unmatched`, as no route is known then; its errors are reported without a route.',
    'What `next.config` redirects, and files of `public`, have the folded path. Files of `/_next/static/` have one route, without the `basePath`.',
    'With traces on, the spans that Next.js makes by itself are children of that of the request. The one that it makes of the request again is made `INTERNAL`, so that no request is counted twice by its spans.',
    'Next.js 16 writes `http.route` on the span of the request also where it answers 404 or 405 for a route.',
    '`user.id` has to be set on the span of the request: the active one in a handler is one of Next.js.',
    'What a proxy rewrites to another name of the own machine, Next.js fetches from itself: a second request is counted, as there is one.',
    'What runs in the edge runtime is reported with an error of another realm. `output: standalone` is not tested. `next dev` is several processes, of which the first takes the port of the metrics: give it port 0.',
    '`NODE_OPTIONS` that is set while `next build` runs, monitors the build too: set it where the application is started.',
  ],
} satisfies Partial<Ledger>;

export const ledgers: readonly Ledger[] = [
  {
    ...next,
    name: 'Next.js 15',
    from: 'test/fixtures/next-15',
    // It writes nothing on the spans of others.
    rows: next.rows.map(({ ownRoute: _, ...rest }: Row) => rest),
  },
  { ...next, name: 'Next.js 16', from: 'test/fixtures/next-16' },
];
