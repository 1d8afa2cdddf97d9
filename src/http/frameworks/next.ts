import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { LoadedFile } from '../adapter.ts';
import { noteErrorInAnswer } from '../error-in-answer.ts';
import { pathOf } from '../folded-path.ts';
import { noteError, observationOf, type RequestObservation } from '../observation.ts';
import { enterMount, routeAt } from '../route-scope.ts';
import { patchTracer, requestsAreTraced } from './next-spans.ts';

/** Next.js' own requests and responses, around Node's; some come without. */
interface Request {
  readonly originalRequest?: IncomingMessage;
  readonly method?: string;
  readonly headers?: object;
}
interface Response {
  readonly originalResponse?: ServerResponse;
}

interface RouteModule {
  readonly definition?: { readonly kind?: string };
  /** What the file of a route exports; throws as long as that is not loaded. */
  readonly userland?: object;
}

interface Context {
  readonly req: Request;
  readonly res: Response;
  /** The template of what is rendered, as Next.js writes it. */
  readonly pathname: string;
}

interface Components {
  readonly routeModule?: RouteModule;
  /** Text: a page that was made in advance. */
  readonly Component?: unknown;
  readonly getStaticProps?: unknown;
}

interface Match {
  readonly definition?: { readonly pathname?: string };
}

interface Server {
  readonly nextConfig?: { readonly basePath?: string };
}

/** What a request without a page of its own is answered with. */
const answersOfItsOwn: ReadonlySet<string> = new Set([
  '/404',
  '/500',
  '/_error',
  '/_not-found',
  '/_global-error',
]);

/**
 * By its headers, which are all of a request that is told with an error; Next.js hands on the same object everywhere.
 * A response knows its request.
 */
const responses = new WeakMap<object, ServerResponse>();

/** Route templates and errors of Next.js 15 and 16, of both routers, whatever starts its server. */
export const patch = ({ file, exports, onFailure }: LoadedFile): (() => void) | undefined => {
  switch (file) {
    case 'dist/server/next-server.js':
      return patchServer(exports, onFailure);
    case 'dist/server/serve-static.js':
      return replaceExport(exports, 'serveStatic', ([request]) => noteStatic(request), onFailure);
    case 'dist/server/lib/trace/tracer.js':
      return patchTracer(exports, onFailure);
    default:
      // Of its route modules, which are bundled with the application: this file is the one way out of them.
      return replaceExport(
        exports,
        'instrumentationOnRequestError',
        ([, , error, request]) => noteTold(error, request, onFailure),
        onFailure,
      );
  }
};

const patchServer = (exports: unknown, onFailure: OnHookFailure): (() => void) | undefined => {
  const Server = (exports as { readonly default?: { readonly prototype?: unknown } }).default;
  /** Calls `before` first; it may return what is to be called when the method is done or has failed. */
  const observing =
    (before: (server: Server, parameters: readonly unknown[]) => ((error?: unknown) => void) | undefined) =>
    (original: AnyFunction) =>
      function observed(this: Server, ...parameters: unknown[]): unknown {
        const after = guarded(onFailure, () => before(this, parameters));
        const outcome: unknown = Reflect.apply(original, this, parameters);
        if (after === undefined || !(outcome instanceof Promise)) return outcome;
        return outcome.then(
          result => {
            guarded(onFailure, after);
            return result;
          },
          (error: unknown) => {
            guarded(onFailure, () => after(error));
            throw error;
          },
        );
      };
  const replacements = {
    handleRequest: observing((_server, [request, response]) =>
      meet(request as Request, response as Response),
    ),
    renderToResponseWithComponents: observing((server, [context, components]) =>
      enterPage(server, context as Context, (components as { readonly components: Components }).components),
    ),
    runApi: observing((server, [request, , , match]) =>
      enterFound(server, request as Request, match as Match),
    ),
    runEdgeFunction: observing((server, [edge]) => {
      const { req, match } = edge as { readonly req: Request; readonly match?: Match };
      return enterFound(server, req, match);
    }),
    // With nothing where there is no page.
    renderErrorToResponse: observing((_server, [context, error]) => noteIn(context as Context, error)),
    instrumentationOnRequestError: observing((_server, [error, request]) =>
      noteTold(error, request, onFailure),
    ),
  };
  for (const name of Object.keys(replacements)) expected(Server?.prototype, name);
  return replaceMethods(Server?.prototype as Methods, replacements);
};

