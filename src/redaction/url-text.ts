import type { UrlRedaction } from './url.ts';

/** What a URL goes on with; a password may hold anything but blanks and quotes. */
const rest = /[^\s"'`<>…]*/y;
/** A fragment that is no secret. */
const heading = /#[a-z][a-z-]{0,31}$/i;
const schemeBefore = /[a-z][a-z\d+.-]{0,20}$/i;

/** Takes secrets out of the URLs within a text: credentials, parameters, fragments. */
export const hideInUrls = (text: string, url: UrlRedaction): string => {
  let shown = '';
  let from = 0;
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', Math.max(from, at + 3))) {
    const start = at - (schemeBefore.exec(text.slice(Math.max(from, at - 21), at))?.[0].length ?? 0);
    rest.lastIndex = at + 3;
    rest.test(text);
    let end = rest.lastIndex;
    while (end > at + 3 && ').,;:!?]}'.includes(text.charAt(end - 1))) end--;
    // Almost all have nothing that could be secret.
    const given = text.slice(start, end);
    if (/[@?#]/.test(given)) {
      shown += text.slice(from, start) + url.url(withCredentials(given)) + (heading.exec(given)?.[0] ?? '');
      from = end;
    } else at = end - 3;
  }
  const all = url.path(from === 0 ? text : shown + text.slice(from));
  return all.includes('%40') ? all.replace(escapedUser, '$1REDACTED:REDACTED$2') : all;
};

/** `//user:password@` of a URL within a parameter of another one. */
const escapedUser = /((?:%2f|%5c){2})(?:(?!%2f|%5c|%40)[^\s"'`<>&]){1,1024}(%40)/gi;

/** A `/`, `?` or `#` in a password, that should be escaped, ends the authority before its `@`. */
const withCredentials = (url: string): string => {
  const begin = url.indexOf('://') + 3;
  const authority = /^[^/?#\\]*/.exec(url.slice(begin))?.[0] ?? '';
  const last = url.lastIndexOf('@');
  if (authority.includes('@') || last < begin || !/:(?!\d*$)/.test(authority.replace(/^\[.*\]/, '')))
    return url;
  return `${url.slice(0, begin)}REDACTED:REDACTED@${url.slice(last + 1)}`;
};
