/** A route as a server build lists it. */
interface Route {
  readonly id: string;
  readonly parentId?: string | undefined;
  readonly path?: string | undefined;
  readonly index?: boolean | undefined;
  readonly caseSensitive?: boolean | undefined;
}

/** What of a server build says how its routes match. */
export interface RoutedBuild {
  readonly routes: Readonly<Record<string, Route>>;
  readonly basename?: string | undefined;
  readonly future?: Readonly<Record<string, unknown>> | undefined;
  readonly routeDiscovery?: { readonly mode?: string; readonly manifestPath?: string } | undefined;
}

interface TreeRoute extends Route {
  readonly children?: readonly TreeRoute[];
}

/** The framework's own, which knows how routes rank. */
export type MatchRoutes = (
  routes: readonly TreeRoute[],
  path: string,
  basename: string,
) => readonly { readonly route: Route }[] | null;

/** The template of the route that a path leads to, as it stands in the URL; `undefined`: no route takes it. */
export type RouteOf = (path: string) => string | undefined;

/** A route that a path may lead to, with all that it stands below. */
interface Candidate {
  readonly id: string;
  readonly template: string;
  readonly chain: ReadonlySet<string>;
  readonly mayMatch: RegExp;
  /** What the test lets through, matches, if the path is plain, too. */
  readonly isExact: boolean;
}

/** The routes that are left for some paths. */
interface Shortlist {
  readonly tree: readonly TreeRoute[];
  readonly isExact: boolean;
  /** The template of the one that ranks first: where all of them match, it is always the same. */
  first: string | undefined;
}

export interface RouteOfOptions {
  readonly build: RoutedBuild;
  readonly matchRoutes: MatchRoutes;
  /** Remix, where flags say what React Router always does. */
  readonly isRemix: boolean;
}

/** Paths and sets of routes that are remembered; forgotten all at once. */
const mostRemembered = 1_000;
/** In characters. */
const longestRemembered = 128;

/**
 * Finds routes as the framework does, by asking it. To have it look through all routes of an application costs more
 * than the rest of the request, so it is shown those only that a rough test has left: never one too few.
 */
export const createRouteOf = ({ build, matchRoutes, isRemix }: RouteOfOptions): RouteOf => {
  const { routes, future = {} } = build;
  // Its rules are others, and nothing that is public knows them.
  if (future.unstable_routePatternMatching === true) return () => undefined;
  const hasDataPaths = !isRemix || future.v3_singleFetch === true;
  const basename = `/${build.basename ?? ''}`.replace(/\/{2,}/g, '/');
  const all = Object.values(routes);
  const candidates = all
    .filter(({ path, index }) => path !== undefined || index === true)
    .map(route => createCandidate(route, routes, basename));
  const templates = new Map(candidates.map(({ id, template }) => [id, template]));
  const shortlists = new Map<string, Shortlist>();
  const found = new Map<string, string | undefined>();
  const manifest =
    isRemix && future.v3_lazyRouteDiscovery !== true ? undefined : manifestPath(build, basename);

  const shortlistOf = (left: readonly Candidate[]): Shortlist => {
    const key = left.map(({ id }) => id).join('\n');
    const known = shortlists.get(key);
    if (known !== undefined) return known;
    const shown = new Set(left.flatMap(({ chain }) => [...chain]));
    const below = (parentId: string): readonly TreeRoute[] =>
      all
        .filter(route => (route.parentId ?? '') === parentId && shown.has(route.id))
        .map(({ id, path, index, caseSensitive }) =>
          index === true ? { id, path, index } : { id, path, caseSensitive, children: below(id) },
        );
    const shortlist = { tree: below(''), isExact: left.every(({ isExact }) => isExact), first: undefined };
    if (shortlists.size >= mostRemembered) shortlists.clear();
    shortlists.set(key, shortlist);
    return shortlist;
  };

  const match = (path: string): string | undefined => {
    const decoded = decodeSegments(path);
    const left = candidates.filter(({ mayMatch }) => mayMatch.test(decoded));
    if (left.length === 0) return undefined;
    const shortlist = shortlistOf(left);
    const isSure = shortlist.isExact && !/%|\/\//.test(path);
    if (isSure && shortlist.first !== undefined) return shortlist.first;
    // Of what cannot be decoded it warns, and the application's own matching does so already.
    const asked = decoded === path ? path.replaceAll('%', '%25') : path;
    const leaf = matchRoutes(shortlist.tree, asked, basename)?.at(-1);
    const template = leaf && templates.get(leaf.route.id);
    if (isSure) shortlist.first = template;
    return template;
  };

  const find: RouteOf = path => {
    if (path === manifest) return manifest;
    for (const page of hasDataPaths ? pagesOf(path, basename) : [path]) {
      const template = match(page);
      if (template !== undefined) return template;
    }
    return undefined;
  };

  return path => {
    if (path.length > longestRemembered) return find(path);
    const known = found.get(path);
    if (known !== undefined || found.has(path)) return known;
    if (found.size >= mostRemembered) found.clear();
    const template = find(path);
    found.set(path, template);
    return template;
  };
};

