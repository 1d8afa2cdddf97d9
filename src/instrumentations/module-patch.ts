/** A patch of somebody else's module, applied when the application loads it, by `require` or by `import`. */
export interface ModulePatch {
  /** Package name, for example `pg`; or one of Node.js' own modules, for example `http2`. */
  readonly module: string;
  /** File inside the package, without a leading slash, for example `lib/query.js`. Absent: the package's main export. */
  readonly file?: string;
  /** Exports that `apply` may assign to. What is not named here can only be changed in place, as a prototype can. */
  readonly replaces?: readonly string[];
  /**
   * Patches the exports in place and returns what undoes it, or `undefined` when the exports do not have
   * the expected shape and were left alone. May throw: the module is then handed on untouched. May be called twice
   * for the same exports.
   *
   * @param folder of the package; absent: one of Node.js' own
   */
  readonly apply: (exports: unknown, folder?: string) => (() => void) | undefined;
}

/** Told when our own code failed inside a hook; never throws. `hook` names the place, for example `pg`. */
export type OnHookFailure = (hook: string, error: unknown) => void;
