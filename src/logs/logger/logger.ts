/**
 * Writes one record: `error('text')`, `error('text', { metadata })`, `error('text', error)`, `error(error)`,
 * `error({ message, … })`. Never throws.
 */
export type LogMethod = (message: unknown, ...metadata: readonly unknown[]) => Logger;

/**
 * A logger as winston's `createLogger` makes it; every winston `Logger` is one. The types of winston are not needed
 * for it; who has them may write `logger as winston.Logger` for what is not listed here.
 */
export interface Logger {
  readonly error: LogMethod;
  readonly warn: LogMethod;
  readonly info: LogMethod;
  readonly http: LogMethod;
  readonly verbose: LogMethod;
  readonly debug: LogMethod;
  readonly silly: LogMethod;
  /** `log('info', 'text', { metadata })`, `log({ level: 'info', message: 'text', … })`. */
  log(level: string, message: unknown, ...metadata: readonly unknown[]): Logger;
  log(entry: { readonly level: string; readonly message: unknown }): Logger;
  /** A logger whose records all have this metadata, too. */
  child(metadata: object): Logger;

  /** The least important level that is written. May be changed at any time. */
  level: string;
  /** True: nothing is written. */
  silent: boolean;
  /** Metadata of every record: `service`, and what `createLogger` was given. */
  defaultMeta?: unknown;
  isLevelEnabled(level: string): boolean;
  isErrorEnabled(): boolean;
  isWarnEnabled(): boolean;
  isInfoEnabled(): boolean;
  isVerboseEnabled(): boolean;
  isDebugEnabled(): boolean;
  isSillyEnabled(): boolean;

  /** Measures a time: `done({ message })` writes a record with `durationMs`. */
  startTimer(): { done(entry?: object): boolean };
  /** The first call with an id starts a time, the second writes a record with `durationMs`. */
  profile(id: string | number, metadata?: Record<string, unknown>): Logger;

  /** Winston transports. Without winston installed there are none, and what is added is not used. */
  readonly transports: readonly object[];
  add(transport: object): Logger;
  remove(transport: object): Logger;
  clear(): Logger;
  close(): Logger;
  /** Emits `finish` when everything has been handed to the transports. */
  end(): unknown;
  on(event: string, listener: (...values: never[]) => void): unknown;
  once(event: string, listener: (...values: never[]) => void): unknown;
}
