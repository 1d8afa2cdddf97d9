import { pathOf } from '../folded-path.ts';
import type { RequestObservation } from '../observation.ts';
import { routeAt } from '../route-scope.ts';

type Handler = ((...parameters: never[]) => unknown) & { readonly __COMPOSED_HANDLER?: Handler };

/** What Hono knows of each of its handlers; without a method of its own, the method is `ALL`. */
export interface HonoRoute {
  readonly method: string;
  /** With the paths of all applications around. */
  readonly path: string;
  readonly handler: Handler;
}

/** What kind of handler it is, worked out once, when it is registered. */
export interface HonoKind extends Pick<HonoRoute, 'path'> {
  /** The application's own: one that is mounted with an error handler of its own comes in a wrapper. */
  readonly handler: Handler;
  /**
   * - `route`: takes the request.
   * - `either`: may be the route of just this path, or middleware in front of it.
   * - `mount`: middleware of whatever is below a path, or another application that is mounted there.
   * - `middleware`: of everything.
   */
  readonly type: 'route' | 'either' | 'mount' | 'middleware';
  readonly mayPassOn: boolean;
}

/**
 * Hono does not say whether `use` or `all` has registered a handler. As it does itself, where it lists routes, this takes
 * one with a `next` for middleware.
 */
export const kindOf = (route: HonoRoute): HonoKind => {
  const { path } = route;
  const handler = applicationsOwn(route.handler);
  const mayPassOn = handler.length !== 1;
  if (isRoute(route)) return { handler, path, type: 'route', mayPassOn };
  if (!path.includes('*') || handler.length === 0) return { handler, path, type: 'either', mayPassOn };
  return {
    handler,
    path,
    type: path.endsWith('/*') && path !== '/*' ? 'mount' : 'middleware',
    mayPassOn: false,
  };
};

/**
 * The path of the route that middleware stands in front of. One that takes whatever others do not is none: of a file that
 * middleware has found, it knows nothing.
 */
export const routeBehind = (matched: readonly HonoRoute[]): string | undefined => {
  let behind: string | undefined;
  for (const route of matched) {
    if (!isRoute(route) || route.path === '/*' || route.path === '*') continue;
    if (isLast(route)) return route.path;
    behind ??= route.path;
  }
  return behind;
};

/**
 * The template of a route of an application that may be mounted in another one, by its `fetch`: then it sees only the
 * rest of the path.
 */
export const templateIn = (observation: RequestObservation, path: string, template: string): string => {
  const whole = withoutSlash(decoded(pathOf(observation.target) ?? ''));
  const rest = withoutSlash(path);
  return whole !== rest && whole.endsWith(rest) ? routeAt(observation.scope, template) : template;
};

const isRoute = ({ method, handler }: HonoRoute): boolean =>
  method !== 'ALL' || applicationsOwn(handler).length === 1;

/** Without a `next` it cannot pass the request on. */
const isLast = ({ handler }: HonoRoute): boolean => applicationsOwn(handler).length < 2;

const applicationsOwn = (handler: Handler): Handler =>
  handler.__COMPOSED_HANDLER === undefined ? handler : applicationsOwn(handler.__COMPOSED_HANDLER);

const withoutSlash = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path);

/** As Hono does it with the paths that it matches. */
const decoded = (path: string): string => {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
};
