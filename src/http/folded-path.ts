const longestPath = 256;
const mostSegments = 10;
const longestSegment = 40;

const number = /^\d+$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const hexadecimal = /^(?=.*\d)[0-9a-f]{8,}$/i;
const plainWord = /^[A-Za-z0-9._~-]+$/;
/** Long and with digits inside: a token, a slug with an id, a hashed file name. */
const manyDigits = /(?:\d.*){4,}/;

const looksLikeId = (segment: string): boolean =>
  segment.length > longestSegment ||
  number.test(segment) ||
  uuid.test(segment) ||
  hexadecimal.test(segment) ||
  manyDigits.test(segment) ||
  !plainWord.test(segment);

/**
 * The path of a request target with everything that looks like an id folded: `/users/42?x=1` becomes
 * `/users/:id`. `undefined` for what is no path of a resource (`*`, too long, too deep).
 *
 * @param target as Node gives it in `request.url`: origin form, absolute form or `*` (RFC 9112, 3.2)
 */
export const foldPath = (target: string): string | undefined => {
  const path = pathOf(target);
  if (path === undefined || path.length > longestPath) return undefined;
  const segments = path.split('/').slice(1);
  if (segments.length > mostSegments) return undefined;
  return `/${segments.map(segment => (segment !== '' && looksLikeId(segment) ? ':id' : segment)).join('/')}`;
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
