import type { ServerResponse } from 'node:http';
import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { LoadedFile } from '../adapter.ts';
import { pathOf } from '../folded-path.ts';
import { noteError, observationOf, type RequestObservation } from '../observation.ts';
import { enterMount, routeAt } from '../route-scope.ts';

import { createPattern, type Pattern } from './express-pattern.ts';

type Next = (error?: unknown) => void;
type Handle = (this: Layer, request: object, response: object, next: Next) => unknown;
type HandleError = (this: Layer, error: unknown, ...rest: unknown[]) => unknown;
type RouterHandle = (this: unknown, request: object, response: object, done: Next) => unknown;
type Define = (this: Router, ...parameters: unknown[]) => unknown;

const routePatterns = new WeakMap<object, Pattern>();
/** The route that a request was passed on from; what `request.route` still says later is stale. */
const passedRoutes = new WeakMap<RequestObservation, object>();
const patternKey = Symbol('@ykmake/monitoring.pattern');

/** One entry of a router's stack. `pattern` is set on mounts and routes, not on the handlers inside a route. */
interface Layer {
  route?: object | undefined;
  match(path: string): unknown;
  [patternKey]?: Pattern;
}

interface Router {
  readonly stack: Layer[];
}

interface RoutedRequest {
  readonly url?: string;
  readonly originalUrl?: string;
  readonly baseUrl?: string;
  readonly res?: ServerResponse;
  /** The route that matched last, set before its parameters are resolved. */
  readonly route?: object;
}

/**
 * Route templates and errors of Express 4 (its own router) and Express 5 (the package `router`).
 *
 * The router of Express 5.3 publishes a TracingChannel, but says neither when a mounted router was left
 * nor that a handler called `next()` without an error, so a 404 behind a route could not be told from a
 * route's own 404. These few patched methods see both, in every version, and cost less.
 */
