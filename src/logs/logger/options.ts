/** A format of winston, such as `winston.format.json()`. */
export interface LoggerFormat {
  transform(info: object, options?: unknown): unknown;
}

export type LogConsole = 'simple' | 'json' | 'none';

/** What `createLogger` takes; what is left out comes from the environment. */
export interface LoggerOptions<Level extends string = never> {
  /** The least important level that is written; `LOG_LEVEL`, else `info` in production and `debug` elsewhere. */
  readonly level?: string | undefined;
  /** In each record as `service`; `OTEL_SERVICE_NAME`, else the name in the application's package.json. */
  readonly service?: string | undefined;
  /**
   * Folder of `error.log` and `combined.log`, made with the first record; `none` for no files. `LOG_DIR`, else `logs`
   * in the working directory.
   */
  readonly directory?: string | undefined;
  /**
   * What is written to stdout: `simple` for people, in colour; `json` the lines of the files; or `none`.
   * `MONITORING_LOG_CONSOLE`, else `simple` outside production and `none` in it.
   */
  readonly console?: LogConsole | undefined;
  /** Metadata of every record, beside `service`, which it may replace. */
  readonly defaultMeta?: object | undefined;
  /** Levels of the application's own, 0 being the most important; the logger gets a method for each. */
  readonly levels?: Readonly<Record<Level, number>> | undefined;
  /**
   * A winston format that makes the lines of files and console, in place of JSON and the simple console. It gets records
   * without secrets; line breaks and control characters in what it makes are escaped.
   */
  readonly format?: LoggerFormat | undefined;
  /**
   * Winston transports besides files and console. They get records without secrets. A Console transport among them
   * takes the place of ours, unless `console` is given.
   */
  readonly transports?: object | readonly object[] | undefined;
  /** True: nothing is written, until `logger.silent = false`. */
  readonly silent?: boolean | undefined;
  /** As for winston: whether the process ends after an exception that a transport has handled. */
  readonly exitOnError?: boolean | ((error: Error) => boolean) | undefined;
  /** As for winston: uncaught exceptions are written by our transports. */
  readonly handleExceptions?: boolean | undefined;
  /** As for winston: unhandled rejections are written by our transports. */
  readonly handleRejections?: boolean | undefined;
  /** As for winston: transports for uncaught exceptions alone. */
  readonly exceptionHandlers?: object | readonly object[] | undefined;
  /** As for winston: transports for unhandled rejections alone. */
  readonly rejectionHandlers?: object | readonly object[] | undefined;
}
