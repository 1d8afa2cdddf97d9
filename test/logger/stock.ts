import winston from 'winston';

export interface Stock {
  readonly logger: winston.Logger;
  /** The lines that went to all and to `error.log`; there once the stream has flowed, a tick later. */
  readonly combined: string[];
  readonly errors: string[];
}

const MESSAGE = Symbol.for('message');

/** YkMake's original logger, with lists in place of its two files. */
export const stockLogger = (levels?: winston.config.AbstractConfigSetLevels): Stock => {
  const { combine, timestamp, errors: withErrors, json } = winston.format;
  const [combined, errors]: [string[], string[]] = [[], []];
  const into = (lines: string[], level?: string): winston.transport => {
    const transport = new winston.transports.Console(level === undefined ? {} : { level });
    transport.log = (info: object, next: () => void) => {
      lines.push((info as { [MESSAGE]: string })[MESSAGE]);
      next();
    };
    return transport;
  };
  const logger = winston.createLogger({
    level: 'debug',
    ...(levels !== undefined && { levels }),
    format: combine(timestamp(), withErrors({ stack: true }), json()),
    defaultMeta: { service: 'ykmake' },
    transports: [into(errors, 'error'), into(combined)],
  });
  return { logger, combined, errors };
};

/** One tick, after which winston's streams flow. */
export const flowing = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
