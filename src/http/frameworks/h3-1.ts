import type { ServerResponse } from 'node:http';
import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import { type AnyFunction, type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import { noteError, observationOf, type RequestObservation } from '../observation.ts';
import { enterMount, routeAt } from '../route-scope.ts';

interface Event {
  readonly node?: { readonly req?: object; readonly res?: ServerResponse };
  readonly path: string;
  readonly handled?: boolean;
}

type Handler = (event: Event) => unknown;

interface App {
  handler: Handler;
  use: AnyFunction;
  readonly stack: { readonly route: string; handler: Handler }[];
}

interface Router {
  add: (path: string, handler: unknown, method?: unknown) => unknown;
  use: Router['add'];
}

/** What is done when a handler is entered; returns what is done with what it answers, `undefined` where it passes on. */
type Enter = (observation: RequestObservation, event: Event) => ((answer: unknown) => void) | undefined;

const ours = new WeakSet<AnyFunction>();

/** Of version 1: what its functions make is changed when it is made. All it knows of a request is in the event. */
export const patchH3Of1 = (exports: Methods, onFailure: OnHookFailure): (() => void) | undefined => {
  const guarded = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      onFailure('h3', error);
    }
  };

  const observe = (handler: Handler, enter: Enter): Handler => {
    function observed(this: unknown, event: Event): unknown {
      const request = event?.node?.req;
      const observation = request === undefined ? undefined : observationOf(request);
      if (observation === undefined) return Reflect.apply(handler, this, [event]);
      let leave: ReturnType<Enter>;
      guarded(() => {
        leave = enter(observation, event);
      });
      const answered = (answer: unknown): unknown => {
        guarded(() => {
          if (answer instanceof Error) noteError(observation, answer, event.node?.res);
          leave?.(answer);
        });
        return answer;
      };
      const failed = (error: unknown): never => {
        guarded(() => noteError(observation, error, event.node?.res));
        throw error;
      };
      try {
        const outcome = Reflect.apply(handler, this, [event]);
        return outcome instanceof Promise ? outcome.then(answered, failed) : answered(outcome);
      } catch (error) {
        return failed(error);
      }
    }
    // h3 knows handlers by what is written on them.
    return Object.defineProperties(observed, Object.getOwnPropertyDescriptors(handler)) as Handler;
  };

  const observeApp = (made: unknown): unknown => {
    const app = made as App;
    const { use } = app;
    app.handler = observe(app.handler, () => undefined);
    app.use = (...parameters) => {
      const { length } = app.stack;
      const result = use(...parameters);
      guarded(() => {
        for (const layer of app.stack.slice(length))
          layer.handler = observe(layer.handler, mountedAt(layer.route));
      });
      return result;
    };
    return app;
  };

  const observeRouter = (made: unknown): unknown => {
    const router = made as Router;
    const { add } = router;
    router.add = (path, handler, method) =>
      add(path, typeof handler === 'function' ? observe(handler as Handler, takenBy(path)) : handler, method);
    router.use = router.add;
    return router;
  };

  const making =
    (change: (made: unknown, first: unknown) => unknown) =>
    (original: AnyFunction): AnyFunction => {
      if (ours.has(original)) return original;
      const replacement: AnyFunction = function (this: unknown, ...parameters: never[]): unknown {
        let made = Reflect.apply(original, this, parameters);
        guarded(() => {
          made = change(made, parameters[0]);
        });
        return made;
      };
      ours.add(replacement);
      return replacement;
    };

  if (typeof exports.createApp !== 'function' || typeof exports.createRouter !== 'function') {
    throw new Error('this h3 makes no applications, so their requests are counted without routes and errors');
  }
  return replaceMethods(exports, {
    createApp: making(observeApp),
    createRouter: making(observeRouter),
    useBase: making((handler, base) => observe(handler as Handler, mountedAt(String(base)))),
  });
};

const mountedAt = (route: string): Enter => {
  const base = route.replace(/\/$/, '');
  return (observation, event) => {
    // `useBase` takes nothing from a path that something else has taken the base from.
    if (base === '' || !pathWithin(observation, event).startsWith(base)) return undefined;
    const { scope } = observation;
    observation.scope = enterMount(scope, base);
    return () => {
      observation.scope = scope;
    };
  };
};

/** A layer of an application has taken its route from the path before it is entered, `useBase` has not. */
const pathWithin = ({ scope, target }: RequestObservation, { path }: Event): string =>
  target.startsWith(scope.template) && target.endsWith(path) ? target.slice(scope.template.length) : path;

const takenBy =
  (path: string): Enter =>
  (observation, event) => {
    observation.route = routeAt(observation.scope, path);
    observation.passedOn = false;
    return answer => {
      if (answer === undefined && event.handled !== true) observation.passedOn = true;
    };
  };
