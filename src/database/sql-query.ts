import { advance, isName, nameOf, type Scanner } from './sql-tokens.ts';

export interface Reading {
  readonly scanner: Scanner;
  /** How each verb is read. */
  readonly verbs: ReadonlyMap<string, Reader>;
  /** Names that WITH gave to queries: they are not tables. */
  readonly ctes: Set<string>;
  /** The first table met at a lesser place (a CTE, a scalar sub-select), for when there is no better one. */
  fallback: string;
}

/** Reads on while inside the parentheses that `outer` counts, and answers the table, or '' for none. */
export type Reader = (reading: Reading, outer: number) => string;
type Clause = 'select' | 'from' | 'expression';

/** Beyond that, parentheses are skipped instead of entered: the stack is the application's. */
const MAX_DEPTH = 64;

export const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));
export const QUERIES: ReadonlySet<string> = words('SELECT VALUES TABLE WITH');
export const MAIN_VERBS: ReadonlySet<string> = words(
  'SELECT VALUES TABLE INSERT REPLACE UPDATE DELETE MERGE',
);
export const AFTER_FROM: ReadonlySet<string> = words(
  'WHERE GROUP HAVING WINDOW ORDER LIMIT OFFSET FETCH FOR UNION INTERSECT EXCEPT',
);
/** What another source stands behind, besides a comma. */
export const BEFORE_SOURCE: ReadonlySet<string> = words('JOIN STRAIGHT_JOIN APPLY');
/** Transact-SQL's hints, which stand behind a table as the arguments of a function would. */
const HINTS =
  /\s*(?:NOLOCK|READUNCOMMITTED|READCOMMITTED|READPAST|UPDLOCK|ROWLOCK|PAGLOCK|TABLOCKX?|HOLDLOCK|XLOCK|NOWAIT|INDEX|SERIALIZABLE|REPEATABLEREAD|SNAPSHOT|NOEXPAND|FORCESEEK|FORCESCAN)\b/iy;
const BEFORE_SELECT_INTO = words('TEMP TEMPORARY UNLOGGED TABLE');

export const skip = (scanner: Scanner, skipped: ReadonlySet<string>): void => {
  while (skipped.has(scanner.keyword)) advance(scanner);
};

/** Reads what is in parentheses, to their end. */
export const inParentheses = (reading: Reading, read: Reader): string => {
  const { scanner } = reading;
  const outer = scanner.depth;
  advance(scanner);
  const table = outer < MAX_DEPTH ? read(reading, outer) : '';
  while (scanner.kind !== 'end' && scanner.depth > outer) advance(scanner);
  advance(scanner);
  return table;
};

export const skipParentheses = (reading: Reading): void => {
  inParentheses(reading, () => '');
};

/** A place that counts only when there is no better one. */
const readLesser = (reading: Reading, read: Reader): void => {
  const earlier = reading.fallback;
  reading.fallback = '';
  const table = inParentheses(reading, read);
  reading.fallback = earlier || table || reading.fallback;
};

/** A name, of which the last part counts (schema.table); '' for no name or the name of a CTE. */
export const readName = (scanner: Scanner, ctes?: ReadonlySet<string>): string => {
  if (!isName(scanner)) return '';
  const { dual } = scanner.dialect.grammar;
  const isDual = dual && scanner.keyword === 'DUAL';
  let name = nameOf(scanner);
  advance(scanner);
  if (scanner.kind !== '.') return isDual || ctes?.has(name) ? '' : name;
  while (scanner.kind === '.') {
    advance(scanner);
    if (isName(scanner)) {
      name = nameOf(scanner);
      advance(scanner);
    } else if (scanner.kind !== '.') return isStar(scanner) ? name : ''; // database..table, table.*
  }
  return name;
};

const STAR = 0x2a;
const isStar = ({ kind, text, start }: Scanner): boolean =>
  kind === 'other' && text.charCodeAt(start) === STAR;

/** Whether the name before is a function: f(…), ROWS FROM (…). */
const isCalled = ({ kind, keyword, text, end, dialect }: Scanner): boolean => {
  if (kind !== '(') return keyword === 'FROM';
  if (!dialect.grammar.transact) return true;
  HINTS.lastIndex = end;
  return !HINTS.test(text);
};

