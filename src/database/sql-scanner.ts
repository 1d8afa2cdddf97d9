/**
 * What the readers of SQL share. The scanner is one mutable record that moves forward only, so reading costs one
 * pass and no object per token.
 */
export type TokenKind =
  | 'start'
  | 'word'
  | 'quoted'
  /** A value in the text: a string, a number, a quoted name without its end. */
  | 'literal'
  /** A place for a value that is sent beside the text: $1, :name, @name, ?1. */
  | 'parameter'
  | '('
  | ')'
  | ','
  | '.'
  | 'other'
  | 'end';

export interface Scanner {
  readonly text: string;
  readonly dialect: Dialect;
  /** Not all was read: a name that touches the end may be half a name. */
  cut: boolean;
  kind: TokenKind;
  start: number;
  end: number;
  /** Open parentheses around the token; a parenthesis itself counts as outside. */
  depth: number;
  /** The word in upper case when it is short and plain enough to be a keyword, otherwise ''. */
  keyword: string;
  /** Where a literal ends depends on settings of the server: what follows is not read. */
  unclear: boolean;
  /** A comment was met that some servers execute: names may be read on, but no text may be shown from there on. */
  obscured: boolean;
  /** Where the comment ends that is being read as SQL; -1: none is. */
  codeEnd: number;
  /** Sees every token, the end too; `undefined`: only names are wanted. */
  readonly sink: TokenSink | undefined;
}

/** What shares the pass that looks for names. */
export type TokenSink = (scanner: Scanner) => void;

/** What is written differently where names stand. */
export interface Grammar {
  /** Whether SELECT … INTO makes a table. */
  readonly selectInto: boolean;
  /** The clause that may say which table UPDATE or DELETE FROM means by an alias. */
  readonly aliasedBy: '' | 'FROM' | 'USING';
  /** Whether a table `dual` is none. */
  readonly dual: boolean;
  /** Whether it is Transact-SQL: TOP (n), hints in parentheses, and WITH queries that are changed. */
  readonly transact: boolean;
}

/** Settles the token that begins at the scanner's start. */
export type Read = (scanner: Scanner) => void;

/** How the texts of a database are cut where databases differ. */
export interface Dialect {
  /** What begins with a character that is no letter, digit, parenthesis, comma or dot; else it is an operator. */
  readonly starts: ReadonlyMap<number, Read>;
  /** Settles a constant that looks like a name or begins like a number. */
  readonly readConstant?: (scanner: Scanner) => boolean;
  /** Settles the literal or quoted name whose prefix is the word that ends at `at`, before a quote or `&`. */
  readonly readPrefixed: (scanner: Scanner, at: number) => boolean;
  /** Whether q'[it's]' is a string. */
  readonly qQuotes: boolean;
  /** Whether names hold `#`. */
  readonly hashInNames: boolean;
  /** Whether £1 is a number. */
  readonly currencies: boolean;
  /** Whether ‘x’ may be a string. */
  readonly wideQuotes: boolean;
  /** Whether blanks beyond ASCII are blanks, not letters. */
  readonly wideBlanks: boolean;
  readonly comments: {
    /** Whether one may stand in another; if not, one that seems to is where reading stops. */
    readonly nest: boolean;
    /** Whether a carriage return ends a line; if not, one inside of a line is where reading stops. */
    readonly endAtReturn: boolean;
    /** What `--` before no blank is. */
    readonly tightDashes: 'comment' | 'operators' | 'unknown';
    readonly hash: boolean;
    /** What `//` is. */
    readonly slashes: 'operators' | 'comment' | 'unknown';
    /** Whether what stands in a comment that begins with an exclamation mark may be executed. */
    readonly executable: boolean;
  };
  /** What a name in double quotes may be besides a name: nothing, or a string when nothing has that name. */
  readonly doubleQuotedMayBeString: boolean;
  /** Whether the end of a literal depends on what this cannot know, such as settings of the server. */
  readonly isUnclear: (literal: string) => boolean;
  readonly grammar: Grammar;
}

export const QUOTE = 0x27;
export const DOUBLE_QUOTE = 0x22;
export const HASH = 0x23;
export const DOLLAR = 0x24;
const LAST_ASCII = 0x7f;

export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
/** As PostgreSQL has it: ASCII letters, the underscore, and everything beyond ASCII. */
export const isNameStart = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code > LAST_ASCII;
export const isNamePart = (code: number): boolean => isNameStart(code) || isDigit(code) || code === DOLLAR;
export const isSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);
/** A blank or an invisible character beyond ASCII, which some servers take for a blank. */
export const isWideBlank = (code: number): boolean =>
  code > LAST_ASCII && /[\s\p{Cc}\p{Cf}]/u.test(String.fromCharCode(code));

export const settle = (scanner: Scanner, kind: TokenKind, end: number): void => {
  const halfName = scanner.cut && end >= scanner.text.length && (kind === 'word' || kind === 'quoted');
  scanner.kind = halfName ? 'end' : kind;
  scanner.end = Math.min(end, scanner.text.length);
};

/** Nothing from here on can be told from a literal for sure: that is the end of what is read. */
export const stop: Read = scanner => {
  scanner.cut = true;
  settle(scanner, 'end', scanner.text.length);
};

/** Behind the closing quote, a doubled quote being part of the content; -1 when there is none. */
export const afterQuoted = (text: string, from: number, quote: string): number => {
  for (let at = from; ; at += 2) {
    at = text.indexOf(quote, at);
    if (at === -1) return -1;
    if (text.charCodeAt(at + 1) !== quote.charCodeAt(0)) return at + 1;
  }
};

export const afterNameParts = ({ text, dialect }: Scanner, from: number): number => {
  let at = from;
  for (let code = text.charCodeAt(at); isNamePart(code); code = text.charCodeAt(++at))
    if (dialect.wideBlanks && isWideBlank(code)) break;
  return at;
};
