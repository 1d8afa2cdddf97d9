const longestPath = 256;
const mostSegments = 10;
const longestSegment = 40;

/** Nothing of it can be an id: most segments are such, and this one test is all that they need. */
const word = /^[A-Za-z._~-]{0,35}$/;
const number = /^\d+$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const hexadecimal = /^(?=.*\d)[0-9a-f]{8,}$/i;
const plainWord = /^[A-Za-z0-9._~-]+$/;
/** Long and with digits inside: a token, a slug with an id, a hashed file name. */
const manyDigits = /\d(?:\D*\d){3}/;

/** Lengths are compared first, as a regular expression that cannot match costs the most of all this. */
const looksLikeId = (segment: string): boolean => {
  if (word.test(segment)) return false;
  const { length } = segment;
  return (
    length > longestSegment ||
    number.test(segment) ||
    (length === 36 && uuid.test(segment)) ||
    (length >= 8 && hexadecimal.test(segment)) ||
    (length >= 4 && manyDigits.test(segment)) ||
    !plainWord.test(segment)
  );
};

/**
 * The path of a request target with everything that looks like an id folded: `/users/42?x=1` becomes
 * `/users/:id`. `undefined` for what is no path of a resource (`*`, too long, too deep).
 *
 * @param target as Node gives it in `request.url`: origin form, absolute form or `*` (RFC 9112, 3.2)
 */
export const foldPath = (target: string): string | undefined => {
  const path = pathOf(target);
  if (path === undefined || path.length > longestPath) return undefined;
  const segments = path.split('/', mostSegments + 2);
  if (segments.length > mostSegments + 1) return undefined;
  // The first one is what stands before the first slash: nothing.
  for (let index = 1; index < segments.length; index++)
    if (looksLikeId(segments[index] as string)) segments[index] = ':id';
  return segments.join('/');
};

/** The path of a request target without its query, `undefined` where it has none. */
export const pathOf = (target: string): string | undefined => {
  if (target.startsWith('/')) return withoutQuery(target);
  const authority = target.indexOf('://');
  if (authority < 0) return undefined;
  const rest = target.slice(authority + 3);
  const end = rest.search(/[/?#]/);
  return rest[end] === '/' ? withoutQuery(rest.slice(end)) : '/';
};

const withoutQuery = (path: string): string => {
  const end = path.search(/[?#]/);
  return end < 0 ? path : path.slice(0, end);
};
