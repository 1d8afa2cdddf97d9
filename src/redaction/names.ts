import { joined, wordsOf } from './keys.ts';

/** What of the values under a name is hidden: a sum of these. Booleans and what is missing are never. */
export const hides = { texts: 1, numbers: 2, objects: 4 } as const;

const everything = hides.texts + hides.numbers + hides.objects;

/** Wherever they stand in a name, also without anything between its words: `PGPASSWORD`, `accesstoken`. */
const secrets =
  /pass(?:word|wd|phrase|code)|pwd|token(?!i[sz])|authorization|cookie|secret(?!ar)|credential|jwt|sess(?:ion)?id(?!le)|(?:credit|debit)card|cardn(?:o(?!t)|um)|(?:api|access|private|secret|encryption|signing|master|shared|account|licen[sc]e|ssh|hmac|aes|service|client|consumer|webhook)key|assertion(?!error)/;

/** As words of a name, also with a digit or as a plural. */
const secretWords: ReadonlySet<string> = new Set([
  ...['cvv', 'cvc', 'csc', 'ssn', 'pin', 'otp', 'totp', 'csrf', 'xsrf', 'signature', 'sig', 'bearer'],
]);

/** As whole names, and the first three as last words; an object under them is read, because it has names itself. */
const vagueNames: ReadonlySet<string> = new Set(['pass', 'pw', 'pan', 'auth', 'session', 'sid', 'card']);
const vagueEnds: ReadonlySet<string> = new Set(['pass', 'pw', 'pan']);

/** A name that ends with these says something about a secret: `tokenCount`, `passwordChangedAt`. */
const harmlessEnds: ReadonlySet<string> = new Set([
  ...['at', 'age', 'algorithm', 'attempts', 'budget', 'changed', 'count', 'counts', 'created', 'days'],
  ...['enabled', 'endpoint', 'expiration', 'expired', 'expires', 'expiry', 'length', 'limit', 'max', 'min'],
  ...[
    'minutes',
    'ms',
    'policy',
    'required',
    'second',
    'seconds',
    'size',
    'strength',
    'ttl',
    'type',
    'updated',
  ],
  ...['usage', 'valid', 'version'],
]);

/**
 * Tells what is hidden of the values under a name of data, which is less than under a parameter of a URL: `code` and
 * `key` are everyday names there. In doubt it is hidden.
 *
 * @param keys more names, as whole names, in any case and with any characters between their words
 */
export const createSecretNames = (keys: readonly string[]): ((name: string) => number) => {
  const own = new Set(keys.map(joined).filter(key => key !== ''));
  return name => {
    const words = wordsOf(name);
    const whole = words.join('');
    if (own.has(whole)) return everything;
    const last = words.at(-1) ?? '';
    if (words.length > 1 && harmlessEnds.has(last)) return 0;
    // A number of tokens is what a language model counts.
    if (words.includes('tokens')) return hides.texts + hides.objects;
    if (secrets.test(whole) || words.some(isSecretWord)) return everything;
    return vagueNames.has(whole) || vagueEnds.has(last) ? hides.texts + hides.numbers : 0;
  };
};

const isSecretWord = (word: string): boolean => secretWords.has(word.replace(/\d{0,3}s?$/, ''));

/** Tells whether the value under a name is hidden. */
export const isHidden = (hidden: number, value: unknown): boolean => {
  if (hidden === 0) return false;
  switch (typeof value) {
    case 'string':
      return value !== '' && (hidden & hides.texts) !== 0;
    case 'number':
    case 'bigint':
      return (hidden & hides.numbers) !== 0;
    case 'boolean':
    case 'undefined':
      return false;
    default:
      return value !== null && (hidden & hides.objects) !== 0;
  }
};
