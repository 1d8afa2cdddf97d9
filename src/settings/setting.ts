/** What a value has to look like, and how text becomes one. */
export interface Kind<Value> {
  /** Ends the sentence "… is not" in a complaint, and describes the value in the documentation. */
  readonly expected: string;
  /** Gets trimmed, non-empty text; `undefined` means that it is not such a value. Never throws. */
  readonly parse: (text: string) => Value | undefined;
  /** What can still be used of a text that `parse` refused. */
  readonly salvage?: (text: string) => Value | undefined;
  /** Takes credentials out of a text before it is shown. */
  readonly redact?: (text: string) => string;
}

/** One environment variable. */
export interface Setting<Value> {
  readonly name: string;
  readonly kind: Kind<Value>;
  readonly fallback: Value;
  /** Describes a default that somebody else computes. */
  readonly fallbackText: string | undefined;
  /** What a bad value leads to, when it is not that the default is used. */
  readonly consequence: string | undefined;
  readonly help: string;
  /** The value is never printed. */
  readonly secret: boolean;
}

/** One row for each property, of the property's type. */
export type Table<Values> = { readonly [Key in keyof Values]-?: Setting<Values[Key]> };

interface Marks {
  readonly consequence?: string;
  readonly fallbackText?: string;
  readonly secret?: true;
}

/** One row of a table. */
export function setting<Value>(
  name: string,
  kind: Kind<Value>,
  fallback: Value,
  help: string,
  marks: Marks = {},
): Setting<Value> {
  return {
    name,
    kind,
    fallback,
    fallbackText: marks.fallbackText,
    consequence: marks.consequence,
    help,
    secret: marks.secret ?? false,
  };
}

/** A default as a user would write it into the environment; empty when there is none. */
export function written(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  // The only objects are lists of key=value pairs, which are empty by default.
  return value === undefined || typeof value === 'object' ? '' : String(value);
}

/** A snapshot of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Trimmed; an empty variable counts as one that is not set, as OpenTelemetry asks. */
export function textOf(environment: Environment, name: string): string {
  return environment[name]?.trim() ?? '';
}
