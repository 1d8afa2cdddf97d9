import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientClosedRequest } from '../catalog/http-paths.ts';
import { clientOf } from '../http/client.ts';
import { observationOf } from '../http/observation.ts';
import { traceOf } from '../http/request-trace.ts';
import { traceParent } from '../traces/trace-parent.ts';
import type { CompletedRequest } from './completed-request.ts';

export interface LoggingMiddlewareOptions {
  /** The preload logs the requests that it observes. */
  readonly requestsAreLogged: boolean;
  readonly trustProxy: boolean;
  readonly log: (request: CompletedRequest) => void;
  readonly onFailure: (error: unknown) => void;
}

/** What every copy of this package marks the requests with that it logs. */
const logged = Symbol.for('@ykmake/monitoring.logged');

type Request = IncomingMessage & {
  [logged]?: true;
  readonly originalUrl?: string;
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
};

export type LoggingMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
) => void;

/** Logs each request that nobody else logs, once; as Express and Connect call it. */
export const createLoggingMiddleware = (options: LoggingMiddlewareOptions): LoggingMiddleware => {
  const { requestsAreLogged, trustProxy, log, onFailure } = options;

  const watch = (request: Request, response: ServerResponse): void => {
    if (request[logged] || (requestsAreLogged && observationOf(request) !== undefined)) return;
    request[logged] = true;
    const startedAt = performance.now();
    const client = clientOf(request, trustProxy);
    const target = request.originalUrl ?? request.url ?? '';
    response.once('close', () => {
      try {
        const observation = observationOf(request);
        const aborted = !response.writableFinished;
        log({
          ...client,
          target,
          route: observation?.route ?? routeOf(request),
          status: aborted && !response.headersSent ? clientClosedRequest : response.statusCode,
          seconds: (performance.now() - startedAt) / 1_000,
          aborted,
          trace: traceOf(observation ?? { parent: traceParent(request.rawHeaders) }),
        });
      } catch (error) {
        onFailure(error);
      }
    });
  };

  return (request, response, next) => {
    try {
      watch(request, response);
    } catch (error) {
      onFailure(error);
    }
    next();
  };
};

/** As Express tells it: behind mounts with parameters it has what those were, and not their names. */
const routeOf = ({ baseUrl = '', route }: Request): string | undefined =>
  typeof route?.path === 'string' ? baseUrl + route.path : undefined;
