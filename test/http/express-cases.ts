export type ExpressCase = readonly [request: string, label: string, status: number | string];

/** What is asked of the fixture `http/express.mjs`, and how it is to be counted. */
export const expressCases: readonly ExpressCase[] = [
  ['GET /', '/', 200],
  ['GET /?secret=1', '/', 200],
  ['HEAD /', '/', 200],
  ['GET /api/orgs/42', '/api/orgs/:org', 200],
  // nested routers with parameters in the mount
  ['GET /api/orgs/42/users', '/api/orgs/:org/users', 200],
  ['GET /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200],
  ['GET /api/orgs/ykmake/users/7?a=b', '/api/orgs/:org/users/:id', 200],
  ['HEAD /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200],
  ['POST /api/orgs/42/users/7', '/api/orgs/:org/users/:id', 200],
  // a handler that throws, and the error handler behind it at the top
  ['GET /api/orgs/42/users/7/boom', '/api/orgs/:org/users/:id/boom', 500],
  ['GET /async-boom', '/async-boom', 500],
  // an error that no error handler takes
  ['GET /api/orgs/42/users/7/denied', '/api/orgs/:org/users/:id/denied', 403],
  // a parameter callback that fails before its route is entered
  ['GET /api/orgs/42/users/bad', '/api/orgs/:org/users/:id', 400],
  // a route's own 404 keeps its route; a 404 of a mounted router and of a route that passed does not
  ['GET /api/orgs/42/users/7/missing', '/api/orgs/:org/users/:id/missing', 404],
  ['GET /api/orgs/42/users/7/passed', 'unmatched', 404],
  ['GET /api/orgs/42/users/7/nowhere/else', 'unmatched', 404],
  ['GET /api/orgs', 'unmatched', 404],
  ['GET /api/v1/none', 'unmatched', 404],
  ['GET /nowhere/42', 'unmatched', 404],
  ['DELETE /api/orgs/42', 'unmatched', 404],
  // an application mounted in an application
  ['GET /sub/report/2026', '/sub/report/:year', 200],
  ['GET /sub/report/2026/boom', '/sub/report/:year/boom', 500],
  ['GET /sub/none', 'unmatched', 404],
  // alternatives: the one that matched
  ['GET /both', '/both', 200],
  ['GET /either/kim', '/either/:name', 200],
  ['GET /m1/in/5', '/m1/in/:id', 200],
  ['GET /m2/9/in/5', '/m2/:x/in/:id', 200],
  ['GET /expression', '/^\\/exp(ress)?ion$/', 200],
  ['GET /expion', '/^\\/exp(ress)?ion$/', 200],
  // next(), next('route') and a later route of the same path
  ['GET /chain', '/chain', 200],
  ['GET /skip', '/skip', 200],
  ['GET /overtaken/special', '/overtaken/special', 200],
  ['GET /overtaken/5', 'unmatched', 404],
  ['PUT /all', '/all', 200],
  ['GET /redirect', '/redirect', 302],
  ['GET /stream', '/stream', 200],
  // answered without a route
  ['GET /guarded/area', 'unmatched', 401],
  ['GET /plain', '/plain', 200],
  ['GET /plain/42', '/plain/:id', 200],
  // what Express answers by itself, for the route that was asked for; a route of the application's own
  ['OPTIONS /api/orgs/42', '/api/orgs/:org', 200],
  ['OPTIONS /m2/kim/in/5', '/m2/:x/in/:id', 200],
  ['OPTIONS /asked/5', '/asked/:id', 404],
  ['OPTIONS /asked/%zz', 'unmatched', 400],
  ['OPTIONS /nowhere/42', 'unmatched', 404],
  // the body parser refuses before any route
  ['POST! /', 'unmatched', 400],
  // a method that Node knows and the contract does not
  ['PROPFIND /all', '/all', 200],
];