/** Replaces a function that a file exports, whose name has to be in `replaces`. */
const replaceExport = (
  exports: unknown,
  name: string,
  observe: (parameters: readonly unknown[]) => void,
  onFailure: OnHookFailure,
): (() => void) | undefined =>
  replaceMethods(expected(exports, name), {
    [name]: original =>
      function observed(this: unknown, ...parameters: unknown[]): unknown {
        guarded(onFailure, () => observe(parameters));
        return Reflect.apply(original, this, parameters);
      },
  });

const expected = (target: unknown, name: string): Methods => {
  const methods = target as Methods | null | undefined;
  if (typeof methods?.[name] === 'function') return methods;
  throw new Error(`this Next.js has no ${name}, so its requests are counted without routes or errors`);
};

const guarded = <Result>(onFailure: OnHookFailure, run: () => Result): Result | undefined => {
  try {
    return run();
  } catch (error) {
    onFailure('next', error);
    return undefined;
  }
};

const observationIn = ({ originalRequest }: Request): RequestObservation | undefined =>
  originalRequest === undefined ? undefined : observationOf(originalRequest);

const meet = (request: Request, { originalResponse }: Response): undefined => {
  const observation = observationIn(request);
  if (observation === undefined || originalResponse === undefined) return;
  if (observation.span !== undefined) requestsAreTraced();
  if (request.headers !== undefined) responses.set(request.headers, originalResponse);
};

const enter = (observation: RequestObservation, server: Server, template: string): void => {
  const scope = enterMount(observation.scope, server.nextConfig?.basePath ?? '');
  observation.route = routeAt(scope, template);
  observation.passedOn = false;
};

const enterPage = (
  server: Server,
  { req, pathname }: Context,
  components: Components,
): ((error?: unknown) => void) | undefined => {
  const observation = observationIn(req);
  if (observation === undefined || answersOfItsOwn.has(pathname)) return undefined;
  const { method = 'GET' } = req;
  enter(observation, server, pathname);
  observation.passedOn = !takes(components, method);
  return error => {
    // Not one of the paths that are made in advance: the next route is asked, or there is no page.
    observation.passedOn = isNoFallback(error) || !takes(components, method);
  };
};

const isNoFallback = (error: unknown): boolean =>
  (error as object | undefined)?.constructor?.name === 'NoFallbackError';

/** Whether a method is none that Next.js itself answers with 405: what a handler answers is its own. */
const takes = ({ routeModule, Component, getStaticProps }: Components, method: string): boolean => {
  if (method === 'HEAD' || method === 'OPTIONS') return true;
  if (routeModule?.definition?.kind === 'APP_ROUTE') return method in exportsOf(routeModule);
  return method === 'GET' || (typeof Component !== 'string' && getStaticProps === undefined);
};

const exportsOf = (routeModule: RouteModule): object => {
  try {
    return routeModule.userland ?? {};
  } catch {
    // Not loaded before its first request has been handled.
    return {};
  }
};

/** Where no page is rendered: for an API, and in the edge runtime. */
const enterFound = (server: Server, request: Request, match: Match | undefined): undefined => {
  const observation = observationIn(request);
  const template = match?.definition?.pathname;
  if (observation !== undefined && template !== undefined) enter(observation, server, template);
};

const noteIn = ({ req, res }: Context, error: unknown): undefined => {
  const observation = observationIn(req);
  if (observation !== undefined && error != null) noteError(observation, error, res.originalResponse);
};

/**
 * Of a page, the browser may be shown a part of it that says so, in an answer with 200: whether there is such a part, the
 * status says when it is out.
 *
 * @param request with the headers that it came with, and little else
 */
const noteTold = (error: unknown, request: unknown, onFailure: OnHookFailure): undefined => {
  const { headers } = request as Request;
  const response = headers === undefined ? undefined : responses.get(headers);
  const observation = response === undefined ? undefined : observationOf(response.req);
  if (observation !== undefined && response !== undefined)
    noteErrorInAnswer(observation, error, response, failure => onFailure('next', failure));
};

/**
 * Names of built files change with each build; those of the application are few, and folded. What stands in front of
 * them may be of the client's making, where the application rewrites `/:tenant/_next/static/`.
 */
const noteStatic = (request: unknown): void => {
  const observation = observationOf(request as object);
  if (observation !== undefined && pathOf(observation.target)?.includes('/_next/static/'))
    observation.route = routeAt(observation.scope, '/_next/static/[...path]');
};
