import { advance, createScanner, type Scanner } from '../database/sql-tokens.ts';

/** Characters of a statement that are shown; what is beyond becomes `…`. */
const longest = 2_000;

/**
 * A statement as it may be shown: no literal, no comment, one blank where there were many. Of several statements
 * the first. What cannot be told from a literal for sure, such as all that follows a backslash before a quote, is
 * left out. Lists of literals after `IN` and rows after `VALUES` are shown once, so that texts that differ only in
 * their number are the same. Reads at most 16,384 characters, in one pass; never throws.
 */
export const sanitiseSql = (text: string): string => {
  const scanner = createScanner(text);
  let shown = '';
  let before = 0;
  for (;;) {
    advance(scanner);
    if (scanner.kind === 'end') break;
    const gap = scanner.start > before && shown !== '' ? ' ' : '';
    const piece = pieceOf(scanner);
    if (shown.length + piece.length + 1 > longest) return `${collapsed(shown)}…`;
    shown += gap + piece;
    before = scanner.end;
    if (isAmbiguous(scanner)) return `${collapsed(shown)}…`;
  }
  const isWhole = !scanner.cut && /^[\s;]*$/.test(text.slice(scanner.start, scanner.start + longest));
  return collapsed(shown) + (isWhole ? '' : '…');
};

const literal = '?';

const pieceOf = ({ text, kind, start, end }: Scanner): string => {
  if (kind !== 'other') return text.slice(start, end);
  const token = text.slice(start, Math.min(end, start + 2));
  // $1 is a place for a value; $$…$$ and $tag$…$tag$ are one.
  if (/^\$(?:\d|$)/.test(token)) return text.slice(start, end);
  // Strings, numbers, and a quoted name without its end. All else is an operator of one character.
  return /^["'$\d]|^[a-z]/i.test(token) ? literal : text.slice(start, end);
};

/** Where `'…\'…'` ends depends on the dialect and its settings; only E'…' says it. */
const isAmbiguous = ({ text, kind, start, end }: Scanner): boolean =>
  kind === 'other' && !/^e/i.test(text[start] ?? '') && text.slice(start, end).includes("\\'");

const collapsed = (text: string): string =>
  text
    .replace(/\bIN \((?:\?|\$\d+)(?:, ?(?:\?|\$\d+))+\)/gi, 'IN (?)')
    .replace(/(\bVALUES ?\([^()]*\))(?:, ?\([^()]*\))+/gi, '$1');
