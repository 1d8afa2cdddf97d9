import { errorMonitor } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import { noteError, observationOf } from '../observation.ts';

interface Request {
  readonly raw: object;
  /** Since 4.10; before, `routerPath`, which now warns. */
  readonly routeOptions?: { readonly url?: string };
  readonly routerPath?: string;
}

interface Reply {
  readonly raw: ServerResponse;
}

type Done = (error: null, payload?: unknown) => void;
type AddHook = (name: string, hook: (...parameters: never[]) => void) => unknown;

/**
 * Route templates and errors of Fastify 4 and 5, by hooks that are there before any of the application's own: the
 * instance has just been made. `onError` comes before the error handler of the application, whatever that makes of it.
 *
 * @param instance as the channel `fastify.initialization` hands it out
 */
export const observeFastify = (instance: unknown, onFailure: OnHookFailure): void => {
  const fastify = instance as { readonly addHook: AddHook };

  const guard = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      onFailure('fastify', error);
    }
  };

  const note = (request: Request, reply: Reply, error: unknown): void => {
    const observation = observationOf(request.raw);
    if (observation !== undefined) noteError(observation, error, reply.raw);
  };

  fastify.addHook('onRequest', (request: Request, _reply: unknown, done: () => void) => {
    guard(() => {
      const observation = observationOf(request.raw);
      if (observation === undefined) return;
      const route = 'routeOptions' in request ? request.routeOptions?.url : request.routerPath;
      if (route !== undefined) observation.route = route;
    });
    done();
  });
  fastify.addHook('onError', (request: Request, reply: Reply, error: unknown, done: () => void) => {
    guard(() => note(request, reply, error));
    done();
  });
  // Of a stream that fails when the headers are out, Fastify tells nobody but its log.
  fastify.addHook('onSend', (request: Request, reply: Reply, payload: unknown, done: Done) => {
    guard(() => {
      // One that monitors is none that handles: without another, the error is thrown as it would be without us.
      if (isStream(payload)) payload.on(errorMonitor, error => guard(() => note(request, reply, error)));
    });
    done(null, payload);
  });
};

const isStream = (payload: unknown): payload is NodeJS.ReadableStream => {
  const { pipe, on } = (payload ?? {}) as Partial<NodeJS.ReadableStream>;
  return typeof pipe === 'function' && typeof on === 'function';
};
