import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { LoadedFile } from '../adapter.ts';
import { noteError, observationOf } from '../observation.ts';

interface Request {
  /** That of Node.js, or of `server.inject`, which nothing observes. */
  readonly raw: { readonly req: IncomingMessage; readonly res: ServerResponse };
  readonly path: string;
  readonly info: { readonly hostname: string };
  readonly server: {
    readonly match: (method: string, path: string, host: string) => { readonly path: string } | null;
  };
  readonly _core: {
    readonly router: { readonly specials: { readonly options: { readonly route: unknown } | null } };
  };
  readonly _route: { readonly path: string; readonly _special: boolean };
}

/** What hapi makes of every error: mostly the error itself with these written on it. */
interface Boom extends Error {
  readonly isBoom: true;
  readonly data?: unknown;
  readonly output: { readonly statusCode: number };
}

type Lifecycle = (this: unknown, request: Request, ...rest: unknown[]) => unknown;

/** What a method of the application threw last; hapi makes a copy of a TypeError and its like. */
const thrown = new WeakMap<Request, unknown>();

/**
 * Route templates and errors of hapi 20 and 21. The route is known as soon as its router has looked it up, before the
 * application is asked who is there and what is valid. Every error becomes the response first, whoever answers it then.
 */
export const patch = ({ file, exports, onFailure }: LoadedFile): (() => void) | undefined =>
  file === 'lib/request.js' ? patchRequest(exports, onFailure) : patchToolkit(exports, onFailure);

const patchRequest = (exports: unknown, onFailure: OnHookFailure): (() => void) | undefined =>
  replaceMethods(prototypeWith(exports, ['_lookup', '_setResponse']), {
    _lookup: original =>
      function _lookup(this: Request, ...parameters: unknown[]): unknown {
        const result = Reflect.apply(original, this, parameters);
        guarded(onFailure, () => noteRoute(this));
        return result;
      },
    _setResponse: original =>
      function _setResponse(this: Request, ...parameters: unknown[]): unknown {
        const [response] = parameters;
        if (isBoom(response)) guarded(onFailure, () => note(this, response));
        return Reflect.apply(original, this, parameters);
      },
  });

/** Handlers, extensions, authentication and the like are all called by its `execute`. */
const patchToolkit = (exports: unknown, onFailure: OnHookFailure): (() => void) | undefined => {
  const observed = new WeakMap<Lifecycle, Lifecycle>();

  const observe = (method: Lifecycle): Lifecycle => {
    const failed = (request: Request, error: unknown): void =>
      guarded(onFailure, () => {
        if (observationOf(request.raw.req) !== undefined) thrown.set(request, error);
      });
    function lifecycle(this: unknown, ...parameters: Parameters<Lifecycle>): unknown {
      const [request] = parameters;
      try {
        const outcome = Reflect.apply(method, this, parameters);
        // Beside what hapi awaits itself: nothing is handled that would not be.
        if (outcome instanceof Promise) outcome.then(undefined, error => failed(request, error));
        return outcome;
      } catch (error) {
        failed(request, error);
        throw error;
      }
    }
    // hapi writes it into the error about a method that returns nothing.
    return Object.defineProperty(lifecycle, 'name', { value: method.name, configurable: true });
  };

  return replaceMethods(
    prototypeWith((exports as { readonly Manager?: unknown } | null)?.Manager, ['execute']),
    {
      execute: original =>
        function execute(this: unknown, ...parameters: unknown[]): unknown {
          const [method, ...rest] = parameters as [Lifecycle, ...unknown[]];
          let called = method;
          guarded(onFailure, () => {
            const known = observed.get(method);
            called = known ?? observe(method);
            if (known === undefined) observed.set(method, called);
          });
          return Reflect.apply(original, this, [called, ...rest]);
        },
    },
  );
};

const prototypeWith = (type: unknown, names: readonly string[]): Methods => {
  const methods = (type as { readonly prototype?: Methods } | null | undefined)?.prototype;
  const missing = names.find(name => typeof methods?.[name] !== 'function');
  if (methods !== undefined && missing === undefined) return methods;
  throw new Error(`this hapi has no ${missing}, so its requests are counted without routes or errors`);
};

const guarded = (onFailure: OnHookFailure, run: () => void): void => {
  try {
    run();
  } catch (error) {
    onFailure('hapi', error);
  }
};

const noteRoute = (request: Request): void => {
  const observation = observationOf(request.raw.req);
  if (observation === undefined) return;
  const { _core: core, _route: route } = request;
  if (!route._special) observation.route = route.path;
  // Of a preflight, which one route answers for all, the route that is asked for; it may refuse to say anything.
  else if (route === core.router.specials.options?.route) {
    const method = request.raw.req.headers['access-control-request-method'];
    if (!method || method.toLowerCase() === 'options') return;
    observation.route = request.server.match(method, request.path, request.info.hostname)?.path;
    observation.passedOn = true;
  }
};

const note = (request: Request, boom: Boom): void => {
  const { req, res } = request.raw;
  const observation = observationOf(req);
  // Below 500 it is an answer, also where nobody is there any more to get it.
  if (observation === undefined || boom.output.statusCode < 500 || isOfClient(boom)) return;
  noteError(observation, originalOf(boom, thrown.get(request)), res);
};

const isBoom = (response: unknown): response is Boom =>
  (response as { readonly isBoom?: unknown } | null | undefined)?.isBoom === true;

/** What hapi sets when the client has left, with a status that may be configured. */
const isOfClient = ({ message }: Boom): boolean => /^Request (aborted|close)$/.test(message);

const originalOf = (boom: Boom, last: unknown): unknown => {
  if (boom.message === 'Cannot throw non-error object') return boom.data;
  return last instanceof Error && isCopy(boom, last) ? last : boom;
};

/** Not told by its stack, which Boom 9 loses. */
const isCopy = (boom: Boom, error: Error): boolean =>
  boom.message === error.message && boom.constructor === error.constructor;
