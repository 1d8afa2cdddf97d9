import { createSensitiveKeys } from './keys.ts';
import { redacted } from './limits.ts';

/** Of a longer query nothing beyond is shown. */
const longestQuery = 2_048;

export interface UrlRedaction {
  /** The query of a URL, without its `?`. */
  readonly query: (query: string) => string;
  /** The path of a URL, which may hold another URL. */
  readonly path: (path: string) => string;
  /** A whole URL: without credentials and fragment, and with its query redacted. */
  readonly url: (url: string) => string;
}

/**
 * Takes secrets out of URLs, as text, so that a URL that nobody can parse is redacted, too.
 *
 * @param keys more names of parameters whose values are secret
 */
export const createUrlRedaction = (keys: readonly string[]): UrlRedaction => {
  const isSensitive = createSensitiveKeys(keys);

  const parameter = (text: string): string => {
    const equals = text.indexOf('=');
    if (equals < 0) return withoutUser(text);
    const name = text.slice(0, equals);
    const value = text.slice(equals + 1);
    return isSensitive(decoded(name)) || holdsSecret(decoded(value)) ? `${name}=${redacted}` : text;
  };
  /** Another URL, or a query, with a secret of its own. */
  const holdsSecret = (value: string): boolean =>
    withoutUser(value) !== value ||
    value.split(/[?&;#]/).some(part => {
      const equals = part.indexOf('=');
      return equals > 0 && isSensitive(decoded(part.slice(0, equals)));
    });
  const query = (given: string): string => {
    const whole = given.length <= longestQuery;
    // What is cut off in the middle of a parameter is dropped with it: its name could be missing.
    const shown = whole ? given : given.slice(0, given.lastIndexOf('&', longestQuery) + 1);
    return shown.replace(/[^&;]+/g, parameter) + (whole ? '' : '…');
  };

  return {
    query,
    path: withoutUser,
    url: given => {
      const [beforeFragment = ''] = given.split('#', 1);
      const question = beforeFragment.indexOf('?');
      const place = withoutUser(question < 0 ? beforeFragment : beforeFragment.slice(0, question));
      return place + (question < 0 ? '' : `?${query(beforeFragment.slice(question + 1))}`);
    },
  };
};

/** `//user:password@`, wherever it stands; without the colon it is a user, or a secret. */
const withoutUser = (text: string): string =>
  // Few texts have one, and to look for it costs a tenth of the expression.
  !text.includes('@') ? text : text.replace(/([/\\]{2})[^/\\?#\s]{1,1024}@/g, `$1${redacted}:${redacted}@`);

/** Escape by escape, because one that is broken must not hide the others. */
const decoded = (text: string): string =>
  text.replace(/%([\da-f]{2})/gi, (_escape, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
