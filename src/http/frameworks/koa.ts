import type { ServerResponse } from 'node:http';
import { types } from 'node:util';
import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { LoadedFile } from '../adapter.ts';
import { pathOf } from '../folded-path.ts';
import { noteError, observationOf, type RequestObservation } from '../observation.ts';
import { enterMount, routeAt } from '../route-scope.ts';

type Next = () => Promise<unknown>;
type Middleware = ((context: Context, next: Next) => unknown) & { readonly router?: unknown };

interface Layer {
  readonly path?: unknown;
  /** Empty for a layer that only `use` has made. */
  readonly methods?: readonly string[];
}

interface Context {
  readonly req?: object;
  readonly res?: ServerResponse;
  readonly method: string;
  readonly path: string;
  /** All layers that a router has found so far. */
  readonly matched?: unknown;
  [own: symbol]: unknown;
}

const matchedRoute = Symbol('@ykmake/monitoring.matchedRoute');
const routerOf = Symbol('@ykmake/monitoring.router');
const mountPath = Symbol('@ykmake/monitoring.mountPath');
const mounts = Symbol('@ykmake/monitoring.mounts');

/** The adapter of Koa: of what ES modules import, the main file is the application's, in a wrapper. */
export const patch = ({ file, exports, onFailure }: LoadedFile): (() => void) | undefined => {
  if (file === 'lib/context.js') return patchKoaContext(exports, onFailure);
  return types.isModuleNamespaceObject(exports) ? undefined : patchKoaApplication(exports, onFailure);
};

/** What each request's context inherits from: where routers write the route, and where errors end that nobody caught. */
export const patchKoaContext = (exports: unknown, onFailure: OnHookFailure): (() => void) | undefined => {
  const prototype = withMethod(exports, 'onerror');
  const restore = replaceMethods(prototype, {
    onerror: original =>
      function onerror(this: Context, ...parameters: unknown[]): unknown {
        const [error] = parameters;
        // Koa calls it for every response, mostly with nothing.
        if (error != null) guarded(onFailure, () => note(this, error));
        return Reflect.apply(original, this, parameters);
      },
  });
  if (restore === undefined) return undefined;
  const undo = [
    restore,
    onAssignment(prototype, '_matchedRoute', matchedRoute, (context, path) =>
      guarded(onFailure, () => noteRoute(context, path)),
    ),
    onAssignment(prototype, 'router', routerOf, context => guarded(onFailure, () => noteAsked(context))),
    onAssignment(prototype, 'mountPath', mountPath, (context, path) => {
      if (typeof path === 'string') context[mounts] = [...mountsOf(context), path];
    }),
  ];
  return () => {
    for (const step of undo) step();
  };
};

/** The application: sees the errors of its middleware before others of them catch these, and which routers pass on. */
export const patchKoaApplication = (exports: unknown, onFailure: OnHookFailure): (() => void) | undefined =>
  replaceMethods(
    withMethod((exports as { readonly prototype?: unknown } | null | undefined)?.prototype, 'use'),
    {
      use: original =>
        function use(this: unknown, ...parameters: unknown[]): unknown {
          const [middleware, ...rest] = parameters;
          let observed = middleware;
          guarded(onFailure, () => {
            if (isMiddleware(middleware)) observed = observeMiddleware(middleware, onFailure);
          });
          return Reflect.apply(original, this, [observed, ...rest]);
        },
    },
  );

const withMethod = (target: unknown, name: string): Methods => {
  const methods = target as Methods | null | undefined;
  if (typeof methods?.[name] === 'function') return methods;
  throw new Error(`this Koa has no ${name}, so its requests are counted without routes and errors`);
};

const observeMiddleware = (middleware: Middleware, onFailure: OnHookFailure): Middleware => {
  const isRouter = middleware.router !== undefined;

  function observed(this: unknown, context: Context, next: Next, ...rest: unknown[]): unknown {
    const observation = observationIn(context);
    if (observation === undefined) return Reflect.apply(middleware, this, [context, next, ...rest]);
    const failed = (error: unknown): never => {
      guarded(onFailure, () => noteError(observation, error, context.res));
      throw error;
    };
    const following = isRouter ? notingThatItPassesOn(observation, next) : next;
    try {
      const outcome = Reflect.apply(middleware, this, [context, following, ...rest]);
      // Handed on instead of the original: with a second promise beside it, a rejection would be handled for nobody.
      return outcome instanceof Promise ? outcome.then(undefined, failed) : outcome;
    } catch (error) {
      return failed(error);
    }
  }
  // Routers and tools know each other's middleware by what is written on it.
  return Object.defineProperties(observed, Object.getOwnPropertyDescriptors(middleware)) as Middleware;
};

