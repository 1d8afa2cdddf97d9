import type { RequestLog, SlowCallLog } from '../observers.ts';
import { isInstrumented } from '../settings/instrumentations.ts';
import type { Logging } from './logger/logging.ts';
import type { StartLoggerOptions } from './logger/start-logger.ts';

export interface PreloadLoggingOptions extends Omit<StartLoggerOptions, 'requestsAreLogged'> {
  /** Told once, when the application begins to log with us. */
  readonly onUsed: () => void;
  /** Reads the file. */
  readonly load: () => typeof import('./logger/start-logger.ts');
}

export interface ErrorLog {
  /** Whether a line would go anywhere right now. */
  readonly isWanted: () => boolean;
  /** Never throws, once the logger is loaded. */
  readonly write: Logging['logError'];
}

export interface PreloadLogging {
  /** Loaded when it is first asked for. */
  readonly logging: () => Logging;
  /** `undefined`: requests are not logged. */
  readonly requestLog: RequestLog | undefined;
  /** `undefined`: slow database calls are not told. */
  readonly slowCalls: SlowCallLog | undefined;
  /** Where lines about errors go. */
  readonly errorLog: ErrorLog;
  /** Writes what is held, and holds nothing any more. */
  readonly stop: () => void;
}

/** Loggers under the preload, and the log of requests: nothing is read before it is used. */
export const createPreloadLogging = (options: PreloadLoggingOptions): PreloadLogging => {
  const { settings, emit, load } = options;
  const { logDirectory = 'none' } = settings;
  const requestsAreLogged = settings.requestLog && isInstrumented(settings, 'http');
  const isWantedAnyway = emit !== undefined || logDirectory !== 'none';
  let loaded: Logging | undefined;
  let stopped = false;
  const logging = (): Logging => {
    if (loaded === undefined) {
      loaded = load().startLogger({ ...options, requestsAreLogged });
      if (!stopped) options.onUsed();
    }
    return loaded;
  };
  const isWanted = (): boolean => isWantedAnyway || loaded !== undefined;
  return {
    logging,
    errorLog: { isWanted, write: line => logging().logError(line) },
    requestLog: requestsAreLogged
      ? {
          isWanted,
          trustProxy: settings.trustProxy,
          write: request => logging().logRequest(request),
        }
      : undefined,
    slowCalls:
      settings.slowQueryMilliseconds === 0
        ? undefined
        : {
            isWanted,
            fromSeconds: settings.slowQueryMilliseconds / 1000,
            write: call => logging().logSlowCall(call),
          },
    stop: () => {
      stopped = true;
      loaded?.writeThrough();
    },
  };
};
