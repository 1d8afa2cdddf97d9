import { isDigit } from '../database/sql-scanner.ts';
import type { Scanner } from '../database/sql-tokens.ts';

/** Characters of a statement that are shown; what is beyond becomes `…`. */
const LONGEST = 2_000;
const CONSTANTS: ReadonlySet<string> = new Set(['NULL', 'TRUE', 'FALSE', 'DEFAULT']);
const QUERIES: ReadonlySet<string> = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE']);

/** Values after IN, or rows after VALUES: of items of one shape that follow each other the first is shown. */
interface List {
  readonly isIn: boolean;
  /** Open parentheses around an item. */
  readonly depth: number;
  /** The parts of the item before; those that this one has shared so far when it is read. */
  readonly shape: string[];
  /** Parts of this item. */
  at: number;
  /** Whether this item is like the one before, so far: then it waits, and is dropped if it is so to its end. */
  alike: boolean;
  /** What waits, with the comma before it. */
  waiting: string;
  /** Whether this item is more than values and rows of them, such as a call. */
  complex: boolean;
  /** Whether a value may begin here: its sign is part of it. */
  fresh: boolean;
  sign: string;
  /** Whether the row after VALUES has had its end. */
  closed: boolean;
  /** How much was shown when it began. */
  readonly from: number;
}

/** What is shown of a statement so far. One mutable record, like the scanner. */
export interface Shown {
  text: string;
  /** There is no room for more. */
  full: boolean;
  list: List | undefined;
  /** A list held $1: how those after it are numbered depends on how many it held. */
  numbered: boolean;
  /** The keyword before, if it was one. */
  keyword: string;
}

export const createShown = (): Shown => ({
  text: '',
  full: false,
  list: undefined,
  numbered: false,
  keyword: '',
});

const append = (shown: Shown, text: string): void => {
  if (shown.full || shown.text.length + text.length > LONGEST) shown.full = true;
  else shown.text += text;
};

const createList = (isIn: boolean, depth: number, from: number): List => ({
  isIn,
  depth,
  shape: [],
  at: 0,
  alike: false,
  waiting: '',
  complex: false,
  fresh: true,
  sign: '',
  closed: false,
  from,
});

/** It is not like the one before: what waited is shown. */
const release = (shown: Shown, list: List): void => {
  if (list.waiting !== '') append(shown, list.waiting);
  list.waiting = '';
  list.alike = false;
};

const endItem = (shown: Shown, list: List): void => {
  const isSame = list.alike && list.at === list.shape.length && list.shape.includes('?');
  if (isSame) list.waiting = '';
  else release(shown, list);
  list.shape.length = list.complex ? 0 : list.at;
};

const beginItem = (shown: Shown, list: List, comma: string): void => {
  list.alike = list.shape.length > 0;
  list.at = 0;
  list.complex = false;
  list.fresh = true;
  list.closed = false;
  if (list.alike) list.waiting = comma;
  else append(shown, comma);
};

/** A part of an item: `part` is what items are compared by, `text` what is shown. */
const addPart = (shown: Shown, list: List, part: string, text: string): void => {
  if (list.alike && list.shape[list.at] !== part) release(shown, list);
  if (list.alike) list.waiting += text;
  else {
    append(shown, text);
    if (!list.complex) {
      list.shape.length = list.at;
      list.shape.push(part);
    }
  }
  list.at += 1;
};

const flushSign = (shown: Shown, list: List): void => {
  if (list.sign !== '') addPart(shown, list, list.sign, list.sign);
  list.sign = '';
};

/** Whether the list goes on with this token, or has just ended before it. */
const endsBefore = (list: List, { kind, depth, keyword }: Scanner, isKeyword: boolean): boolean => {
  if (isKeyword && QUERIES.has(keyword)) return true;
  if (depth < list.depth) return true;
  if (list.isIn || depth > list.depth) return false;
  if (list.closed) return kind !== ',';
  return list.at === 0 && kind !== '(' && keyword !== 'ROW';
};

const isNumbered = ({ kind, text, end }: Scanner): boolean =>
  kind === 'parameter' && isDigit(text.charCodeAt(end - 1));

const isValue = ({ kind, keyword }: Scanner, piece: string): boolean =>
  kind === 'parameter' || piece === '?' || CONSTANTS.has(keyword);

const addToken = (shown: Shown, list: List, scanner: Scanner, gap: string, piece: string): void => {
  const { kind, depth } = scanner;
  const isOuter = depth === list.depth;
  if (isNumbered(scanner)) shown.numbered = true;
  // The blank behind `IN (` says nothing.
  const before = list.isIn && list.from === shown.text.length && list.sign === '' ? '' : gap;
  if (list.fresh && (piece === '+' || piece === '-' || piece === '.')) {
    list.sign += before + piece;
    return;
  }
  if (list.fresh && isValue(scanner, piece)) {
    list.fresh = false;
    const space = list.sign === '' ? before : list.sign.startsWith(' ') ? ' ' : '';
    list.sign = '';
    addPart(shown, list, '?', space + (list.isIn ? '?' : piece));
    return;
  }
  flushSign(shown, list);
  if (kind === '(') {
    const isRow = isOuter && (list.at === 0 || shown.keyword === 'ROW');
    if (!isRow && !list.complex) {
      release(shown, list);
      list.complex = true;
    }
  } else if (kind === ')' && isOuter) list.closed = true;
  list.fresh = kind === '(' || kind === ',';
  addPart(shown, list, piece, before + piece);
};

const endList = (shown: Shown, list: List): void => {
  flushSign(shown, list);
  endItem(shown, list);
  shown.list = undefined;
};

/** Shows one more token: `piece` is its text, or `?` for a literal, and `gap` what stands before it. */
export const show = (
  shown: Shown,
  scanner: Scanner,
  gap: string,
  piece: string,
  isKeyword: boolean,
): void => {
  const { kind, keyword, depth } = scanner;
  let { list } = shown;
  let space = gap;
  if (list !== undefined && endsBefore(list, scanner, isKeyword)) {
    endList(shown, list);
    if (list.isIn && kind === ')') space = '';
    list = undefined;
  }
  if (list === undefined) append(shown, space + (shown.numbered && isNumbered(scanner) ? '?' : piece));
  else if (kind === ',' && depth === list.depth) {
    flushSign(shown, list);
    endItem(shown, list);
    beginItem(shown, list, gap + piece);
  } else addToken(shown, list, scanner, gap, piece);
  if (kind === '(' && shown.keyword === 'IN') shown.list = createList(true, depth + 1, shown.text.length);
  else if (isKeyword && keyword === 'VALUES') shown.list = createList(false, depth, shown.text.length);
  shown.keyword = isKeyword ? keyword : '';
};

/** What is shown in the end; of an item that was not read to its end, what is like the one before is left out. */
export const finish = (shown: Shown, isWhole: boolean): string => {
  const { list } = shown;
  if (list !== undefined && isWhole) endList(shown, list);
  return shown.text + (isWhole && !shown.full ? '' : '…');
};
