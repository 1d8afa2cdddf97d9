/** A patch of somebody else's CommonJS module, applied when the application loads it. */
export interface ModulePatch {
  /** Package name, for example `pg`. */
  readonly module: string;
  /** File inside the package, without a leading slash, for example `lib/query.js`. Absent: the package's main export. */
  readonly file?: string;
  /**
   * Patches the exports in place and returns what undoes it, or `undefined` when the exports do not have
   * the expected shape and were left alone. May throw: the module is then handed on untouched.
   */
  readonly apply: (exports: unknown) => (() => void) | undefined;
}

/** Told when our own code failed inside a hook; never throws. `hook` names the place, for example `pg`. */
export type OnHookFailure = (hook: string, error: unknown) => void;
