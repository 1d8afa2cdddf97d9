import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { LoadedFile } from '../adapter.ts';
import { noteError, type RequestObservation } from '../observation.ts';
import { enterMount, routeAt } from '../route-scope.ts';
import { type HonoContext, observationIn, watch } from './hono-context.ts';
import { type HonoKind, type HonoRoute, kindOf, routeBehind, templateIn } from './hono-route.ts';
import { patchStream } from './hono-stream.ts';

type Next = () => Promise<unknown>;
type Handler = (context: HonoContext, next: Next) => unknown;

/** Functions of ours: routers hand them on to each other. */
const observing = new WeakSet<object>();

/** The adapter of Hono 4 on Node.js. */
export const patch = (loaded: LoadedFile): (() => void) | undefined =>
  loaded.file?.includes('/helper/streaming/') ? patchStream(loaded) : patchRouters(loaded);

/**
 * Routes and errors: whatever handles requests, middleware as well, is handed to a router, with the route that it is for.
 * What is put in its place there is seen by Hono alone: the application's own list of routes stays as it is.
 */
const patchRouters = ({ file, exports, onFailure }: LoadedFile): (() => void) | undefined => {
  const guard = <Result>(run: () => Result): Result | undefined => {
    try {
      return run();
    } catch (error) {
      onFailure('hono', error);
      return undefined;
    }
  };

  const note = (observation: RequestObservation, { env }: HonoContext, error: unknown): void =>
    void guard(() => noteError(observation, error, env?.outgoing));

  const observe = (handler: Handler, route: HonoRoute): Handler => {
    const kind = kindOf(route);
    const isComposed = kind.handler !== handler;

    function handle(this: unknown, context: HonoContext, next: Next): unknown {
      let observation: RequestObservation | undefined;
      let following = next;
      // Nothing is put around these: they run for each handler of each request.
      try {
        observation = observationIn(context);
        if (observation !== undefined) following = enter(observation, context, kind, next);
      } catch (error) {
        onFailure('hono', error);
      }
      if (observation === undefined) return handler.call(this, context, next);
      const observed = observation;
      const failed = (error: unknown): void => note(observed, context, error);
      const run = (): unknown => handler.call(this, context, following);
      if (!isComposed) return watch(run, failed);
      // An application that was mounted with an error handler of its own has answered the error already.
      return watch(run, failed, () => {
        if (context.error !== undefined) failed(context.error);
      });
    }
    observing.add(handle);
    return Object.defineProperties(handle, Object.getOwnPropertyDescriptors(handler));
  };

  const routers = Object.values(exports ?? {})
    .map(router => (router as { readonly prototype?: Methods } | null | undefined)?.prototype)
    .filter(prototype => typeof prototype?.add === 'function');
  if (routers.length === 0)
    throw new Error(`this Hono has no router in ${file}, so its routes are not known`);

  const undo = routers.map(prototype =>
    replaceMethods(prototype, {
      add: original =>
        function add(this: unknown, method: unknown, path: unknown, handled: unknown): unknown {
          const observed = guard(() => {
            // Hono's own middleware uses routers for other things as well.
            if (!Array.isArray(handled)) return handled;
            const handler: unknown = handled[0];
            const route: Partial<HonoRoute> | undefined = handled[1];
            const isNew = typeof handler === 'function' && !observing.has(handler);
            if (!isNew || typeof route?.path !== 'string' || typeof route.handler !== 'function')
              return handled;
            return [observe(handler as Handler, route as HonoRoute), route];
          });
          return Reflect.apply(original, this, [method, path, observed ?? handled]);
        },
    }),
  );
  return () => {
    for (const step of undo) step?.();
  };
};

/** What is given to the handler as its `next`. */
const enter = (
  observation: RequestObservation,
  context: HonoContext,
  { type, path, mayPassOn }: HonoKind,
  next: Next,
): Next => {
  const { scope } = observation;
  const at = (template: string): string =>
    scope.template === '' ? routeAt(scope, template) : templateIn(observation, context.req.path, template);

  if (type === 'route') {
    observation.route = at(path);
    observation.passedOn = false;
  } else if (observation.route === undefined) {
    const behind = routeBehind(context.req.matchedRoutes) ?? (type === 'either' ? path : undefined);
    if (behind !== undefined) observation.route = at(behind);
  }
  if (type === 'mount') {
    observation.scope = enterMount(scope, path.slice(0, -'/*'.length));
    return () => {
      observation.scope = scope;
      return next();
    };
  }
  if (!mayPassOn) return next;
  return () => {
    observation.passedOn = true;
    return next();
  };
};
