/** How many templates below one mount are remembered; an application that makes routers per request has more. */
const mostTemplates = 2_000;

/**
 * A place in the tree of mounts. Every request walks the same tree, so that a full route template
 * (`/orgs/:org/users/:id`) is put together once in the life of a process, not once a request.
 */
export interface RouteScope {
  /** All mount templates down to here, `''` at the root. */
  readonly template: string;
  readonly mounts: Map<string, RouteScope>;
  readonly routes: Map<string, string>;
}

const createScope = (template: string): RouteScope => ({ template, mounts: new Map(), routes: new Map() });

/** The empty tree, one per observer. */
export const createRootScope = (): RouteScope => createScope('');

/** The scope below `scope` of a router mounted at `template`. */
export const enterMount = (scope: RouteScope, template: string): RouteScope => {
  const known = scope.mounts.get(template);
  if (known !== undefined) return known;
  const entered = createScope(join(scope.template, template));
  if (scope.mounts.size < mostTemplates) scope.mounts.set(template, entered);
  return entered;
};

/** The full template of a route of the router at `scope`. */
export const routeAt = (scope: RouteScope, template: string): string => {
  const known = scope.routes.get(template);
  if (known !== undefined) return known;
  const route = join(scope.template, template) || '/';
  if (scope.routes.size < mostTemplates) scope.routes.set(template, route);
  return route;
};

/** `/` below a mount is the mount itself: `/users` and `/` give `/users`. */
const join = (parent: string, template: string): string => {
  if (template === '' || template === '/') return parent;
  return template.startsWith('/') ? parent + template : `${parent}/${template}`;
};
