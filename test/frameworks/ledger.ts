/** What the same kinds of route and of failure come to in each framework: the contract that the matrix test holds. */

/** The kinds of route. Every framework has a row for each, or says why it has none. */
export const routeCases = {
  nested: 'a router in a router in a router',
  mounted: 'a router or an application mounted at a path',
  prefixed: 'a router or a plugin with a prefix',
  'parameter in a mount': 'a mount path with a parameter',
  wildcard: 'a route that takes whatever follows',
  array: 'one handler for a list of paths',
  'regular expression': 'a route by a regular expression',
  guard: 'something before the route that answers 401',
  'static files': 'a file that exists',
  '404': 'a path that nothing takes',
  '404 inside a mount': 'a path below a mount that nothing takes',
  'method mismatch': 'a path that exists, by a method that does not',
  'automatic OPTIONS': 'OPTIONS of a route that has no handler for it',
  'automatic HEAD': 'HEAD of a route that has only GET',
} as const;

export type RouteCase = keyof typeof routeCases;

/** One request, and what is counted of it. */
export interface Row {
  readonly case: RouteCase;
  /** Method and target: `GET /api/orgs/42/users/7`. */
  readonly request: string;
  /** The `path` label; also `http.route` of the span, unless it is `unmatched` or a folded path. */
  readonly path: string;
  /** The `status` label, and what the client gets. */
  readonly status: number;
  /** True where `path` is the folded path, because the framework tells no route: said in the documentation. */
  readonly folded?: true;
}

/** The ways to fail, by the last segment of `/api/…`, as the documentation says them. */
export const failingCases: Readonly<Record<string, string>> = {
  ok: 'nothing fails',
  throw: 'a handler throws',
  reject: 'a handler rejects its promise',
  pass: 'a handler passes an error on',
  'stream-before': 'a stream fails before its first piece',
  'stream-after': 'a stream fails in the middle of the answer',
  'pipeline-after': 'the same, by `pipeline` into the response',
  status: 'a handler answers 503, nothing thrown',
  'throw-4xx': 'a handler throws an error with status 403',
  'pass-4xx': 'a handler passes on an error with status 409',
  handled: 'the error handler answers 200',
  'mapped-4xx': 'the error handler answers 422',
  'mapped-5xx': 'the error handler answers 503',
  string: 'something is thrown that is no error',
  gone: 'the client leaves',
  'gone-late': 'the client leaves, then the handler throws',
  'gone-stream': 'the client leaves in the middle of a stream',
  user: 'a handler names its user, then throws',
};

/** What is told of one failing request, and what its client saw. */
export interface Outcome {
  /** `cut`: the connection was closed before the answer was complete. `left`: the client went. */
  readonly answer: number | 'cut' | 'left';
  /** Message of the error; `null`: a failure without one. Absent: nothing is told. */
  readonly failure?: { readonly status: number; readonly message: string | null };
}

/** A certificate of the test's own is in TLS_KEY and TLS_CERT, which are files, where an application wants one. */
export type Protocol = 'http' | 'https' | 'http2';

/** A framework, in one or more versions that behave alike. */
export interface Ledger {
  /** As the documentation calls it: `Express 5`. */
  readonly name: string;
  /** What it stands under in the documentation, with what is alike; default: the name without its version. */
  readonly family?: string;
  /** What OTEL_NODE_DISABLED_INSTRUMENTATIONS calls its adapter, several with commas; absent: it has none. */
  readonly adapter?: string;
  /** The folder, relative to the repository, whose packages the applications use. */
  readonly from: string;
  /** Those packages of it that the documentation names; default: all that its package.json depends on. */
  readonly packages?: readonly string[];
  /** How requests are sent; default `http`. */
  readonly client?: Protocol;
  /** What tells routes and errors, for people: `its hooks`; default: nothing does. */
  readonly observedBy?: string;
  /** Environment of its applications, beside that of the test. */
  readonly env?: Readonly<Record<string, string>>;
  /** The application with the routes and its arguments, relative to test/fixtures/routing: `raw.mjs https`. */
  readonly routing: string;
  readonly rows: readonly Row[];
  /** Kinds of route that the framework does not have, with the reason: one short sentence. */
  readonly without: Readonly<Partial<Record<RouteCase, string>>>;
  /** The application with the failures and its arguments, relative to test/fixtures/failing. */
  readonly failing: string;
  /** By the last segment of `/api/…`, in the order in which they are asked. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** Ways to fail (`failingCases`) that the framework does not have, with the reason: one short sentence. */
  readonly withoutFailing?: Readonly<Record<string, string>>;
  /** The route of a failing request; default `/api/<name>`, none without an adapter. */
  readonly failingRoute?: (name: string) => string | undefined;
  /** What is not supported or weaker, as the documentation says it: short sentences. */
  readonly limits?: readonly string[];
}
