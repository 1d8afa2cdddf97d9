import { HASH, isSpace, isWideBlank, type Scanner } from './sql-scanner.ts';

const DASH = 0x2d;
const SLASH = 0x2f;
const STAR = 0x2a;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** What ends a line for some servers and not for others. */
const isUnsureLineEnd = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  if (code === CARRIAGE_RETURN) return at + 1 < text.length && text.charCodeAt(at + 1) !== LINE_FEED;
  return code === 0 || code === 0x85 || code === 0x2028 || code === 0x2029;
};

/** The end of the text for what follows cannot be told from a comment. */
const nothingMore = (scanner: Scanner): number => {
  scanner.cut = true;
  return scanner.text.length;
};

const afterLineComment = (scanner: Scanner, from: number): number => {
  const { text, dialect } = scanner;
  const { endAtReturn } = dialect.comments;
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED || (endAtReturn && code === CARRIAGE_RETURN)) break;
    if (!endAtReturn && isUnsureLineEnd(text, at)) return nothingMore(scanner);
  }
  return at;
};

const afterNestedComment = (text: string, from: number): number => {
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

const ANY_QUOTE = /['"`]/;
/** As a hint or as a comment, it ends at the same place. */
const PLAIN_HINT = /^\+(?:[^'"`/*\\]|'[^'"`/*\\]*')*\*$/;
/** As SQL or as a comment, it ends at the same place: nothing in which the end of a comment could hide. */
const PLAIN_CODE = /^(?:[\w\s,.()=@+<>*]|`\w+`)*$/;
const EXECUTABLE = /M?!\d{0,6}/y;

/** Into a comment that MySQL or MariaDB may execute, by their versions: its names count as those of the statement. */
const intoExecutable = (scanner: Scanner, from: number): number => {
  const { text } = scanner;
  const close = text.indexOf('*/', from);
  if (close === -1 || !PLAIN_CODE.test(text.slice(from, close))) return nothingMore(scanner);
  scanner.obscured = true;
  scanner.codeEnd = close;
  return from;
};

const afterBlockComment = (scanner: Scanner, from: number): number => {
  const { text, dialect } = scanner;
  const { nest, executable } = dialect.comments;
  if (nest) return afterNestedComment(text, from);
  if (executable) {
    EXECUTABLE.lastIndex = from;
    if (EXECUTABLE.test(text)) return intoExecutable(scanner, EXECUTABLE.lastIndex);
  }
  const close = text.indexOf('*/', from);
  if (close === -1) return text.length;
  const comment = text.slice(from, close + 1);
  // MySQL reads quotes in its hints: the end of one may be in them.
  if (comment.includes('/*')) return nothingMore(scanner);
  if (executable && comment.startsWith('+') && ANY_QUOTE.test(comment)) {
    if (!PLAIN_HINT.test(comment)) return nothingMore(scanner);
    scanner.obscured = true;
  }
  return close + 2;
};

/** Whether `--` begins a comment; MySQL asks for a blank or a control character behind it. */
const isLineComment = ({ text, dialect }: Scanner, at: number): boolean => {
  const { tightDashes } = dialect.comments;
  return tightDashes === 'comment' || !(text.charCodeAt(at + 2) > 0x20) || text.charCodeAt(at + 2) === 0x7f;
};

/** Behind blanks and comments. */
export const afterBlanks = (scanner: Scanner, from: number): number => {
  const { text, dialect } = scanner;
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) at += 1;
    else if (code === DASH && text.charCodeAt(at + 1) === DASH) {
      if (isLineComment(scanner, at)) at = afterLineComment(scanner, at + 2);
      else if (dialect.comments.tightDashes === 'unknown' || isWideBlank(text.charCodeAt(at + 2)))
        return nothingMore(scanner);
      else break;
    } else if (code === SLASH && text.charCodeAt(at + 1) === STAR) at = afterBlockComment(scanner, at + 2);
    else if (
      code === SLASH &&
      text.charCodeAt(at + 1) === SLASH &&
      dialect.comments.slashes !== 'operators'
    ) {
      if (dialect.comments.slashes === 'unknown') return nothingMore(scanner);
      at = afterLineComment(scanner, at + 2);
    } else if (code === STAR && at === scanner.codeEnd) at += 2;
    else if (code === HASH && dialect.comments.hash) at = afterLineComment(scanner, at + 1);
    else if (dialect.wideBlanks && isWideBlank(code)) at += 1;
    else break;
  }
  return at;
};
