import type { LogTrail } from './errors/log-trail.ts';
import { reportedTo } from './errors/reported-to.ts';
import { type StartErrorsOptions, type StartedErrors, startErrors } from './errors/start-errors.ts';
import type { Failures } from './failures.ts';
import type { RequestTracing } from './http/lifetime.ts';
import * as files from './lazy-files.ts';
import type { OnLoggedError } from './logs/logged-error.ts';
import type { EmitRecord } from './logs/record.ts';
import type { Store } from './metrics/store.ts';
import type { ObserverTracing } from './observers.ts';
import { isInstrumented } from './settings/instrumentations.ts';
import { activeSpan } from './traces/active-span.ts';

export interface ErrorReportingOptions
  extends Pick<
    StartErrorsOptions,
    | 'settings'
    | 'service'
    | 'version'
    | 'redaction'
    | 'isLogWanted'
    | 'logLine'
    | 'useLogger'
    | 'processEnd'
    | 'report'
    | 'undo'
  > {
  readonly store: Pick<Store, 'errorEvents' | 'alerts'>;
  readonly failures: Failures;
  /** `undefined`: nothing is traced. */
  readonly tracing: Pick<ObserverTracing, 'currentRequest'> | undefined;
  /** Where log records go; `undefined`: nowhere. */
  readonly emit: EmitRecord | undefined;
}

export interface ErrorReporting {
  readonly errors: StartedErrors;
  /** What gives requests contexts where nothing else does; `undefined`: nobody asks to which request an error belongs. */
  readonly contexts: RequestTracing | undefined;
  /** Where records of the application's loggers go, which an error shows, too. */
  readonly emitLogged: EmitRecord | undefined;
  /** Told of errors that the application logs; `undefined`: nobody wants to know. */
  readonly onLoggedError: OnLoggedError | undefined;
}

/** Takes errors, and gives them what they show: their request, their trace, the lines before them. */
export const startErrorReporting = (options: ErrorReportingOptions): ErrorReporting => {
  const { settings, store, failures, tracing, emit } = options;
  const isReported = reportedTo(settings).length > 0;
  const contexts =
    isReported && tracing === undefined && isInstrumented(settings, 'http')
      ? files.loadRequestContexts().createRequestContexts()
      : undefined;
  if (contexts !== undefined) options.undo.push(contexts.stop);
  let trail: LogTrail | undefined;
  /** The lines before an error, which its event in Sentry shows. */
  const remember: EmitRecord = record => {
    trail ??= files.loadLogs().createLogTrail();
    trail.add(record);
    emit?.(record);
  };
  const errors = startErrors({
    ...options,
    linesOf: traceId => trail?.of(traceId) ?? [],
    activeTrace: activeSpan,
    currentRequest: (tracing ?? contexts)?.currentRequest ?? (() => undefined),
    onEvent: outcome => store.errorEvents.add(1, outcome),
    onAlert: outcome => store.alerts.add(1, outcome),
    onFailure: error => failures.inHook('errors', error),
    load: files.loadErrors,
  });
  return {
    ...{ errors, contexts },
    emitLogged: settings.sentryDsn === undefined ? emit : remember,
    onLoggedError: isReported && settings.captureLoggedErrors ? errors.onLoggedError : undefined,
  };
};
