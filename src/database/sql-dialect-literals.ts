import { prefixOf, readNumber, readPlainPrefixed, settleName, settleString } from './sql-literals.ts';
import {
  afterNameParts,
  HASH,
  isDigit,
  isNamePart,
  isNameStart,
  isWideBlank,
  QUOTE,
  type Read,
  type Scanner,
  settle,
  stop,
} from './sql-scanner.ts';

const OPEN = 0x28;

/** MySQL's "…", unless its settings say that it is a name. */
export const readDoubleQuotedString: Read = scanner => settleString(scanner, scanner.start + 1, '"');

/** SQLite's […]: no bracket can stand in it. */
export const readBracketed: Read = scanner => {
  const end = scanner.text.indexOf(']', scanner.start + 1);
  settleName(scanner, end === -1 ? -1 : end + 1);
};

/** Whether nothing stands before the closing character in which a quote or a comment could begin. */
const isPlainTo = (text: string, from: number, close: string): boolean => {
  const end = text.indexOf(close, from);
  return end !== -1 && /^[\w\s,.]*$/.test(text.slice(from, end));
};

/** `…` is a quoted name for some and two operators for others: the same for all when only words are in it. */
export const readPerhapsName: Read = scanner => {
  const { text, start } = scanner;
  const end = text.indexOf('`', start + 1);
  if (end !== -1 && WORDS.test(text.slice(start + 1, end))) settle(scanner, 'quoted', end + 1);
  else stop(scanner);
};

const WORDS = /^[A-Za-z_]\w*(?:[ .][A-Za-z_]\w*)*$/;

/** […] is a quoted name for some and the place in an array for others: the same for all without a quote in it. */
export const readPerhapsBracketed: Read = scanner => {
  const { text, start } = scanner;
  // A second bracket behind it would be part of SQL Server's name.
  if (isPlainTo(text, start + 1, ']') && text[text.indexOf(']', start) + 1] !== ']')
    settle(scanner, 'other', start + 1);
  else stop(scanner);
};

export const readPrefixed = (scanner: Scanner, at: number): boolean =>
  readPlainPrefixed(scanner, at, prefixOf(scanner, at));

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}', '<': '>', '(': ')' };

/** q'[…]', nq'!…!': any delimiter but a blank, to that delimiter before a quote. */
export const readOraclePrefixed = (scanner: Scanner, at: number): boolean => {
  const { text } = scanner;
  const prefix = prefixOf(scanner, at);
  if ((prefix !== 'q' && prefix !== 'nq') || text.charCodeAt(at) !== QUOTE)
    return readPlainPrefixed(scanner, at, prefix);
  const delimiter = String.fromCodePoint(text.codePointAt(at + 1) ?? 0x20);
  if (/\s/.test(delimiter)) stop(scanner);
  else {
    const close = `${CLOSING[delimiter] ?? delimiter}'`;
    const end = text.indexOf(close, at + 1 + delimiter.length);
    settle(scanner, 'literal', end === -1 ? text.length : end + close.length);
  }
  return true;
};

/** What is a literal for anyone; where one ends in q'…' is known to Oracle only. */
export const readAnyPrefixed = (scanner: Scanner, at: number): boolean => {
  const { text } = scanner;
  const isQuote = text.charCodeAt(at) === QUOTE;
  const prefix = prefixOf(scanner, at);
  if (isQuote && /q/i.test(text[at - 1] ?? '')) stop(scanner);
  else if (isQuote && prefix === 'e') settleString(scanner, at + 1);
  else if (prefix === 'u' && text.startsWith("&'", at)) settleString(scanner, at + 2);
  else return readPlainPrefixed(scanner, at, prefix);
  return true;
};

/** SQL Server's $12.50, and $action, which is a name. */
export const readMoney: Read = scanner => {
  const { text, start } = scanner;
  const next = text.charCodeAt(start + 1);
  if (isDigit(next)) readNumber(scanner);
  else settle(scanner, 'other', start + 1);
};

/** A name that begins with a dollar sign, or $$…$$, which younger servers take for a string. */
export const readUnsureDollar: Read = scanner => {
  const { text, start } = scanner;
  const end = afterNameParts(scanner, start + 1);
  if (text.slice(start + 1, end).includes('$')) stop(scanner);
  else readMoney(scanner);
};

/** An operator, unless SQLite would read on to the end of a parenthesis with more than words in it. */
export const readPerhapsParameter: Read = scanner => {
  const { text, start } = scanner;
  const end = afterNameParts(scanner, start + 1);
  const mayGoOn = text.startsWith('::(', end) || (text[end] === '(' && !isPlainTo(text, end + 1, ')'));
  if (end > start + 1 && mayGoOn) stop(scanner);
  else if (text[start] === '$') readUnsureDollar(scanner);
  else settle(scanner, 'other', start + 1);
};

/** :name, @name, :1 and their like. */
export const readParameter: Read = scanner => {
  const { start } = scanner;
  const end = afterNameParts(scanner, start + 1);
  settle(scanner, end === start + 1 ? 'other' : 'parameter', end);
};

/** SQLite's: what stands in a parenthesis right behind it belongs to it, quotes too. */
export const readSqliteParameter: Read = scanner => {
  const { text, start } = scanner;
  if (text[start] === '?' && !isDigit(text.charCodeAt(start + 1))) return settle(scanner, 'other', start + 1);
  readParameter(scanner);
  const next = text.charCodeAt(scanner.end);
  const goesOn = next === OPEN || isWideBlank(next) || text.startsWith('::', scanner.end);
  if (scanner.kind === 'parameter' && goesOn) stop(scanner);
};

/** SQL Server's #name and ##name of temporary tables. What begins with a digit or has a currency in it is left to others. */
export const readTemporary: Read = scanner => {
  const { text, start } = scanner;
  const from = start + (text.charCodeAt(start + 1) === HASH ? 2 : 1);
  let at = from;
  if (isNameStart(text.charCodeAt(at)))
    for (let code = text.charCodeAt(at); isNamePart(code) || code === HASH; code = text.charCodeAt(++at))
      if (isWideBlank(code)) break;
  const isTable = at > from && !/\p{Sc}/u.test(text.slice(from, at));
  settle(scanner, isTable ? 'word' : 'other', isTable ? at : start + 1);
};