export const patch = ({ module, file, exports, onFailure }: LoadedFile): (() => void) | undefined => {
  /** Runs our part of a patched method; whatever goes wrong in it never reaches the application. */
  const guard = <Result>(run: () => Result): Result | undefined => {
    try {
      return run();
    } catch (error) {
      onFailure('express', error);
      return undefined;
    }
  };

  /** What the router that is being left or entered had of the path; a middleware may have rewritten `url`. */
  const remainingPath = (observation: RequestObservation, request: RoutedRequest) => (): string =>
    (pathOf(request.originalUrl ?? observation.target) ?? '').slice(observation.base.length) || '/';

  const noteFailure = (observation: RequestObservation, request: RoutedRequest, error: unknown): void => {
    noteError(observation, error, request.res);
    // A parameter callback failed: its route matched, but was never entered.
    const route = request.route;
    if (observation.route !== undefined || route === undefined || passedRoutes.get(observation) === route)
      return;
    const pattern = routePatterns.get(route);
    if (pattern !== undefined)
      observation.route = routeAt(observation.scope, pattern.text(remainingPath(observation, request)));
  };

  /** Express answers OPTIONS by itself where a route has no handler for it: that enters no route, but it is one's answer. */
  const noteAsked = (observation: RequestObservation, router: Router, request: RoutedRequest): void => {
    const path = pathOf(request.url ?? '') ?? '/';
    const asked = router.stack.find(layer => layer.route !== undefined && matches(layer, path));
    const pattern = asked?.[patternKey];
    if (pattern === undefined) return;
    observation.route = routeAt(observation.scope, pattern.text(remainingPath(observation, request)));
    observation.passedOn = true;
  };

  const isError = (outcome: unknown): boolean =>
    Boolean(outcome) && outcome !== 'route' && outcome !== 'router';

  const enterRoute = (
    observation: RequestObservation,
    layer: Layer,
    pattern: Pattern,
    request: RoutedRequest,
    next: Next,
  ): Next => {
    observation.route = routeAt(observation.scope, pattern.text(remainingPath(observation, request)));
    observation.passedOn = false;
    return outcome => {
      guard(() => {
        if (isError(outcome)) return noteFailure(observation, request, outcome);
        observation.route = undefined;
        if (layer.route) passedRoutes.set(observation, layer.route);
      });
      next(outcome);
    };
  };

  const enterRouter = (
    observation: RequestObservation,
    pattern: Pattern,
    request: RoutedRequest,
    next: Next,
  ): Next => {
    const { scope, base } = observation;
    observation.scope = enterMount(scope, pattern.text(remainingPath(observation, request)));
    observation.base = request.baseUrl ?? '';
    return outcome => {
      guard(() => {
        if (isError(outcome)) noteFailure(observation, request, outcome);
        observation.scope = scope;
        observation.base = base;
      });
      next(outcome);
    };
  };

  const patchLayer =
    (names: { readonly handle: string; readonly handleError: string }) => (exports: unknown) =>
      replaceMethods(prototypeOf(exports), {
        [names.handle]: original =>
          function handle(this: Layer, request: object, response: object, next: Next): unknown {
            const pattern = this[patternKey];
            const observation = pattern === undefined ? undefined : observationOf(request);
            if (
              pattern === undefined ||
              observation === undefined ||
              (this.route === undefined && pattern.isRoot)
            ) {
              return (original as Handle).call(this, request, response, next);
            }
            const wrapped = guard(() =>
              this.route === undefined
                ? enterRouter(observation, pattern, request, next)
                : enterRoute(observation, this, pattern, request, next),
            );
            return (original as Handle).call(this, request, response, wrapped ?? next);
          },
        [names.handleError]: original =>
          function handleError(this: Layer, error: unknown, ...rest: unknown[]): unknown {
            guard(() => {
              const observation = observationOf(rest[0] as object);
              if (observation !== undefined && isError(error))
                noteFailure(observation, rest[0] as object, error);
            });
            return (original as HandleError).call(this, error, ...rest);
          },
      });

  const patchRouter = (exports: unknown) =>
    replaceMethods(definesRoutes(exports) ? exports : prototypeOf(exports), {
      use: original =>
        function use(this: Router, ...parameters: unknown[]): unknown {
          const before = this.stack.length;
          const result = (original as Define).apply(this, parameters);
          guard(() => {
            const path = typeof firstOf(parameters[0]) === 'function' ? '/' : parameters[0];
            for (const layer of this.stack.slice(before))
              layer[patternKey] = createPattern(path, layer, 'mount');
          });
          return result;
        },
      route: original =>
        function route(this: Router, ...parameters: unknown[]): unknown {
          const result = (original as Define).apply(this, parameters);
          guard(() => {
            const layer = this.stack.at(-1);
            if (layer?.route === undefined) return;
            const pattern = createPattern(parameters[0], layer, 'route');
            layer[patternKey] = pattern;
            routePatterns.set(layer.route, pattern);
          });
          return result;
        },
      handle: original =>
        function handle(this: unknown, request: object, response: object, done: Next): unknown {
          const observation = observationOf(request);
          if (observation?.method === 'OPTIONS') guard(() => noteAsked(observation, this as Router, request));
          // Only the outermost router learns what nobody handled; mounted ones report to their mount.
          if (observation === undefined || observation.scope.template !== '' || typeof done !== 'function') {
            return (original as RouterHandle).call(this, request, response, done);
          }
          return (original as RouterHandle).call(this, request, response, outcome => {
            guard(() => {
              if (isError(outcome)) noteFailure(observation, request, outcome);
              else observation.route = undefined;
            });
            done(outcome);
          });
        },
    });

  switch (`${module}/${file ?? ''}`) {
    case 'router/lib/layer.js':
      return patchLayer({ handle: 'handleRequest', handleError: 'handleError' })(exports);
    case 'express/lib/router/layer.js':
      return patchLayer({ handle: 'handle_request', handleError: 'handle_error' })(exports);
    default:
      return patchRouter(exports);
  }
};

/** A path that cannot be decoded matches nothing, which Express is going to find out itself. */
const matches = (layer: Layer, path: string): boolean => {
  try {
    return Boolean(layer.match(path));
  } catch {
    return false;
  }
};

const prototypeOf = (exports: unknown): Methods | undefined =>
  typeof exports === 'function' ? (exports.prototype as Methods) : undefined;

/** Express 4 exports the object with the methods itself, `router` a constructor. */
const definesRoutes = (exports: unknown): exports is Methods =>
  typeof exports === 'function' && Object.hasOwn(exports, 'use');

const firstOf = (value: unknown): unknown =>
  Array.isArray(value) && value.length > 0 ? firstOf(value[0]) : value;
