import type { ServerResponse } from 'node:http';
import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import { markRequestDomain } from '../../request-domains.ts';
import type { LoadedFile } from '../adapter.ts';
import { noteError, observationOf } from '../observation.ts';

interface Request {
  /** Set by its router. */
  readonly route?: { readonly path?: unknown };
}

interface Server {
  /** What runs a request so that what its handlers throw is caught; `false`: nothing does. */
  readonly handleUncaughtExceptions?: { readonly name?: string };
}

interface Response extends ServerResponse {
  /** The first error, also that the client has left. */
  readonly err?: unknown;
}

type OnError = (error: unknown, request: Request, response: Response) => void;

/**
 * Route templates and errors of restify 12: of its server's own steps, the one that follows the search for a route, and
 * the one that every error of a handler comes to, before the application's listeners answer it. The first step of all may
 * be in a domain of the request, which takes what handlers throw.
 */
export const patch = ({ exports, onFailure }: LoadedFile): (() => void) | undefined =>
  replaceMethods(prototypeOf(exports), {
    _runPre: original =>
      function _runPre(this: Server, ...parameters: unknown[]): unknown {
        guarded(onFailure, () => {
          const isInOwnDomain = this.handleUncaughtExceptions?.name === 'handleWithDomain';
          if (isInOwnDomain && observationOf(parameters[0] as Request) !== undefined) markRequestDomain();
        });
        return Reflect.apply(original, this, parameters);
      },
    _runUse: original =>
      function _runUse(this: unknown, ...parameters: unknown[]): unknown {
        guarded(onFailure, () => noteRoute(parameters[0] as Request));
        return Reflect.apply(original, this, parameters);
      },
    _onHandlerError: original =>
      function _onHandlerError(this: unknown, ...parameters: unknown[]): unknown {
        guarded(onFailure, () => {
          note(...(parameters as Parameters<OnError>));
        });
        return Reflect.apply(original, this, parameters);
      },
  });

const prototypeOf = (exports: unknown): Methods => {
  const methods = (exports as { readonly prototype?: Methods } | null | undefined)?.prototype;
  const missing = ['_runPre', '_runUse', '_onHandlerError'].find(
    name => typeof methods?.[name] !== 'function',
  );
  if (methods !== undefined && missing === undefined) return methods;
  throw new Error(`this restify has no ${missing}, so its requests are counted without routes and errors`);
};

const noteRoute = (request: Request): void => {
  const observation = observationOf(request);
  const path = request.route?.path;
  if (observation !== undefined && path !== undefined) observation.route = String(path);
};

const note: OnError = (error, request, response) => {
  const observation = observationOf(request);
  if (observation === undefined || isEcho(error, response)) return;
  noteError(observation, originalOf(error), response);
};

/** What restify comes to when it answers an error once the headers are out. */
const isEcho = (error: unknown, { err: first }: Response): boolean =>
  first !== undefined && (error as { readonly code?: unknown } | null)?.code === 'ERR_HTTP_HEADERS_SENT';

/** What an async handler threw that is no error, restify puts into one of its own. */
const originalOf = (error: unknown): unknown => {
  const { name, jse_info: info } = (error ?? {}) as {
    readonly name?: unknown;
    readonly jse_info?: { readonly cause?: unknown };
  };
  return name === 'AsyncError' && info?.cause !== undefined ? info.cause : error;
};

const guarded = (onFailure: OnHookFailure, run: () => void): void => {
  try {
    run();
  } catch (error) {
    onFailure('restify', error);
  }
};
