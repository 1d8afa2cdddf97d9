import type { ServerResponse } from 'node:http';
import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { LoadedFile } from '../adapter.ts';
import { noteError, observationOf, type RequestObservation } from '../observation.ts';
import { enterMount, routeAt } from '../route-scope.ts';
import { type HonoRoute, kindOf, routeBehind, templateIn } from './hono-route.ts';

type Next = () => Promise<unknown>;
type Handler = (context: Context, next: Next) => unknown;

interface Context {
  readonly env?: { readonly incoming?: object; readonly outgoing?: ServerResponse } | undefined;
  readonly req: {
    readonly path: string;
    readonly raw: object;
    readonly matchedRoutes: readonly HonoRoute[];
  };
  /** What an `onError` has answered. */
  readonly error?: unknown;
}

/** Functions of ours: routers hand them on to each other. */
const observing = new WeakSet<object>();

/**
 * Routes and errors of Hono 4 on Node.js, by its routers: whatever handles requests, middleware as well, is handed to one
 * of them, with the route that it is for. What is put in its place there is seen by Hono alone: the application's own list
 * of routes stays as it is.
 */
export const patch = ({ file, exports, onFailure }: LoadedFile): (() => void) | undefined => {
  const guard = <Result>(run: () => Result): Result | undefined => {
    try {
      return run();
    } catch (error) {
      onFailure('hono', error);
      return undefined;
    }
  };

  const note = (observation: RequestObservation, { env }: Context, error: unknown): void =>
    void guard(() => noteError(observation, error, env?.outgoing));

  const observe = (handler: Handler, route: HonoRoute): Handler => {
    const kind = kindOf(route);
    const isComposed = kind.handler !== handler;

    function handle(this: unknown, context: Context, next: Next): unknown {
      const observation = guard(() => observationIn(context));
      if (observation === undefined) return handler.call(this, context, next);
      const following = guard(() => enter(observation, context, kind, next)) ?? next;
      const failed = (error: unknown): void => note(observation, context, error);
      try {
        const outcome = handler.call(this, context, following);
        if (outcome instanceof Promise) {
          // An application that was mounted with an error handler of its own has answered the error already.
          const answered = (): void => {
            if (context.error !== undefined) failed(context.error);
          };
          // Beside what Hono waits for itself: the promise stays the one that the handler has made.
          void outcome.then(isComposed ? answered : undefined, failed);
        }
        return outcome;
      } catch (error) {
        failed(error);
        throw error;
      }
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
  context: Context,
  { type, path, mayPassOn }: ReturnType<typeof kindOf>,
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

const observationIn = (context: Context): RequestObservation | undefined => {
  const incoming = context.env?.incoming ?? incomingOf(context.req.raw);
  return incoming === undefined ? undefined : observationOf(incoming);
};

/** Of the requests that @hono/node-server makes: for applications that give Hono an environment of their own. */
const incomingOf = (raw: object): object | undefined => {
  const key = Object.getOwnPropertySymbols(raw).find(({ description }) => description === 'incomingKey');
  return key === undefined ? undefined : (raw as Readonly<Record<symbol, object>>)[key];
};
