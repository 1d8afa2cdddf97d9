import { rememberTexts } from '../text-cache.ts';
import { createSensitiveKeys } from './keys.ts';
import { limits } from './limits.ts';
import { createSecretNames } from './names.ts';
import { createPlainData, type ReadName } from './plain-data.ts';
import { createTextRedaction } from './text.ts';
import { createUrlRedaction, type UrlRedaction } from './url.ts';

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
  /** What of the values under a name of data is hidden, for `isHidden`. */
  readonly hiddenUnder: (name: string) => number;
}

/**
 * @param keys more names whose values are secret, as parameters of URLs, in data and in texts: the setting
 *   MONITORING_REDACT_KEYS
 */
export const createRedaction = (keys: readonly string[]): Redaction => {
  const url = createUrlRedaction(keys);
  const secretsUnder = createSecretNames(keys);
  const readName = rememberTexts(
    (name): ReadName => ({ shown: text(name, limits.name), hides: secretsUnder(name) }),
  );
  const hiddenUnder = (name: string): number => readName(name).hides;
  const text = createTextRedaction({
    hiddenUnder: secretsUnder,
    isSecretParameter: createSensitiveKeys(keys),
    url,
  });

  const { data, properties } = createPlainData({ text, readName });
  return {
    // An application in JavaScript gives anything for a text.
    text: given => (typeof given === 'string' ? text(given) : JSON.stringify(data(given))),
    data,
    properties,
    url,
    hiddenUnder,
  };
};