/** The clauses of a query, or the inside of parentheses: FROM is a clause only after SELECT. */
export const readClauses = (reading: Reading, outer: number, from: Clause): string => {
  const { scanner } = reading;
  let clause = from;
  let expected = clause === 'from';
  let previous = '';
  while (scanner.kind !== 'end' && scanner.depth > outer) {
    const { kind, keyword } = scanner;
    if (kind === '(') {
      if (expected) {
        const table = inParentheses(reading, readSource);
        if (table !== '') return table;
      } else readLesser(reading, readExpression);
      expected = false;
      previous = '';
    } else if (expected && isName(scanner)) {
      if (keyword === 'ONLY' || keyword === 'LATERAL') advance(scanner);
      else {
        const table = readName(scanner, reading.ctes);
        if (table !== '' && !isCalled(scanner)) return table;
        expected = false;
      }
    } else if (kind === '.' || keyword === 'AS') {
      // What follows is a name, even when it looks like a keyword.
      advance(scanner);
      if (isName(scanner)) advance(scanner);
      expected = false;
    } else if (keyword === '') {
      expected = clause === 'from' && kind === ',';
      previous = '';
      advance(scanner);
    } else {
      expected = clause === 'from' && BEFORE_SOURCE.has(keyword);
      if (keyword === 'SELECT') clause = 'select';
      else if (clause === 'select' && keyword === 'FROM' && previous !== 'DISTINCT') {
        clause = 'from';
        expected = true;
      } else if (clause === 'select' && keyword === 'INTO' && scanner.dialect.grammar.selectInto) {
        advance(scanner);
        skip(scanner, BEFORE_SELECT_INTO);
        const table = readName(scanner);
        if (table !== '') return table;
        previous = '';
        continue;
      } else if (clause === 'from' && AFTER_FROM.has(keyword)) clause = 'expression';
      else if (clause !== 'from' && keyword === 'TABLE') expected = true;
      previous = keyword;
      advance(scanner);
    }
  }
  return '';
};

export const readSource: Reader = (reading, outer) =>
  QUERIES.has(reading.scanner.keyword) ? readQuery(reading, outer) : readClauses(reading, outer, 'from');

const readExpression: Reader = (reading, outer) =>
  reading.scanner.keyword === 'WITH' ? readQuery(reading, outer) : readClauses(reading, outer, 'expression');

/** From WITH to the verb of the main statement. */
const readCtes = (reading: Reading): void => {
  const { scanner, ctes } = reading;
  advance(scanner);
  const recursive = scanner.keyword === 'RECURSIVE';
  if (recursive) advance(scanner);
  let naming = true;
  let name = '';
  let isBody = false;
  while (scanner.kind !== 'end') {
    if (naming && isName(scanner)) {
      name = nameOf(scanner);
      naming = false;
    } else if (scanner.kind === '(') {
      if (isBody) {
        // Only a recursive one sees itself; in another the same name means the table.
        if (recursive) ctes.add(name);
        readLesser(reading, readQuery);
        ctes.add(name);
        name = '';
      } else if (name === '') return;
      else skipParentheses(reading);
      isBody = false;
      continue;
    } else if (scanner.kind === ',') naming = true;
    else if (MAIN_VERBS.has(scanner.keyword)) return;
    else isBody = scanner.keyword === 'AS' || scanner.keyword === 'MATERIALIZED';
    advance(scanner);
  }
};

const skipOpen = (scanner: Scanner): void => {
  while (scanner.kind === '(') advance(scanner);
};

/** Moves to the verb, past opening parentheses and WITH. */
export const findVerb = (reading: Reading): string => {
  const { scanner } = reading;
  skipOpen(scanner);
  if (scanner.keyword === 'WITH') readCtes(reading);
  skipOpen(scanner);
  return scanner.keyword;
};

export const readQuery: Reader = (reading, outer) =>
  reading.verbs.get(findVerb(reading))?.(reading, outer) ?? '';
