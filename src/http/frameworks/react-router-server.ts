import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import type { AnyFunction } from '../../instrumentations/replace-methods.ts';
import { noteError, observationOf } from '../observation.ts';
import { type Exchange, type Link, linking, parcel } from './react-router-exchange.ts';

/** `express`: calls `getLoadContext` with what Node.js has; `node`: with a Fetch request. */
export type Server = 'express' | 'node';

/** Of Express, which rewrites `url` below a mount. */
type NodeRequest = IncomingMessage & { readonly originalUrl?: string };

export type Call = (this: unknown, ...parameters: unknown[]) => unknown;

/**
 * Replaces what makes a handler for a server. The handler stays the framework's own; it is given a `getLoadContext` that
 * tells which request of Node.js it is called for.
 */
export const createServerPatch = (
  original: AnyFunction,
  server: Server,
  onFailure: OnHookFailure,
): { readonly replacement: AnyFunction; readonly stop: () => void } => {
  let isActive = true;
  /** The parameters of the listener that is just being called: it makes a Fetch request of them. */
  let arriving: readonly unknown[] = [];

  const guard = <Result>(run: () => Result): Result | undefined => {
    try {
      return run();
    } catch (error) {
      onFailure('react-router', error);
      return undefined;
    }
  };

  const exchangeOf = (parameters: readonly unknown[]): Exchange | undefined => {
    const [request, response] = (server === 'express' ? parameters : arriving) as [
      NodeRequest?,
      ServerResponse?,
    ];
    if (!isActive || request === undefined || response === undefined) return undefined;
    const observation = observationOf(request);
    if (observation === undefined) return undefined;
    const url =
      server === 'express'
        ? `http://host${request.originalUrl ?? request.url}`
        : (parameters[0] as Request).url;
    return { observation, response, url };
  };

  const createGetLoadContext = (given: Call | undefined, link: Link): Call =>
    function getLoadContext(this: unknown, ...parameters) {
      const exchange = guard(() => {
        const found = link.onArrival && exchangeOf(parameters);
        if (found !== undefined) link.onArrival?.(found);
        return found;
      });
      if (exchange === undefined) return given && Reflect.apply(given, this, parameters);
      const failed = (error: unknown): never => {
        guard(() => noteError(exchange.observation, error, exchange.response));
        throw error;
      };
      try {
        const context = given && Reflect.apply(given, this, parameters);
        if (!isThenable(context)) return parcel(exchange, context);
        return context.then(settled => parcel(exchange, settled), failed);
      } catch (error) {
        return failed(error);
      }
    };

  const replacement: Call = function (this: unknown, ...parameters) {
    const [options, ...rest] = parameters;
    if (!isActive || typeof options !== 'object' || options === null) {
      return Reflect.apply(original, this, parameters);
    }
    const link: Link = {};
    const { getLoadContext: given } = options as { readonly getLoadContext?: Call };
    const getLoadContext = createGetLoadContext(given, link);
    const handler = linking(link, () =>
      Reflect.apply(original, this, [{ ...options, getLoadContext }, ...rest]),
    );
    return server === 'express' ? handler : listening(handler as Call);
  };

  const listening = (listener: Call): AnyFunction =>
    alike(listener, function (this: unknown, ...parameters) {
      arriving = parameters;
      try {
        return Reflect.apply(listener, this, parameters);
      } finally {
        arriving = [];
      }
    });

  return {
    replacement: alike(original, replacement),
    stop: () => {
      isActive = false;
    },
  };
};

/** What stands in for a function has its name and length. */
export const alike = (original: AnyFunction, replacement: Call): AnyFunction =>
  Object.defineProperties(replacement as AnyFunction, {
    name: { value: original.name, configurable: true },
    length: { value: original.length, configurable: true },
  });

const isThenable = (value: unknown): value is Promise<unknown> =>
  typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
