import { errorMonitor } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { OnHookFailure } from '../../instrumentations/module-patch.ts';
import { type Methods, replaceMethods } from '../../instrumentations/replace-methods.ts';
import type { LoadedFile } from '../adapter.ts';
import { noteError, observationOf, type RequestObservation } from '../observation.ts';

/** What Nest's exception layer gets beside the error. */
interface ArgumentsHost {
  readonly getArgByIndex: (index: number) => unknown;
}

/** Fastify's request and reply hold Node.js' own as `raw`; those of Express are Node.js' own. */
interface Wrapper {
  readonly raw?: object;
}

interface StreamableFile {
  readonly getStream: () => NodeJS.ReadableStream & { readonly errored?: unknown };
}

/**
 * Errors of NestJS 10 to 12. Its routes are those of Express or Fastify, whose adapters write them down, but its own layer
 * answers what handlers, guards, pipes and interceptors throw, so that neither of the two hears of it.
 */
export const patch = ({ file, exports, onFailure }: LoadedFile): (() => void) | undefined =>
  file === 'exceptions/exceptions-handler.js'
    ? patchExceptionsHandler(exports, onFailure)
    : patchExpressAdapter(exports, onFailure);

/** Where all errors of controllers and middleware end, before a filter of the application sees them. */
const patchExceptionsHandler = (exports: unknown, onFailure: OnHookFailure): (() => void) | undefined =>
  replaceMethods(prototypeOf(exports, 'ExceptionsHandler', ['next']), {
    next: original =>
      function next(this: unknown, ...parameters: unknown[]): unknown {
        const [error, host] = parameters;
        guarded(onFailure, () => noteThrown(host as ArgumentsHost, error));
        return Reflect.apply(original, this, parameters);
      },
  });

const patchExpressAdapter = (exports: unknown, onFailure: OnHookFailure): (() => void) | undefined =>
  replaceMethods(prototypeOf(exports, 'ExpressAdapter', ['reply', 'setNotFoundHandler']), {
    reply: original =>
      function reply(this: unknown, ...parameters: unknown[]): unknown {
        const [response, body] = parameters;
        watchFile(response as ServerResponse, body, onFailure);
        return Reflect.apply(original, this, parameters);
      },
    // With a prefix, it is a route of Express, for whatever is below.
    setNotFoundHandler: original =>
      function setNotFoundHandler(this: unknown, ...parameters: unknown[]): unknown {
        const [handler, ...rest] = parameters;
        const observed = typeof handler === 'function' ? takingNothing(handler, onFailure) : handler;
        return Reflect.apply(original, this, [observed, ...rest]);
      },
  });

const prototypeOf = (exports: unknown, name: string, methods: readonly string[]): Methods => {
  const { [name]: type } = (exports ?? {}) as Readonly<Record<string, { readonly prototype?: Methods }>>;
  const prototype = type?.prototype;
  if (prototype !== undefined && methods.every(method => typeof prototype[method] === 'function'))
    return prototype;
  throw new Error(
    `this NestJS has no ${name} with ${methods.join(' and ')}, so the errors of its requests are not all known`,
  );
};

const guarded = (onFailure: OnHookFailure, run: () => void): void => {
  try {
    run();
  } catch (error) {
    onFailure('nestjs-core', error);
  }
};

const noteThrown = (host: ArgumentsHost, error: unknown): void => {
  const observation = observationBehind(host.getArgByIndex(0));
  if (observation === undefined) return;
  const response = host.getArgByIndex(1) as (Wrapper & ServerResponse) | null | undefined;
  noteError(observation, error, (response?.raw ?? response ?? undefined) as ServerResponse | undefined);
};

/** Middleware gets Node.js' own request from Fastify, too. */
const observationBehind = (request: unknown): RequestObservation | undefined => {
  if (typeof request !== 'object' || request === null) return undefined;
  const { raw } = request as Wrapper;
  return observationOf(request) ?? (raw === undefined ? undefined : observationOf(raw));
};

/** Its class is in another package, of which there may be several; no getter of the application's is called. */
const isStreamableFile = (body: unknown): body is StreamableFile =>
  typeof body === 'object' && body !== null && 'getStream' in body && 'errorHandler' in body;

/** Of a file that fails on its way, only the file's own error handler is told. */
const watchFile = (response: ServerResponse, body: unknown, onFailure: OnHookFailure): void => {
  try {
    if (!isStreamableFile(body)) return;
    const observation = observationOf(response.req);
    if (observation === undefined) return;
    const note = (error: unknown): void => guarded(onFailure, () => noteError(observation, error, response));
    const stream = body.getStream();
    if (stream.errored) note(stream.errored);
    // One that monitors is none that handles: without another, the error is thrown as it would be without us.
    else stream.on(errorMonitor, note);
  } catch (error) {
    onFailure('nestjs-core', error);
  }
};

const takingNothing = (handler: object, onFailure: OnHookFailure): object => {
  function notFound(this: unknown, ...parameters: unknown[]): unknown {
    guarded(onFailure, () => {
      const observation = observationBehind(parameters[0]);
      if (observation !== undefined) observation.route = undefined;
    });
    return Reflect.apply(handler as (...values: unknown[]) => unknown, this, parameters);
  }
  // Express tells handlers apart by their length.
  return Object.defineProperties(notFound, Object.getOwnPropertyDescriptors(handler));
};
