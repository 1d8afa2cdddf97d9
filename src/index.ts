import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorMonitoringOptions, ErrorsApi } from './errors/api.ts';
import { AlertSeverity } from './errors/severity.ts';
import { currentMonitoring } from './instance.ts';
import { createLazyLogger } from './logs/lazy-logger.ts';
import type { Logger, LogMethod } from './logs/logger/logger.ts';
import type { Logging } from './logs/logger/logging.ts';
import type { LogConsole, LoggerFormat, LoggerOptions } from './logs/logger/options.ts';
import type { ActiveUsersApi } from './metrics/active-users/api.ts';
import type { AuthorizeRequest } from './prometheus/authorize-request.ts';
import { respondWithMetrics, writeMetrics } from './prometheus/handlers.ts';

export type {
  ActiveUsersApi,
  AuthorizeRequest,
  ErrorMonitoringOptions,
  LogConsole,
  Logger,
  LoggerFormat,
  LoggerOptions,
  LogMethod,
};
export { AlertSeverity };

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
const load = <File>(file: string): File =>
  process.getBuiltinModule('node:module').createRequire(import.meta.url)(file);
const loadLogger = (): typeof import('./logs/logger/start-logger.ts') => load('./logger.js');
const loadErrors = (): typeof import('./errors/errors.ts') => load('./errors.js');

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

let errors: ErrorsApi | undefined;

/** The preload's, else what the environment says; loaded with the first error or alert. */
const loadedErrors = (): ErrorsApi => {
  errors ??= currentMonitoring()?.errors ?? loadErrors().startErrorsAlone(loadedLogging);
  return errors;
};

/**
 * Reports an error that the application has caught: to Sentry (`SENTRY_DSN`), to the log, and to Slack. Takes whatever
 * was thrown; the same error, or one that it has caused, only once.
 *
 * @param context said in all three beside the error, without secrets; `userId` or `user.id` becomes the event's user
 * @returns the id of the event once Sentry has taken it, for which it waits three seconds at most; `undefined` where
 *   nothing was sent: no Sentry, a repeat of the same error within its window, a refusal; and when it takes longer. Never rejects.
 */
export const captureError = (
  error: unknown,
  context?: Readonly<Record<string, unknown>>,
): Promise<string | undefined> => {
  try {
    return loadedErrors().captureError(error, context);
  } catch {
    return Promise.resolve(undefined);
  }
};

/**
 * Posts a message to Slack (`SLACK_TOKEN` and `SLACK_CHANNEL`, or `SLACK_WEBHOOK_URL`), with the details as fields. The
 * same message goes out once in a window, its repeats are counted.
 *
 * @returns settles when it is delivered or lost, after three seconds at most; a failure is logged. Never rejects.
 */
export const sendAlert = async (
  severity: AlertSeverity,
  title: string,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): Promise<void> => {
  try {
    await loadedErrors().sendAlert(severity, title, message, details);
  } catch {
    // An alert that fails is no reason for another error.
  }
};

/**
 * Starts to report errors by what is said here, and by the environment for the rest. The preload does so by itself, as
 * soon as the environment says where to: with it, this is for what is known only in code. Without it, errors and rejections that nobody
 * catches are reported from here on; the process ends as it would without us. Never throws.
 */
export const initErrorMonitoring = (options: ErrorMonitoringOptions = {}): void => {
  try {
    loadedErrors().configure(options);
  } catch {
    // The application runs on without it.
  }
};

/** Flushes what is held and ends the monitoring of this process; without the preload it does nothing. Never rejects. */
export const shutdown = async (): Promise<void> => {
  await currentMonitoring()?.shutdown();
};
