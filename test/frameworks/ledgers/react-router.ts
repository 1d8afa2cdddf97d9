import type { Ledger, Row } from '../ledger.ts';
import { cut, usualOutcomes } from '../outcomes.ts';

const nested: readonly Row[] = [
  { case: 'nested', request: 'GET /', path: '/', status: 200 },
  { case: 'nested', request: 'GET /orgs', path: '/orgs', status: 200 },
  { case: 'nested', request: 'GET /orgs/42', path: '/orgs/:org', status: 200 },
  { case: 'nested', request: 'GET /orgs/42/users/7', path: '/orgs/:org/users/:id', status: 200 },
  { case: 'nested', request: 'GET /orgs/42/users/7.data', path: '/orgs/:org/users/:id', status: 200 },
  { case: 'nested', request: 'GET /absolute/5', path: '/absolute/:id', status: 200 },
  { case: 'nested', request: 'GET /orgs/a%2Fb/users/%C3%A4', path: '/orgs/:org/users/:id', status: 200 },
];

const others: readonly Row[] = [
  { case: 'prefixed', request: 'GET /api/v1/things/9', path: '/api/v1/things/:id', status: 200 },
  { case: 'prefixed', request: 'GET /about', path: '/:lang?/about', status: 200 },
  { case: 'prefixed', request: 'GET /de/about', path: '/:lang?/about', status: 200 },
  { case: 'parameter in a mount', request: 'GET /orgs/42.data', path: '/orgs/:org', status: 200 },
  { case: 'wildcard', request: 'GET /files/a/b.txt', path: '/files/*', status: 200 },
  { case: 'guard', request: 'GET /account/3', path: '/account/:id', status: 401 },
  { case: 'guard', request: 'GET /account/3.data', path: '/account/:id', status: 401 },
  { case: 'static files', request: 'GET /logo.svg', path: '/logo.svg', status: 200, folded: true },
  { case: '404', request: 'GET /missing', path: 'unmatched', status: 404 },
  { case: '404', request: 'GET /missing.data', path: 'unmatched', status: 404 },
  { case: '404', request: 'GET /orgs/42/secret', path: '/orgs/:org/secret', status: 404 },
  { case: '404 inside a mount', request: 'GET /orgs/42/missing', path: 'unmatched', status: 404 },
  { case: 'method mismatch', request: 'POST /api/v1/things/9', path: 'unmatched', status: 405 },
  { case: 'method mismatch', request: 'POST /orgs/42', path: 'unmatched', status: 405 },
  // Only a loader that answers itself is asked: it gets OPTIONS as it gets GET.
  { case: 'automatic OPTIONS', request: 'OPTIONS /orgs/42', path: 'unmatched', status: 405 },
  { case: 'automatic OPTIONS', request: 'OPTIONS /api/v1/things/9', path: '/api/v1/things/:id', status: 200 },
  { case: 'automatic HEAD', request: 'HEAD /orgs/42', path: '/orgs/:org', status: 200 },
  { case: 'automatic HEAD', request: 'HEAD /api/v1/things/9', path: '/api/v1/things/:id', status: 200 },
];

/** A second application below a path. */
const mounted: readonly Row[] = [
  { case: 'mounted', request: 'GET /shop', path: '/shop', status: 200 },
  { case: 'mounted', request: 'GET /shop/orgs/42/users/7', path: '/shop/orgs/:org/users/:id', status: 200 },
  { case: '404 inside a mount', request: 'GET /shop/missing', path: 'unmatched', status: 404 },
];

/** What browsers ask for by themselves. */
const manifest = (query: string): Row => ({
  case: 'nested',
  request: `GET /__manifest?version=1&${query}`,
  path: '/__manifest',
  status: 200,
});
const reactRouterRows = [...nested, manifest('paths=/orgs/5')];
const remixRows = [...nested, manifest('p=/orgs/5')];

const without: Ledger['without'] = {
  array: 'A route has one path.',
  'regular expression': 'Paths have none.',
};
const withoutMounts: Ledger['without'] = { ...without, mounted: 'Its own server has one application.' };

const outcomes: Ledger['outcomes'] = {
  ...usualOutcomes,
  // The headers wait for the body, and the connection is cut before they are sent.
  'stream-before': cut(499),
  // What a loader throws when its client has left, the framework tells nobody.
  'gone-late': { answer: 'left' },
};

const limits: Ledger['limits'] = [
  'Data requests (`/orgs/42.data`) count as the page that they are for, browsers that ask for routes as `/__manifest`.',
  'What a loader or an action throws when its client has left already is not reported: the framework tells nobody.',
  'Neither are promises of a loader that are rejected when the headers are out, nor errors of the renderer that only its `onError` is told of: call `captureError` there.',
];
const behindOthers =
  "Behind another server than Express or Node's own (`createRequestListener`), under `react-router dev` and with React Server Components, what that server tells counts: its own route, or the folded path.";

const common = {
  // Express tells what goes wrong with a stream.
  adapter: 'react-router,express',
  observedBy: "a patch of its handler and of the server's",
  outcomes,
} satisfies Partial<Ledger>;
const express = { ...common, routing: 'react-router.mjs', failing: 'react-router.mjs' };
const serve = { ...common, routing: 'react-router-serve.mjs', failing: 'react-router-serve.mjs' };
const reactRouter = {
  family: 'React Router',
  packages: ['react-router', '@react-router/express', 'express'],
};
const remix = { family: 'Remix', packages: ['@remix-run/express', 'express'] };

export const ledgers: readonly Ledger[] = [
  {
    ...express,
    ...reactRouter,
    name: 'React Router 7 (Express)',
    from: 'test/fixtures/react-router-7',
    rows: [...reactRouterRows, ...mounted, ...others],
    without,
    limits: [...limits, behindOthers],
  },
  {
    ...serve,
    ...reactRouter,
    packages: ['react-router', '@react-router/serve'],
    name: 'React Router 7 (react-router-serve)',
    from: 'test/fixtures/react-router-7',
    rows: [...reactRouterRows, ...others],
    without: withoutMounts,
    limits,
  },
  {
    ...express,
    ...reactRouter,
    name: 'React Router 8 (Express)',
    from: 'test/fixtures/react-router-8',
    rows: [...reactRouterRows, ...mounted, ...others],
    without,
    limits: [
      ...limits,
      behindOthers,
      'With `future.unstable_routePatternMatching` of React Router 8 no route is known: folded paths are counted.',
    ],
  },
  {
    ...express,
    ...remix,
    name: 'Remix 2 (Express)',
    from: 'test/fixtures/remix-2',
    rows: [...remixRows, ...mounted, ...others],
    without,
    limits: [...limits, behindOthers],
  },
  {
    ...serve,
    ...remix,
    packages: ['@remix-run/serve'],
    name: 'Remix 2 (remix-serve)',
    from: 'test/fixtures/remix-2',
    rows: [...remixRows, ...others],
    without: withoutMounts,
    // Its Express answers 500 in time, but with an answer that is compressed and so never complete.
    outcomes: { ...outcomes, 'stream-before': cut(500) },
    limits,
  },
];
