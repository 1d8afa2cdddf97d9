import { redacted } from './limits.ts';
import { hides } from './names.ts';
import { type Place, valueAt } from './pair-values.ts';

export interface PairNames {
  /** What is hidden under a name of data. */
  readonly hiddenUnder: (name: string) => number;
  /** Whether a parameter of a URL is secret. */
  readonly isSecretParameter: (name: string) => boolean;
}

const longestName = 64;
/** Words that say with the one before them what they are, such as `API key: x`. */
const endsOfNames = /^(?:key|id|number|no|code)$/i;
const constants = /^(?:null|undefined|true|false|none)$/i;
const numbers = /^-?\d+(?:\.\d+)?$/;
const files = /\.[cm]?[jt]sx?$/i;

/**
 * Takes the values of secret names out of a text: `password=x`, `"token": "x"`, `Cookie: a=b; c=d`. Goes from separator
 * to separator and looks back for the name, as a search for names would go over a long one again from each character.
 */
export const hidePairs = (text: string, names: PairNames): string => {
  let shown = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== equals && code !== colon) continue;
    const value = secretAt(text, from, at, names);
    if (value === undefined) continue;
    shown += text.slice(from, value.start) + redacted;
    from = value.end;
    at = value.end - 1;
  }
  return from === 0 ? text : shown + text.slice(from);
};

const equals = 61;
const colon = 58;

/** The secret behind a separator. */
const secretAt = (text: string, from: number, separator: number, names: PairNames): Place | undefined => {
  const isColon = text.charCodeAt(separator) === colon;
  let end = separator;
  while (end > from && text[end - 1] === ' ' && separator - end < 2) end--;
  while (end > from && isQuote(text.charCodeAt(end - 1))) end--;
  while (end > from && text[end - 1] === '\\') end--;
  const start = startOfName(text, from, end);
  if (start === end) return undefined;

  let next = separator + 1;
  // A path of C++, a scheme, and a place in a file.
  if (isColon && (text.charCodeAt(next) === colon || text.startsWith('//', next))) return undefined;
  let name = text.slice(start, end);
  if (isColon && isDigit(text, next) && (text[start - 1] === '/' || files.test(name))) return undefined;

  const isParameter = !isColon && (text[start - 1] === '?' || text[start - 1] === '&');
  let hidden = isParameter && names.isSecretParameter(name) ? hides.texts + hides.numbers + hides.objects : 0;
  if (hidden === 0) hidden = names.hiddenUnder(name);
  if (hidden === 0 && text[start - 1] === ' ' && endsOfNames.test(name)) {
    name = text.slice(startOfName(text, from, start - 1), end);
    hidden = names.hiddenUnder(name);
  }
  if ((hidden & hides.texts) === 0) return undefined;

  // `=>`, `==`, `:=`
  while (text[next] === '=' || text[next] === '>') next++;
  const value = valueAt(text, next, name, isColon);
  if (value.end <= value.start) return undefined;
  const given = text.slice(value.start, Math.min(value.end, value.start + longestName));
  const isQuoted = isQuote(text.charCodeAt(value.start - 1));
  // `auth: failed` and `session: none` are sentences.
  if (isColon && !isQuoted && (hidden & hides.objects) === 0) return undefined;
  if (!isQuoted && (constants.test(given) || ((hidden & hides.numbers) === 0 && numbers.test(given)))) {
    return undefined;
  }
  return value;
};

const startOfName = (text: string, from: number, end: number): number => {
  const first = Math.max(from, end - longestName);
  let start = end;
  while (start > first && isOfName(text.charCodeAt(start - 1))) start--;
  return start;
};

const isDigit = (text: string, at: number): boolean => /\d/.test(text.charAt(at));

const isQuote = (code: number): boolean => code === 34 || code === 39 || code === 96;

/** Letters, digits, `_ - . $ [ ] %`, and what is not ASCII but `…`. */
const isOfName = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 48 && code <= 57) ||
  (code >= 65 && code <= 93 && code !== 92) ||
  code === 95 ||
  code === 45 ||
  code === 46 ||
  code === 36 ||
  code === 37 ||
  (code > 127 && code !== 0x2026);
