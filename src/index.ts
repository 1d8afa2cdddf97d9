import type { IncomingMessage, ServerResponse } from 'node:http';
import { currentMonitoring } from './instance.ts';
import { createLazyLogger } from './logs/lazy-logger.ts';
import type { Logger, LogMethod } from './logs/logger/logger.ts';
import type { Logging } from './logs/logger/logging.ts';
import type { LogConsole, LoggerFormat, LoggerOptions } from './logs/logger/options.ts';
import type { ActiveUsersApi } from './metrics/active-users/api.ts';
import type { AuthorizeRequest } from './prometheus/authorize-request.ts';
import { respondWithMetrics, writeMetrics } from './prometheus/handlers.ts';

export type { ActiveUsersApi, AuthorizeRequest, LogConsole, Logger, LoggerFormat, LoggerOptions, LogMethod };

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

/** Read only when it is needed, and by what costs an application nothing that only imports us. */
const loadLogger = (): typeof import('./logs/logger/start-logger.ts') =>
  process.getBuiltinModule('node:module').createRequire(import.meta.url)('./logger.js');

let logging: Logging | undefined;

/** The preload's, else one that is made of the environment; loaded with the first logger. */
const loadedLogging = (): Logging => {
  logging ??= currentMonitoring()?.logging?.() ?? loadLogger().startLoggerAlone();
  return logging;
};

/**
 * The application's logger: winston's, with `error.log` and `combined.log`, a console for people outside production,
 * stack traces wherever an error stands, and no secrets in it. Made at its first use, by `LOG_LEVEL`, `LOG_DIR` and
 * `MONITORING_LOG_CONSOLE`. Where winston is not installed it writes the same lines without it.
 */
export const logger: Logger = createLazyLogger(() => loadedLogging().logger());

/**
 * A logger like `logger`, with some things different. Loggers of one process share their files.
 *
 * @throws what winston throws of options that it does not take
 */
export const createLogger = <Level extends string = never>(
  options?: LoggerOptions<Level>,
): Logger & Readonly<Record<Level, LogMethod>> =>
  loadedLogging().createLogger(options) as Logger & Readonly<Record<Level, LogMethod>>;

/**
 * Writes a record `Request completed` for each request, as Express and Connect call it: `app.use(loggingMiddleware)`.
 * Under the preload, which writes them itself, it adds none, unless `MONITORING_REQUEST_LOG=false`. Never throws.
 */
export const loggingMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
): void => loadedLogging().middleware(request, response, next);

/** Flushes what is held and ends the monitoring of this process; without the preload it does nothing. Never rejects. */
export const shutdown = async (): Promise<void> => {
  await currentMonitoring()?.shutdown();
};
