/**
 * Cuts SQL into tokens: just enough to find names and keywords, and to never mistake the inside of a literal or a
 * comment for one. Where databases differ, the dialect says how; PostgreSQL's is the default.
 */
import { afterBlanks } from './sql-blanks.ts';
import { readNumber } from './sql-literals.ts';
import { postgresql } from './sql-postgresql.ts';
import {
  type Dialect,
  HASH,
  isDigit,
  isNamePart,
  isNameStart,
  isWideBlank,
  QUOTE,
  type Scanner,
  settle,
  stop,
} from './sql-scanner.ts';

export type { Scanner } from './sql-scanner.ts';

/** What is read of a statement; tables are named early. */
const MAX_LENGTH = 16_384;
const MAX_KEYWORD = 'CONCURRENTLY'.length;
const AMPERSAND = 0x26;

export const createScanner = (text: string, dialect: Dialect = postgresql): Scanner => ({
  text: text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text,
  dialect,
  cut: text.length > MAX_LENGTH,
  kind: 'start',
  start: 0,
  end: 0,
  depth: 0,
  keyword: '',
});

/** A word, or the literal or quoted name whose prefix it is. */
const readWord = (scanner: Scanner): void => {
  const { text, start, dialect } = scanner;
  let plain = true;
  let at = start;
  let code = text.charCodeAt(at);
  for (; isNamePart(code) || (code === HASH && dialect.hashInNames); code = text.charCodeAt(++at)) {
    if (code < 0x80) continue;
    if (dialect.wideBlanks && isWideBlank(code)) break;
    // Beyond ASCII: toUpperCase() would make keywords of some words (ſelect).
    plain = false;
  }
  if ((code === QUOTE || code === AMPERSAND) && dialect.readPrefixed(scanner, at)) return;
  if (plain && at - start <= MAX_KEYWORD) scanner.keyword = text.slice(start, at).toUpperCase();
  if (!plain && dialect.wideQuotes && /[\p{Pi}\p{Pf}\u201a\u201e]/u.test(text.slice(start, at))) {
    stop(scanner);
    return;
  }
  const isMoney = !plain && dialect.currencies && /\p{Sc}/u.test(text.slice(start, at));
  settle(scanner, isMoney ? 'literal' : 'word', at);
};

/** Moves to the next token. A semicolon is the end: the first statement is what counts. */
export const advance = (scanner: Scanner): void => {
  const { text } = scanner;
  if (scanner.kind === 'end') return;
  if (scanner.kind === '(') scanner.depth += 1;
  scanner.keyword = '';
  let at = afterBlanks(scanner, scanner.end);
  if (scanner.kind === 'start') while (text[at] === ';') at = afterBlanks(scanner, at + 1);
  scanner.start = at;
  const code = text.charCodeAt(at);
  if (at >= text.length || code === 0x3b) settle(scanner, 'end', at);
  else if (isNameStart(code)) readWord(scanner);
  else if (isDigit(code)) readNumber(scanner);
  else if (code === 0x28) settle(scanner, '(', at + 1);
  else if (code === 0x29) {
    scanner.depth = Math.max(0, scanner.depth - 1);
    settle(scanner, ')', at + 1);
  } else if (code === 0x2c) settle(scanner, ',', at + 1);
  else if (code === 0x2e) settle(scanner, '.', at + 1);
  else {
    const read = scanner.dialect.starts.get(code);
    if (read === undefined) settle(scanner, 'other', at + 1);
    else read(scanner);
  }
};

export const isName = (scanner: Scanner): boolean => scanner.kind === 'word' || scanner.kind === 'quoted';

/** The name under the scanner as the server knows it: ASCII letters folded to lower case unless quoted. */
export const nameOf = ({ text, kind, start, end }: Scanner): string => {
  if (kind === 'word') return text.slice(start, end).replace(/[A-Z]+/g, letters => letters.toLowerCase());
  // Behind a prefix, such as U&, where it has one.
  let open = start;
  while (isNamePart(text.charCodeAt(open)) || text[open] === '&') open += 1;
  const close = text[open] === '[' ? ']' : (text[open] ?? '');
  return text.slice(open + 1, end - 1).replaceAll(close + close, close);
};
