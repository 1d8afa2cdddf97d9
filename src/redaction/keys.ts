/** Words that make a name that of a secret wherever they stand in it: `auth_token`, `newPassword`, `user[password]`. */
const secretWords: ReadonlySet<string> = new Set([
  'assertion',
  'authorization',
  'credential',
  'credentials',
  'jwt',
  'passphrase',
  'passwd',
  'password',
  'pwd',
  'secret',
  'sig',
  'signature',
  'token',
]);

/** Names that say it as a whole, their words put together. */
const secretNames: ReadonlySet<string> = new Set(['auth', 'code', 'key', 'session', 'sessionid', 'sid']);

/** What makes a `key` a secret one: `x-api-key`, `AWSAccessKeyId`. */
const keyOwners = /(?:api|access|private|secret|encryption|signing)key/;

/**
 * Tells whether what stands under a name is a secret. The names of OpenTelemetry's semantic conventions
 * (`AWSAccessKeyId`, `Signature`, `sig`, `X-Goog-Signature`) are, and what applications call theirs; in any case and
 * with any characters between the words.
 *
 * @param keys more names, as whole names
 */
export const createSensitiveKeys = (keys: readonly string[]): ((name: string) => boolean) => {
  const own = new Set(keys.map(joined));
  return name => {
    const words = wordsOf(name);
    const whole = words.join('');
    return (
      own.has(whole) ||
      secretNames.has(whole) ||
      keyOwners.test(whole) ||
      words.some(word => secretWords.has(word) || secretWords.has(word.replace(/s$/, '')))
    );
  };
};

export const joined = (name: string): string => wordsOf(name).join('');

/** `X-Goog-Signature`, `newPassword` and `user[api_key]` in their words, in lower case. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .slice(0, 256)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .match(/[a-z\d\u0080-\uffff]+/g) ?? [];
