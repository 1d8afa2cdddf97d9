import type { IncomingMessage, ServerResponse } from 'node:http';
import { currentMonitoring } from './instance.ts';
import type { ActiveUsersApi } from './metrics/active-users/api.ts';
import type { AuthorizeRequest } from './prometheus/authorize-request.ts';
import { respondWithMetrics, writeMetrics } from './prometheus/handlers.ts';

export type { ActiveUsersApi, AuthorizeRequest };

/**
 * The metric `active_users`: call `activeUsers.seen(userId)` wherever the application knows who a request is from.
 * Ids are hashed, never stored. Without the preload it does nothing; it never throws.
 */
export const activeUsers: ActiveUsersApi = {
  seen: userId => currentMonitoring()?.activeUsers.seen(userId),
  set: count => currentMonitoring()?.activeUsers.set(count),
};

/**
 * The metrics page for an application's own route in Remix, React Router, Hono and other frameworks of the
 * Fetch API.
 *
 * @param authorize answers true or false, may be asynchronous, may throw a `Response`, which is the answer;
 *   without it `MONITORING_METRICS_TOKEN` and `MONITORING_METRICS_BASIC_AUTH` decide
 * @returns 200 with text format 0.0.4, 401, 500 when the collection fails, 503 without the preload
 */
export const metricsResponse = (request: Request, authorize?: AuthorizeRequest<Request>): Promise<Response> =>
  respondWithMetrics(currentMonitoring(), request, authorize);

/**
 * The metrics page as a handler for Node's `http` and Express: `app.get('/metrics', metricsHandler())`.
 * Errors of `authorize` go to `next` where there is one, else they are answered with 500.
 */
export const metricsHandler =
  (authorize?: AuthorizeRequest<IncomingMessage>) =>
  (request: IncomingMessage, response: ServerResponse, next?: (error: unknown) => void): void => {
    writeMetrics(currentMonitoring(), request, response, authorize).catch(error => {
      if (next) next(error);
      else response.writeHead(500).end();
    });
  };

/** Flushes what is held and ends the monitoring of this process; without the preload it does nothing. Never rejects. */
export const shutdown = async (): Promise<void> => {
  await currentMonitoring()?.shutdown();
};
