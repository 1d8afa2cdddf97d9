import { redacted } from './limits.ts';

/** Where a value stands in a text: from its first character, which may be a quote's, to behind its last. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

// A delimiter ends a value only where something else begins behind it: `password=a,b` is one, and `password=a, b=1` is not.
const plain = /(?:[^\s,;&"'`<>…]|[,;&](?![\w.-]{1,64}[=:]|[\s"'{[,;&…]|$))+/y;
const scheme = /[A-Za-z][\w.+-]{0,40}[ \t]+(?=[^\s,;"'<>…])/y;
const knownScheme = /^(?:bearer|basic|digest|negotiate|token|apikey|ntlm)$/i;
const parameters = /(?:[\w-]+=(?:"[^"\n]*"|[^\s,"]*)(?:,[ \t]*)?)+/y;
const cookies = /(?:="[^"\s;]*"|[^\s,;"'<>…])+(?:;[ \t]*(?:="[^"\s;]*"|[^\s,;"'<>…])*)*/y;

/**
 * Finds the value that begins at a place behind a name and its separator; an empty one where there is none.
 *
 * @param isHeader whether the separator is that of a header
 */
export const valueAt = (text: string, from: number, name: string, isHeader: boolean): Place => {
  let start = from;
  while (isBlank(text, start)) start++;
  let quote = start;
  while (text[quote] === '\\') quote++;
  const character = text.charAt(quote);
  if (character !== '' && '"\'`'.includes(character)) {
    return { start: quote + 1, end: endOfQuoted(text, quote, quote - start) };
  }
  if (character === '[' || character === '{') return { start, end: endOfBrackets(text, start) };
  if (isHeader && /cookie/i.test(name)) return { start, end: endOf(cookies, text, start) };
  if (/authorization/i.test(name)) {
    const end = endOf(scheme, text, start);
    const word = text.slice(start, end).trimEnd();
    if (end > start && word !== redacted && (isHeader || knownScheme.test(word))) {
      return {
        start,
        end: Math.max(endOf(parameters, text, end), withoutClosing(text, end, endOf(plain, text, end))),
      };
    }
  }
  return { start, end: withoutClosing(text, start, endOf(plain, text, start)) };
};

const isBlank = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code === 32 || code === 9;
};

const endOf = (pattern: RegExp, text: string, start: number): number => {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : start;
};

/** What closes around a value is none of it. */
const withoutClosing = (text: string, start: number, end: number): number => {
  let last = end;
  while (last > start && ')}].,;&!?'.includes(text.charAt(last - 1))) last--;
  return last;
};

/**
 * Ends before the quote that closes, which in JSON within JSON has as many backslashes as the one that opened; without
 * one at the end of the line, or of a text that was cut.
 */
const endOfQuoted = (text: string, quote: number, backslashes: number): number => {
  const character = text.charAt(quote);
  for (let at = text.indexOf(character, quote + 1); at >= 0; at = text.indexOf(character, at + 1)) {
    let before = at;
    while (before > quote + 1 && text[before - 1] === '\\') before--;
    const more = at - before - backslashes;
    if (more >= 0 && more % (2 * (backslashes + 1)) === 0) return at - backslashes;
  }
  const line = text.indexOf('\n', quote);
  return line < 0 || text.endsWith('…') ? text.length : line;
};

/** To where as many are closed as were opened, outside of quotes; the rest of the text where that is nowhere. */
const endOfBrackets = (text: string, start: number): number => {
  let depth = 0;
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    else if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '[' || character === '{') depth++;
    else if ((character === ']' || character === '}') && --depth === 0) return at + 1;
  }
  return text.length;
};
