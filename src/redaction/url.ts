/**
 * Query parameters whose values are credentials. The first five are those of OpenTelemetry's semantic conventions
 * (attributes `url.full`, `url.query`); the others are what applications use.
 */
const sensitiveParameters: ReadonlySet<string> = new Set([
  'awsaccesskeyid',
  'signature',
  'sig',
  'xgoogsignature',
  'xamzsignature',
  'xamzcredential',
  'xamzsecuritytoken',
  'accesstoken',
  'apikey',
  'auth',
  'authorization',
  'clientsecret',
  'code',
  'credential',
  'credentials',
  'idtoken',
  'jwt',
  'key',
  'passwd',
  'password',
  'pwd',
  'refreshtoken',
  'secret',
  'session',
  'sessionid',
  'token',
]);

const redacted = 'REDACTED';
/** Of a longer query nothing beyond is shown. */
const longestQuery = 2_048;

export interface UrlRedaction {
  /** The query of a URL, without its `?`. */
  readonly query: (query: string) => string;
  /** A whole URL: without credentials and fragment, and with its query redacted. */
  readonly url: (url: string) => string;
}

/**
 * Takes secrets out of URLs, as text, so that a URL that nobody can parse is redacted, too.
 *
 * @param keys more names of parameters whose values are secret, in any case
 */
export const createUrlRedaction = (keys: readonly string[]): UrlRedaction => {
  const sensitive = new Set([...sensitiveParameters, ...keys.map(plainName)]);

  const parameter = (text: string): string => {
    const equals = text.indexOf('=');
    return equals >= 0 && sensitive.has(plainName(text.slice(0, equals)))
      ? `${text.slice(0, equals)}=${redacted}`
      : text;
  };
  const query = (given: string): string => {
    const whole = given.length <= longestQuery;
    // What is cut off in the middle of a parameter is dropped with it: its name could be missing.
    const shown = whole ? given : given.slice(0, given.lastIndexOf('&', longestQuery) + 1);
    return shown.replace(/[^&;]+/g, parameter) + (whole ? '' : '…');
  };

  return {
    query,
    url: given => {
      const [, start = '', rest = given] = /^([a-z][a-z\d+.-]*:\/\/)(.*)$/is.exec(given) ?? [];
      const [beforeFragment = ''] = rest.split('#', 1);
      const question = beforeFragment.indexOf('?');
      const place = question < 0 ? beforeFragment : beforeFragment.slice(0, question);
      const bare = start === '' ? place : place.replace(/^[^/]*@/, `${redacted}:${redacted}@`);
      return start + bare + (question < 0 ? '' : `?${query(beforeFragment.slice(question + 1))}`);
    },
  };
};

/** `X-Amz-Signature`, `x_amz_signature` and `token[]` as one spelling. */
const plainName = (name: string): string =>
  decoded(name)
    .toLowerCase()
    .replace(/[^a-z\d]/g, '');

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