const createCandidate = ({ id }: Route, routes: RoutedBuild['routes'], basename: string): Candidate => {
  const chain = new Set<string>();
  let template = '';
  let isExact = true;
  for (let route = routes[id]; route !== undefined && !chain.has(route.id); ) {
    chain.add(route.id);
    const { path = '', parentId, caseSensitive } = route;
    if (caseSensitive === true) isExact = false;
    // One that begins with a slash says all of the path again.
    if (!template.startsWith('/')) template = path + (path !== '' && template !== '' ? '/' : '') + template;
    route = parentId === undefined ? undefined : routes[parentId];
  }
  const whole = `${basename}/${template}`.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
  if (!plainTemplate.test(whole)) isExact = false;
  return { id, template: whole, chain, mayMatch: roughTest(whole), isExact };
};

/** Of words and whole parameters, with a splat at its end or none. */
const plainTemplate = /^(?:\/(?::[\w-]+|[^/:*?]+))*(?:\/\*)?\/?$/;

/** Takes more than the route does, as it does not mind letters' case or parts of a segment. */
const roughTest = (template: string): RegExp => {
  const segments = template.split('/').filter(segment => segment !== '');
  const source = segments.map(segment => {
    if (segment.endsWith('*')) return segment === '*' ? '(?:/.*)?' : '.*';
    const name = segment.replace(/\?$/, '');
    const one = `/+${name.startsWith(':') ? '[^/]+' : escaped(name)}`;
    return name === segment ? one : `(?:${one})?`;
  });
  return new RegExp(`^${source.join('')}/*$`, 'is');
};

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Route paths are written decoded. */
const decodeSegments = (path: string): string => {
  if (!path.includes('%')) return path;
  try {
    return path
      .split('/')
      .map(segment => decodeURIComponent(segment).replaceAll('/', '%2F'))
      .join('/');
  } catch {
    return path;
  }
};

/** The pages whose data a path may ask for: which one, the version and a flag decide. Of other paths, the path itself. */
const pagesOf = (path: string, basename: string): readonly string[] => {
  if (!path.endsWith('.data')) return [path];
  const page = path.slice(0, -'.data'.length);
  const folder = page.slice(0, page.lastIndexOf('/') + 1);
  const isRoot = page.endsWith('/_root') && folder.length <= basename.length + 1;
  return isRoot || page.endsWith('/_') ? [page, folder] : [page];
};

/** Where browsers ask which routes there are; `undefined`: nowhere. */
const manifestPath = ({ routeDiscovery }: RoutedBuild, basename: string): string | undefined =>
  // Early versions have no setting for it.
  (routeDiscovery?.mode ?? 'lazy') === 'lazy'
    ? `${basename}/${routeDiscovery?.manifestPath ?? '__manifest'}`.replace(/\/{2,}/g, '/')
    : undefined;
