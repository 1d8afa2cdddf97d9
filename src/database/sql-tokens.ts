/**
 * Cuts SQL into tokens, PostgreSQL's way: just enough to find names and keywords, and to never mistake
 * the inside of a literal or a comment for one. The scanner is one mutable record that moves forward only,
 * so reading costs one pass and no object per token.
 */
export type TokenKind = 'start' | 'word' | 'quoted' | '(' | ')' | ',' | '.' | 'other' | 'end';

export interface Scanner {
  readonly text: string;
  /** The text was cut: a name that touches its end may be half a name. */
  readonly cut: boolean;
  kind: TokenKind;
  start: number;
  end: number;
  /** Open parentheses around the token; a parenthesis itself counts as outside. */
  depth: number;
  /** The word in upper case when it is short and plain enough to be a keyword, otherwise ''. */
  keyword: string;
}

/** What is read of a statement; tables are named early. */
const MAX_LENGTH = 16_384;
const MAX_KEYWORD = 'CONCURRENTLY'.length;

const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const DOLLAR = 0x24;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
/** As PostgreSQL has it: ASCII letters, the underscore, and everything beyond ASCII. */
const isNameStart = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code >= 0x80;
const isNamePart = (code: number): boolean => isNameStart(code) || isDigit(code) || code === DOLLAR;
const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

export const createScanner = (text: string): Scanner => ({
  text: text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text,
  cut: text.length > MAX_LENGTH,
  kind: 'start',
  start: 0,
  end: 0,
  depth: 0,
  keyword: '',
});

const afterLineComment = (text: string, from: number): number => {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || code === CARRIAGE_RETURN) break;
  }
  return at;
};

/** Block comments nest. */
const afterBlockComment = (text: string, from: number): number => {
  let at = from;
  for (let open = 1; open > 0 && at < text.length; ) {
    if (text.startsWith('*/', at)) {
      open -= 1;
      at += 2;
    } else if (text.startsWith('/*', at)) {
      open += 1;
      at += 2;
    } else at += 1;
  }
  return at;
};

const afterBlanks = (text: string, from: number): number => {
  let at = from;
  while (at < text.length) {
    if (isSpace(text.charCodeAt(at))) at += 1;
    else if (text.startsWith('--', at)) at = afterLineComment(text, at + 2);
    else if (text.startsWith('/*', at)) at = afterBlockComment(text, at + 2);
    else break;
  }
  return at;
};

/** Behind the closing quote, a doubled quote being part of the content; -1 when there is none. */
const afterQuoted = (text: string, from: number, quote: string): number => {
  for (let at = from; ; at += 2) {
    at = text.indexOf(quote, at);
    if (at === -1) return -1;
    if (text.charCodeAt(at + 1) !== quote.charCodeAt(0)) return at + 1;
  }
};

const afterString = (text: string, from: number): number => {
  const end = afterQuoted(text, from, "'");
  return end === -1 ? text.length : end;
};

/** E'…' knows backslashes, and so does its continuation: another quote after nothing but blanks. */
const afterEscapeString = (text: string, from: number): number => {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    at += code === BACKSLASH ? 2 : 1;
    if (code !== QUOTE) continue;
    const next = afterBlanks(text, at);
    if (text.charCodeAt(next) !== QUOTE) return at;
    at = next + 1;
  }
  return text.length;
};

/** $1, $$…$$ or $tag$…$tag$. */
const afterDollar = (text: string, from: number): number => {
  let at = from + 1;
  if (isDigit(text.charCodeAt(at))) {
    while (isDigit(text.charCodeAt(at))) at += 1;
    return at;
  }
  while (at < text.length && text.charCodeAt(at) !== DOLLAR && isNamePart(text.charCodeAt(at))) at += 1;
  if (text.charCodeAt(at) !== DOLLAR) return from + 1;
  const delimiter = text.slice(from, at + 1);
  const close = text.indexOf(delimiter, at + 1);
  return close === -1 ? text.length : close + delimiter.length;
};

