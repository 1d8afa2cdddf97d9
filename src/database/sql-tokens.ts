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
  type TokenSink,
} from './sql-scanner.ts';

export type { Scanner } from './sql-scanner.ts';

/** What is read of a statement; tables are named early. */
const MAX_LENGTH = 16_384;
const MAX_KEYWORD = 'NO_WRITE_TO_BINLOG'.length;
const SEMICOLON = 0x3b;
const AMPERSAND = 0x26;
const BYTE_ORDER_MARK = 0xfeff;

export const createScanner = (
  text: string,
  dialect: Dialect = postgresql,
  sink: TokenSink | undefined = undefined,
): Scanner => ({
  text: text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text,
  dialect,
  cut: text.length > MAX_LENGTH,
  kind: 'start',
  start: 0,
  end: 0,
  depth: 0,
  keyword: '',
  unclear: false,
  obscured: false,
  codeEnd: -1,
  sink,
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

const beginning = (scanner: Scanner): number => {
  const { text } = scanner;
  let at = afterBlanks(scanner, text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0);
  while (text.charCodeAt(at) === SEMICOLON) at = afterBlanks(scanner, at + 1);
  return at;
};

/** Moves to the next token. A semicolon is the end: the first statement is what counts. */
export const advance = (scanner: Scanner): void => {
  if (scanner.kind === 'end') return;
  if (scanner.unclear) stop(scanner);
  else readToken(scanner);
  if (scanner.kind === 'literal' && !isDigit(scanner.text.charCodeAt(scanner.start)))
    scanner.unclear = scanner.dialect.isUnclear(scanner.text.slice(scanner.start, scanner.end));
  scanner.sink?.(scanner);
};

const readToken = (scanner: Scanner): void => {
  const { text, dialect } = scanner;
  if (scanner.kind === '(') scanner.depth += 1;
  scanner.keyword = '';
  const at = scanner.kind === 'start' ? beginning(scanner) : afterBlanks(scanner, scanner.end);
  scanner.start = at;
  const code = text.charCodeAt(at);
  if (at >= text.length || code === SEMICOLON) settle(scanner, 'end', at);
  else if (dialect.readConstant?.(scanner)) return;
  else if (isNameStart(code)) readWord(scanner);
  else if (isDigit(code)) readNumber(scanner);
  else if (code === 0x28) settle(scanner, '(', at + 1);
  else if (code === 0x29) {
    scanner.depth = Math.max(0, scanner.depth - 1);
    settle(scanner, ')', at + 1);
  } else if (code === 0x2c) settle(scanner, ',', at + 1);
  else if (code === 0x2e) settle(scanner, '.', at + 1);
  else {
    const read = dialect.starts.get(code);
    if (read === undefined) settle(scanner, 'other', at + 1);
    else read(scanner);
  }
};

export const isName = (scanner: Scanner): boolean => scanner.kind === 'word' || scanner.kind === 'quoted';

/** What a name is quoted with, by the character that opens it. */
const CLOSING: Readonly<Record<string, string>> = { '"': '"', '`': '`', '[': ']' };
const UPPER = /[A-Z]/;

/**
 * The name under the scanner: without its quotes as it is written, for servers keep its case ("Users", `Users`, [Users]); without
 * quotes with its ASCII letters in lower case, so that Users, users and USERS are one.
 */
export const nameOf = ({ text, kind, start, end }: Scanner): string => {
  if (kind === 'word') {
    const word = text.slice(start, end);
    return UPPER.test(word) ? word.replace(/[A-Z]+/g, letters => letters.toLowerCase()) : word;
  }
  const from = CLOSING[text[start] ?? ''] === undefined ? text.indexOf('"', start) : start;
  const close = CLOSING[text[from] ?? ''] ?? '"';
  return text.slice(from + 1, end - 1).replaceAll(close + close, close);
};
