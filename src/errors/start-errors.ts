import type { RequestFailure } from '../http/request-failures.ts';
import type { ProcessEnd } from '../shutdown.ts';
import type { ErrorsApi } from './api.ts';
import { realClock } from './clock.ts';
import type { Errors, ErrorsOptions } from './create-errors.ts';
import { watchProcessErrors } from './process-errors.ts';
import { reportedTo } from './reported-to.ts';

export interface StartErrorsOptions extends ErrorsOptions {
  /** Whether a line of ours goes anywhere right now. */
  readonly isLogWanted: () => boolean;
  /** From now on lines go where our logger's go: the application calls us by name. */
  readonly useLogger: () => void;
  readonly processEnd: ProcessEnd;
  /** Reads the file. */
  readonly load: () => Pick<typeof import('./errors.ts'), 'createErrors'>;
  readonly undo: (() => void)[];
}

export interface StartedErrors extends ErrorsApi {
  readonly onRequestFailure: (failure: RequestFailure) => void;
  /** From now on what nobody catches is reported, if it goes anywhere: else the process is left alone. */
  readonly watchProcess: () => void;
  /** An error that the application has logged. */
  readonly onLoggedError: (error: Error) => void;
  /** Delivers what waits, and the repeats that were counted, in a hurry; never rejects. */
  readonly flush: () => Promise<void>;
}

/** Watches for errors, and reads what reports them with the first one that goes anywhere. */
export const startErrors = (options: StartErrorsOptions): StartedErrors => {
  const { settings, isLogWanted, processEnd, undo, onFailure } = options;
  let isReported = reportedTo(settings).length > 0;
  let errors: Errors | undefined;
  const loaded = (): Errors => {
    if (errors === undefined) {
      errors = options.load().createErrors(options);
      const { endWindows: flushNow, flush, takeAtExit, stop } = errors;
      undo.push(stop, processEnd.add({ flushNow, flush, takeAtExit }));
    }
    return errors;
  };

  /** Only where it goes anywhere; else it is counted. */
  const take = (capture: (errors: Errors) => unknown): void => {
    try {
      if (errors !== undefined || isReported || isLogWanted()) capture(loaded());
      else options.onEvent('not_configured');
    } catch (failure) {
      onFailure(failure);
    }
  };

  const watch = (): (() => void) =>
    watchProcessErrors({
      onError: (error, source, isFatal) => {
        processEnd.noteError();
        take(({ capture }) => capture.here(error, source, isFatal ? 'critical' : 'error'));
      },
      onWarning: warning => {
        if (isLogWanted()) take(({ logWarning }) => logWarning(warning));
      },
      onAbruptEnd: processEnd.endNow,
      onFailure,
      now: realClock.now,
    });
  let isWatching = false;
  const watchProcess = (): void => {
    if (isWatching || !(isReported || isLogWanted())) return;
    isWatching = true;
    undo.push(watch());
  };

  return {
    captureError: (error, context) => {
      options.useLogger();
      return loaded().capture.here(error, 'captureError', 'error', context);
    },
    sendAlert: async (...alert) => {
      options.useLogger();
      return loaded().sendAlert(...alert);
    },
    watchProcess,
    configure: given => {
      if (Object.keys(given).length === 0) return;
      isReported = true;
      loaded().configure(given);
      watchProcess();
    },
    onRequestFailure: failure => {
      // Without a place for reports nobody knows which request the application has reported itself.
      if (failure.error !== undefined || isReported) take(({ capture }) => capture.request(failure));
    },
    onLoggedError: error => {
      if (errors !== undefined || isReported) take(({ capture }) => capture.logged(error));
    },
    flush: async () => {
      errors?.endWindows();
      await errors?.flush();
    },
  };
};
