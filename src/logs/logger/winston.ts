import { createRequire } from 'node:module';
import { findInApplication } from '../../host/application-package.ts';
import type { Info } from './call.ts';
import type { Levels } from './levels.ts';
import type { Logger } from './logger.ts';
import type { LoggerFormat, LoggerOptions } from './options.ts';

/** A transport of winston, as far as we make or look at one. */
export interface WinstonTransport {
  readonly write: (info: Info) => boolean;
}

interface WinstonTransportOptions {
  readonly level?: string;
  readonly handleExceptions?: boolean;
  readonly handleRejections?: boolean;
  readonly log: (this: WinstonTransport, info: Info, done: () => void) => void;
}

/** A logger of winston, with what its types do not tell. */
export interface WinstonLogger extends Logger {
  format: LoggerFormat;
  readonly levels: Levels;
  readonly transports: readonly WinstonTransport[];
  write(info: object): boolean;
}

/** What we use of winston 3. */
export interface Winston {
  readonly createLogger: (
    options: Omit<LoggerOptions, 'service' | 'directory' | 'console' | 'transports'> & {
      readonly transports: readonly object[];
    },
  ) => WinstonLogger;
  readonly Transport: new (options: WinstonTransportOptions) => WinstonTransport;
  readonly transports: { readonly Console: new () => object };
}

/** The application's winston; `undefined` where it has none, or one that is not of version 3. */
export const loadWinston = (): Winston | undefined => {
  const file = findInApplication('winston');
  if (file === undefined) return undefined;
  try {
    const winston: unknown = createRequire(file)(file);
    return isWinston3(winston) ? winston : undefined;
  } catch {
    // It does not run here: the stand-in does.
    return undefined;
  }
};

const isWinston3 = (module: unknown): module is Winston => {
  const { createLogger, Transport, version } = module as Partial<Winston> & { readonly version?: unknown };
  return (
    typeof createLogger === 'function' && typeof Transport === 'function' && /^3\./.test(String(version))
  );
};
