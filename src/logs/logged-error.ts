export interface LoggedError {
  /** What was logged with it, as the application wrote it: nothing is redacted yet. */
  readonly message: string | undefined;
  /** The library that it was logged with: `winston`, `pino`, `bunyan`, `console`, or ours. */
  readonly logger: string;
}

/**
 * Told of each error that the application logs as `error` or something worse: once for each call, with the object that
 * the application has, before anything takes it apart.
 */
export type OnLoggedError = (error: Error, logged: LoggedError) => void;
