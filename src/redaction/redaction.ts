import type { UrlRedaction } from './url.ts';

/** Plain data, as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/**
 * Takes secrets out of everything that leaves the process: the one place for it, used by logs, spans and alerts.
 * Nothing in it throws, whatever it is given.
 */
export interface Redaction {
  /** Secrets within a text of any kind: tokens, keys, passwords, URLs with credentials, card numbers. */
  readonly text: (text: string) => string;
  /** Any value of an application as plain data without secrets, of bounded depth, width and size. */
  readonly data: (value: unknown) => Json;
  /** The own properties of an object, likewise; `undefined` ones are left out. `skip` names what is not read. */
  readonly properties: (object: object, skip?: ReadonlySet<string>) => JsonObject;
  readonly url: UrlRedaction;
}
