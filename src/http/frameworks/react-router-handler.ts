import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import type { AnyFunction } from '../../instrumentations/replace-methods.ts';
import { noteError } from '../observation.ts';
import { errorIn, isCalledOff, isRefused, printError } from './react-router-errors.ts';
import { type Exchange, isParcel, openLink } from './react-router-exchange.ts';
import { createRouteOf, type MatchRoutes, type RoutedBuild, type RouteOf } from './react-router-routes.ts';
import { alike, type Call } from './react-router-server.ts';

interface Build extends RoutedBuild {
  readonly mode?: unknown;
  readonly entry: { readonly module: { readonly handleError?: Call } };
}

export interface HandlerPatchOptions {
  readonly original: AnyFunction;
  readonly matchRoutes: MatchRoutes;
  readonly isRemix: boolean;
  readonly onFailure: OnHookFailure;
}

/** By Fetch request, which the framework hands to `handleError` as it got it. */
const exchanges = new WeakMap<object, Exchange>();

/**
 * Replaces what makes the framework's handler of Fetch requests: it writes down the route, and in front of the
 * application's `handleError`, which is told of each error that nobody meant, the error.
 */
export const createHandlerPatch = ({
  original,
  matchRoutes,
  isRemix,
  onFailure,
}: HandlerPatchOptions): AnyFunction => {
  const routesOf = new WeakMap<object, RouteOf>();
  /** The request that the framework has just been called for: a build that is a function is asked for in that step. */
  let entering: Exchange | undefined;

  const guard = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      onFailure('react-router', error);
    }
  };

  const noteRoute = ({ observation, url }: Exchange, build: Build): void => {
    const known = routesOf.get(build);
    const routeOf = known ?? createRouteOf({ build, matchRoutes, isRemix });
    if (known === undefined) routesOf.set(build, routeOf);
    const path = URL.parse(url)?.pathname;
    observation.route = path && routeOf(path);
  };

  const observe = (build: Build, mode: unknown): Build => {
    const { entry } = build;
    const { module } = entry;
    function handleError(this: unknown, ...parameters: unknown[]): unknown {
      const [error, details] = parameters;
      const { request } = details as { readonly request: Request };
      guard(() => {
        const exchange = exchanges.get(request);
        if (exchange === undefined || isCalledOff(error, request)) return;
        if (isRefused(error)) exchange.observation.passedOn = true;
        const thrown = errorIn(error);
        if (thrown !== undefined) noteError(exchange.observation, thrown.error, exchange.response);
      });
      const given = module.handleError;
      if (given) return Reflect.apply(given, this, parameters);
      return printError(error, request, mode ?? build.mode);
    }
    // What is not ours is read from the original at any time.
    return Object.create(build, {
      entry: {
        enumerable: true,
        value: Object.create(entry, {
          module: {
            enumerable: true,
            value: Object.create(module, { handleError: { enumerable: true, value: handleError } }),
          },
        }),
      },
    });
  };

  /** One that is a function is asked for each request, in development: there is no other way to know its routes. */
  const observeLater =
    (load: Call, mode: unknown): Call =>
    async (...parameters) => {
      const exchange = entering;
      const build = await load(...parameters);
      if (exchange === undefined || !isBuild(build)) return build;
      guard(() => noteRoute(exchange, build));
      return observe(build, mode);
    };

  function createRequestHandler(this: unknown, ...parameters: unknown[]): unknown {
    const [build, mode, ...rest] = parameters;
    const link = openLink();
    const isLater = typeof build === 'function';
    if (link === undefined || !(isLater || isBuild(build))) return Reflect.apply(original, this, parameters);
    const observed = isLater ? observeLater(build as Call, mode) : observe(build, mode);
    const handle: Call = Reflect.apply(original, this, [observed, mode, ...rest]);
    link.onArrival = exchange => {
      // Before the build says better; that of the server, which takes whatever comes, says nothing.
      exchange.observation.route = undefined;
      if (!isLater) noteRoute(exchange, build);
    };
    return function requestHandler(this: unknown, ...values: unknown[]): unknown {
      const [request, packed, ...more] = values;
      if (!isParcel(packed)) return Reflect.apply(handle, this, values);
      const { exchange, context } = packed;
      exchanges.set(request as object, exchange);
      entering = exchange;
      try {
        return Reflect.apply(handle, this, [request, context, ...more]);
      } finally {
        entering = undefined;
      }
    };
  }
  return alike(original, createRequestHandler);
};

const isBuild = (value: unknown): value is Build =>
  typeof (value as Partial<Build> | null | undefined)?.entry?.module === 'object';
