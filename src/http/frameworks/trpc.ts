import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyFunction } from '../../instrumentations/replace-methods.ts';
import type { LoadedFile } from '../adapter.ts';
import { noteErrorInAnswer } from '../error-in-answer.ts';
import { noteError, observationOf } from '../observation.ts';
import { routeAt } from '../route-scope.ts';
import { isBatch, type ProcedureOptions, procedureTemplate } from './trpc-procedure.ts';

interface TrpcError extends Error {
  readonly code?: unknown;
}

interface Failing {
  readonly error: TrpcError;
  readonly req: IncomingMessage;
}

type Middleware = (request: IncomingMessage, response: ServerResponse, next: AnyFunction) => unknown;

/** Of a handler; each of these may be missing, and tRPC passes all of them on to `createContext`. */
interface Options extends ProcedureOptions {
  readonly middleware?: Middleware;
  readonly createContext?: (this: unknown, given: { readonly req: IncomingMessage }) => unknown;
  readonly onError?: (this: unknown, failing: Failing) => unknown;
}

const makers = ['createHTTPHandler', 'createHTTPServer', 'createHTTP2Handler', 'createExpressMiddleware'];

const observing = new WeakSet<object>();
const answer = Symbol('@ykmake/monitoring.answer');

/** Errors that are none of the client's. */
const serverCodes: ReadonlySet<unknown> = new Set([
  'INTERNAL_SERVER_ERROR',
  'NOT_IMPLEMENTED',
  'BAD_GATEWAY',
  'SERVICE_UNAVAILABLE',
  'GATEWAY_TIMEOUT',
]);

/**
 * Routes and errors of tRPC 11, in its standalone server and in Express, by the options that its handlers are made with:
 * tRPC calls the `middleware` with each request, `createContext` when it has loaded what is asked for, and `onError` with
 * each error.
 */
export const patch = ({ file, exports, onFailure }: LoadedFile): (() => void) | undefined => {
  const adapter = exports as Record<string, unknown>;
  const names = makers.filter(name => typeof adapter?.[name] === 'function');
  if (names.length === 0)
    throw new Error(`this tRPC makes no handler in ${file}, so its procedures are not known`);

  let isActive = true;
  const fail = (error: unknown): void => onFailure('trpc', error);
  const guard = <Result>(run: () => Result): Result | undefined => {
    try {
      return run();
    } catch (error) {
      fail(error);
      return undefined;
    }
  };

  const observe = (options: Options): Options => {
    const { middleware, createContext, onError, router } = options;
    const enter = (request: IncomingMessage, response?: ServerResponse): void =>
      void guard(() => {
        const observation = observationOf(request);
        if (observation === undefined) return;
        if (response !== undefined) (request as Answered)[answer] = response;
        const template = procedureTemplate(options, request);
        if (template !== undefined) observation.route = routeAt(observation.scope, template);
      });
    // What is lazy is there once the context of the first request for it is made.
    const isLazy = Object.keys(router._def.lazy ?? {}).length > 0;
    return {
      ...options,
      middleware: (request, response, next) => {
        enter(request, response);
        return middleware === undefined ? next() : middleware(request, response, next);
      },
      ...(isLazy && {
        createContext(given) {
          enter(given.req);
          return createContext?.call(this, given);
        },
      }),
      onError(failing) {
        guard(() => note(failing));
        return onError?.call(this, failing);
      },
    };
  };

  const note = ({ error, req }: Failing): void => {
    const observation = observationOf(req);
    if (observation === undefined) return;
    const response = (req as Answered)[answer];
    const isAlone = !isBatch(req) && response?.headersSent !== true;
    if (isAlone && observation.status === undefined) noteError(observation, originalOf(error), response);
    // The status of the answer to a batch, or of one that has begun, need not say that a procedure has failed.
    else if (serverCodes.has(error.code) && response !== undefined)
      noteErrorInAnswer(observation, originalOf(error), response, fail);
  };

  for (const name of names) {
    const original = adapter[name] as AnyFunction;
    if (observing.has(original)) continue;
    const make = function (this: unknown, options: Options, ...rest: unknown[]): unknown {
      const observed = isActive ? guard(() => observe(options)) : undefined;
      return Reflect.apply(original, this, [observed ?? options, ...rest]);
    };
    observing.add(make);
    adapter[name] = Object.defineProperties(make, Object.getOwnPropertyDescriptors(original));
  }
  return () => {
    isActive = false;
  };
};

interface Answered extends IncomingMessage {
  [answer]?: ServerResponse;
}

/** What tRPC has caught, where it has put it into an error of its own: that one has the stack of the other. */
const originalOf = (error: TrpcError): unknown => {
  const { cause } = error;
  return cause instanceof Error && cause.stack === error.stack ? cause : error;
};
