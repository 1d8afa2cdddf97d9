/** One kind of request, and the path label that each of the two gives it. */
export interface Visit {
  readonly request: string;
  readonly status: number;
  readonly body?: string;
  /** Our path label. */
  readonly path: string;
  /** The old one where it is another; `undefined` means that the old one counted nothing. */
  readonly old?: string | undefined;
  /** The known difference that explains it. */
  readonly because?: Because;
}

export type Because = 'mounted' | 'no route' | 'passed on' | 'client left' | 'other method';

/** How often each was sent. */
export type Sent = ReadonlyMap<Visit, number>;

const mounted = (request: string, status: number, old: string, path: string, body?: string): Visit => ({
  request,
  status,
  old,
  path,
  because: 'mounted',
  ...(body === undefined ? {} : { body }),
});
const noRoute = (request: string, status: number, old: string, path = 'unmatched'): Visit => ({
  request,
  status,
  old,
  path,
  because: 'no route',
});

export const visits: readonly Visit[] = [
  { request: 'GET /health', status: 200, path: '/health' },
  { request: 'HEAD /health', status: 200, path: '/health' },
  { request: 'GET /health?probe=1', status: 200, path: '/health' },
  { request: 'POST /login', status: 204, path: '/login', body: '{"users":7}' },
  { request: 'GET /users/2', status: 302, path: '/users/:id' },
  { request: 'GET /report', status: 200, path: '/report' },
  { request: 'GET /broken', status: 500, path: '/broken' },
  { request: 'GET /unreachable', status: 500, path: '/unreachable' },
  { request: 'GET /metrics', status: 403, path: '/metrics' },
  mounted('GET /api/orgs', 200, '/', '/api/orgs'),
  mounted('GET /api/orgs/1', 200, '/:org', '/api/orgs/:org'),
  mounted('GET /api/orgs/1/users', 200, '/', '/api/orgs/:org/users'),
  mounted('POST /api/orgs/1/users', 201, '/', '/api/orgs/:org/users', '{"name":"Kim"}'),
  mounted('GET /api/orgs/1/users/1', 200, '/:id', '/api/orgs/:org/users/:id'),
  mounted('GET /api/orgs/1/users/2?full=1', 200, '/:id', '/api/orgs/:org/users/:id'),
  mounted('HEAD /api/orgs/1/users/2', 200, '/:id', '/api/orgs/:org/users/:id'),
  mounted('GET /api/orgs/1/users/999', 404, '/:id', '/api/orgs/:org/users/:id'),
  mounted('GET /api/orgs/1/users/1/boom', 500, '/:id/boom', '/api/orgs/:org/users/:id/boom'),
  noRoute('GET /wp-login.php', 404, '/wp-login.php'),
  noRoute('GET /api/orgs/1/nowhere/5', 404, '/api/orgs/1/nowhere/5'),
  noRoute('DELETE /health', 404, '/health'),
  { ...noRoute('POST /login', 400, '/login'), body: '{' },
  noRoute('GET /avatars/42', 200, '/42', '/avatars/:id'),
  noRoute('HEAD /avatars/43', 200, '/43', '/avatars/:id'),
  {
    request: 'GET /api/orgs/1/users/1/passed',
    status: 404,
    old: '/:id/passed',
    path: 'unmatched',
    because: 'passed on',
  },
  { request: 'PROPFIND /avatars/44', status: 200, old: '/44', path: '/avatars/:id', because: 'other method' },
];

/** Requests whose client goes away: before the answer, and in the middle of it. */
export const abandoned: Record<'waiting' | 'stream', Visit> = {
  waiting: { request: 'GET /waiting', status: 499, path: '/waiting', because: 'client left' },
  stream: { request: 'GET /stream', status: 200, path: '/stream', because: 'client left' },
};

/** Queries behind each other on one connection. */
export const behind: Record<'sleep' | 'health', Visit> = {
  sleep: { request: 'GET /sleep', status: 200, path: '/sleep' },
  health: { request: 'GET /health', status: 200, path: '/health' },
};