const notingThatItPassesOn =
  (observation: RequestObservation, next: Next): Next =>
  () => {
    observation.passedOn = true;
    return next();
  };

/** Koa 2 still takes generators, and looks at the function itself for that. */
const isMiddleware = (value: unknown): value is Middleware =>
  typeof value === 'function' && value.constructor.name !== 'GeneratorFunction';

const guarded = (onFailure: OnHookFailure, run: () => void): void => {
  try {
    run();
  } catch (error) {
    onFailure('koa', error);
  }
};

/** Tests call middleware with less than a context. */
const observationIn = (context: Context | undefined): RequestObservation | undefined => {
  const request = context?.req;
  return typeof request === 'object' && request !== null ? observationOf(request) : undefined;
};

const note = (context: Context, error: unknown): void => {
  const observation = observationIn(context);
  if (observation !== undefined) noteError(observation, error, context.res);
};

/**
 * Routers write it for each layer that they enter: that of a route counts. In front of the first, what `use` has put
 * there counts for the route behind it.
 */
const noteRoute = (context: Context, path: unknown): void => {
  const observation = observationIn(context);
  if (observation === undefined) return;
  const { method } = context;
  const matched: readonly Layer[] = Array.isArray(context.matched) ? context.matched : [];
  const routes = matched.filter(({ methods }) => methods?.length !== 0);
  const isRoute = matched.length === 0 || routes.some(route => route.path === path);
  if (!isRoute && observation.route !== undefined) return;
  const template = isRoute ? path : routes.findLast(({ methods }) => methods?.includes(method))?.path;
  if (template === undefined) return;
  observation.route = templateAt(context, observation, template);
  observation.passedOn = false;
};

/**
 * Each router writes itself into the context, when it has looked for routes. `allowedMethods` answers OPTIONS where a route
 * has no handler for it: that enters no route, but it is one's answer.
 */
const noteAsked = (context: Context): void => {
  const observation = observationIn(context);
  if (observation?.method !== 'OPTIONS' || observation.route !== undefined) return;
  const matched: readonly Layer[] = Array.isArray(context.matched) ? context.matched : [];
  const asked = matched.findLast(({ methods }) => methods?.length !== 0);
  if (asked?.path === undefined) return;
  observation.route = templateAt(context, observation, asked.path);
  observation.passedOn = true;
};

const templateAt = (context: Context, observation: RequestObservation, path: unknown): string => {
  const scope = mountsAround(context, observation).reduce(enterMount, observation.scope);
  return routeAt(scope, String(path));
};

const mountsOf = (context: Context): readonly string[] => (context[mounts] as string[] | undefined) ?? [];

/**
 * The mounts that `koa-mount` has entered and not left: those that make up what is missing of the path. Where something
 * else has changed the path, there are none, as what is missing may be anything.
 */
const mountsAround = (context: Context, { target }: RequestObservation): readonly string[] => {
  const entered = mountsOf(context);
  if (entered.length === 0) return entered;
  const whole = pathOf(target) ?? '';
  const rest = context.path === '/' && !whole.endsWith('/') ? '' : context.path;
  if (!whole.endsWith(rest)) return [];
  let missing = whole.slice(0, whole.length - rest.length);
  const around: string[] = [];
  for (const mount of entered) {
    const prefix = mount.replace(/\/$/, '');
    if (prefix === '' || !missing.startsWith(prefix)) continue;
    around.push(prefix);
    missing = missing.slice(prefix.length);
  }
  return missing === '' ? around : [];
};

/**
 * Calls for each assignment of a property that contexts do not have until it is made; it stays readable. Returns what
 * takes it back.
 */
const onAssignment = (
  prototype: Methods,
  name: string,
  key: symbol,
  assigned: (context: Context, value: unknown) => void,
): (() => void) => {
  Object.defineProperty(prototype, name, {
    configurable: true,
    enumerable: false,
    get(this: Context) {
      return this[key];
    },
    set(this: Context, value: unknown) {
      this[key] = value;
      assigned(this, value);
    },
  });
  return () => void Reflect.deleteProperty(prototype, name);
};
