/** One finished database call. `Caller` is whatever the observer was asked to remember of who made it. */
export interface DatabaseCall<Caller> {
  /** By OpenTelemetry's `db.system.name`, for example `postgresql`. */
  readonly system: string;
  /** Upper-case SQL verb or driver command, `none` where there is none. */
  readonly operation: string;
  /** The first table that the statement works on, `none` where there is none. */
  readonly table: string;
  /** The SQL as it was sent, with its literals; not a string: there is none. */
  readonly text: unknown;
  /** Takes the literals out of the SQL, once per text as long as it is remembered; `undefined`: there is none. */
  readonly shown: ((text: string) => string) | undefined;
  /** Monotonic milliseconds at which it was sent to the server. */
  readonly start: number;
  /** From then until its result or error was complete. */
  readonly seconds: number;
  readonly failed: boolean;
  readonly error: unknown;
  /** The database's own code of the error, where that is not the error's `code`. */
  readonly code: string | undefined;
  /** Who asked for it, where that is known for sure. */
  readonly caller: Caller | undefined;
  readonly database: DatabaseName | undefined;
  /** It has waited at the server for what may come: it is not slow, however long it took. */
  readonly waits?: boolean | undefined;
}

/** Which database was called, as far as the driver tells. */
export interface DatabaseName {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly namespace?: string | undefined;
}

/** Receives every database call when it has ended. */
export type RecordCall<Caller> = (call: DatabaseCall<Caller>) => void;