const afterNumber = (text: string, from: number): number => {
  let at = from + 1;
  while (isNamePart(text.charCodeAt(at)) || text.charCodeAt(at) === 0x2e) at += 1;
  return at;
};

const settle = (scanner: Scanner, kind: TokenKind, end: number): void => {
  const halfName = scanner.cut && end >= scanner.text.length && (kind === 'word' || kind === 'quoted');
  scanner.kind = halfName ? 'end' : kind;
  scanner.end = Math.min(end, scanner.text.length);
};

/** Without its end it is no name: it would swallow whatever follows, literals too. */
const settleQuoted = (scanner: Scanner, from: number): void => {
  const end = afterQuoted(scanner.text, from, '"');
  if (end === -1) settle(scanner, 'other', scanner.text.length);
  else settle(scanner, 'quoted', end);
};

/** A word, or the literal or quoted name whose prefix it is: E'…', B'…', X'…', N'…', U&'…', U&"…". */
const readWord = (scanner: Scanner): void => {
  const { text, start } = scanner;
  let plain = true;
  let at = start;
  for (let code = text.charCodeAt(at); isNamePart(code); code = text.charCodeAt(++at)) {
    // Beyond ASCII: toUpperCase() would make keywords of some words (ſelect).
    if (code >= 0x80) plain = false;
  }
  const prefix = at - start === 1 ? (text[start] ?? '').toLowerCase() : '';
  const isQuote = text.charCodeAt(at) === QUOTE;
  if (prefix === 'e' && isQuote) settle(scanner, 'other', afterEscapeString(text, at + 1));
  else if ('bxn'.includes(prefix) && prefix !== '' && isQuote)
    settle(scanner, 'other', afterString(text, at + 1));
  else if (prefix === 'u' && text.startsWith("&'", at)) settle(scanner, 'other', afterString(text, at + 2));
  else if (prefix === 'u' && text.startsWith('&"', at)) settleQuoted(scanner, at + 2);
  else {
    if (plain && at - start <= MAX_KEYWORD) scanner.keyword = text.slice(start, at).toUpperCase();
    settle(scanner, 'word', at);
  }
};

/** Moves to the next token. A semicolon is the end: the first statement is what counts. */
export const advance = (scanner: Scanner): void => {
  const { text } = scanner;
  if (scanner.kind === 'end') return;
  if (scanner.kind === '(') scanner.depth += 1;
  scanner.keyword = '';
  let at = afterBlanks(text, scanner.end);
  if (scanner.kind === 'start') while (text[at] === ';') at = afterBlanks(text, at + 1);
  scanner.start = at;
  const code = text.charCodeAt(at);
  if (at >= text.length || code === 0x3b) settle(scanner, 'end', at);
  else if (isNameStart(code)) readWord(scanner);
  else if (code === QUOTE) settle(scanner, 'other', afterString(text, at + 1));
  else if (code === DOUBLE_QUOTE) settleQuoted(scanner, at + 1);
  else if (code === DOLLAR) settle(scanner, 'other', afterDollar(text, at));
  else if (isDigit(code)) settle(scanner, 'other', afterNumber(text, at));
  else if (code === 0x28) settle(scanner, '(', at + 1);
  else if (code === 0x29) {
    scanner.depth = Math.max(0, scanner.depth - 1);
    settle(scanner, ')', at + 1);
  } else if (code === 0x2c) settle(scanner, ',', at + 1);
  else if (code === 0x2e) settle(scanner, '.', at + 1);
  else settle(scanner, 'other', at + 1);
};

export const isName = (scanner: Scanner): boolean => scanner.kind === 'word' || scanner.kind === 'quoted';

/** The name under the scanner as the server knows it: ASCII letters folded to lower case unless quoted. */
export const nameOf = ({ text, kind, start, end }: Scanner): string => {
  if (kind === 'word') return text.slice(start, end).replace(/[A-Z]+/g, letters => letters.toLowerCase());
  return text.slice(text.indexOf('"', start) + 1, end - 1).replaceAll('""', '"');
};
