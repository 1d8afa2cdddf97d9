import { afterBlanks } from './sql-blanks.ts';
import {
  prefixOf,
  readNameTo,
  readPlainPrefixed,
  readString,
  settleName,
  settleString,
} from './sql-literals.ts';
import {
  afterQuoted,
  type Dialect,
  DOLLAR,
  DOUBLE_QUOTE,
  isDigit,
  isNamePart,
  QUOTE,
  type Read,
  type Scanner,
  settle,
} from './sql-scanner.ts';

const BACKSLASH = 0x5c;

/** E'…' knows backslashes, and so does its continuation: another quote after nothing but blanks. */
const settleEscapeString = (scanner: Scanner, from: number): void => {
  const { text } = scanner;
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    at += code === BACKSLASH ? 2 : 1;
    if (code !== QUOTE) continue;
    const next = afterBlanks(scanner, at);
    if (text.charCodeAt(next) !== QUOTE) {
      settle(scanner, 'literal', at);
      return;
    }
    at = next + 1;
  }
  settle(scanner, 'literal', text.length);
};

/** E'…', U&'…', U&"…", and what others have too. */
const readPostgresPrefixed = (scanner: Scanner, at: number): boolean => {
  const { text } = scanner;
  const prefix = prefixOf(scanner, at);
  if (prefix === 'e' && text.charCodeAt(at) === QUOTE) settleEscapeString(scanner, at + 1);
  else if (prefix === 'u' && text.startsWith("&'", at)) settleString(scanner, at + 2);
  else if (prefix === 'u' && text.startsWith('&"', at)) settleName(scanner, afterQuoted(text, at + 2, '"'));
  else return readPlainPrefixed(scanner, at, prefix);
  return true;
};

/** $1, $$…$$ or $tag$…$tag$. */
const readPostgresDollar: Read = scanner => {
  const { text, start } = scanner;
  let at = start + 1;
  if (isDigit(text.charCodeAt(at))) {
    while (isDigit(text.charCodeAt(at))) at += 1;
    settle(scanner, 'parameter', at);
    return;
  }
  while (at < text.length && text.charCodeAt(at) !== DOLLAR && isNamePart(text.charCodeAt(at))) at += 1;
  if (text.charCodeAt(at) !== DOLLAR) {
    settle(scanner, 'other', start + 1);
    return;
  }
  const delimiter = text.slice(start, at + 1);
  const close = text.indexOf(delimiter, at + 1);
  settle(scanner, 'literal', close === -1 ? text.length : close + delimiter.length);
};

/** Whether a backslash hides the quote in '…\'…' is a setting of the server; only E'…' says it. */
export const postgresql: Dialect = {
  starts: new Map([
    [QUOTE, readString],
    [DOUBLE_QUOTE, readNameTo('"')],
    [DOLLAR, readPostgresDollar],
  ]),
  readPrefixed: readPostgresPrefixed,
  qQuotes: false,
  hashInNames: false,
  currencies: false,
  wideQuotes: false,
  wideBlanks: false,
  comments: {
    nest: true,
    endAtReturn: true,
    tightDashes: 'comment',
    hash: false,
    slashes: 'operators',
    executable: false,
  },
  doubleQuotedMayBeString: false,
  isUnclear: literal => literal.includes("\\'") && !/^e/i.test(literal),
  grammar: { selectInto: true, aliasedBy: '', dual: false, transact: false },
};
